"""What the authority asks beyond its schema is checked before anything is sent."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from lightkeeper.act.reports.ncmec.common import Email, IpCapture, Person
from lightkeeper.act.reports.ncmec.file_details import SUPPLEMENTAL, FileDetails, OriginalHash
from lightkeeper.act.reports.ncmec.people import Reported, Victim
from lightkeeper.act.reports.ncmec.report import MEME, Batched, EmailIncident, InternetDetails, Report, WebPage
from lightkeeper.act.reports.ncmec.rules import batch_faults, file_faults, report_faults
from lightkeeper.act.reports.ncmec.tests.reports_made import MINIMAL, NOW, made

FILE = FileDetails(report_id=1, file_id="f")
BATCH = dataclasses.replace(
    MINIMAL, batched=Batched(reason=MEME), reported=(Reported(esp_identifier="1"), Reported(esp_identifier="2"))
)
BATCH_FILE = dataclasses.replace(FILE, annotations=frozenset({"viral", "potentialMeme"}), industry_classification="A1")


def _paths(report: Report) -> set[str]:
    return {fault.path for fault in report_faults(report, at=NOW)}


def _file_paths(**changes: Any) -> set[str]:
    return {fault.path for fault in file_faults(dataclasses.replace(FILE, **changes), at=NOW)}


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(made(FileDetails))
def test_what_keeps_the_rules_has_no_faults(details: FileDetails) -> None:
    assert file_faults(details, at=NOW) == []


def test_the_smallest_report_keeps_the_rules() -> None:
    assert _paths(MINIMAL) == set()


def test_a_time_to_come_is_refused() -> None:
    later = dataclasses.replace(MINIMAL.summary, incident_date_time=NOW + timedelta(seconds=1))
    assert _paths(dataclasses.replace(MINIMAL, summary=later)) == {"report/incidentSummary/incidentDateTime"}


def test_an_address_of_the_web_with_a_blank_is_refused() -> None:
    where = InternetDetails(web_page=WebPage(urls=("https://platform.example/a b",)))
    assert _paths(dataclasses.replace(MINIMAL, internet_details=(where,))) == {
        "report/internetDetails[1]/webPageIncident/url"
    }


def test_an_incident_is_of_exactly_one_kind() -> None:
    two = InternetDetails(web_page=WebPage(), email=EmailIncident())
    for where in (two, InternetDetails()):
        assert _paths(dataclasses.replace(MINIMAL, internet_details=(where,))) == {"report/internetDetails[1]"}


def test_each_address_of_an_incident_belongs_to_somebody() -> None:
    where = InternetDetails(email=EmailIncident(email_addresses=("Who@platform.example",)))
    report = dataclasses.replace(MINIMAL, internet_details=(where,))
    assert _paths(report) == {"report/internetDetails[1]/emailIncident/emailAddress"}
    victim = Victim(person=Person(emails=(Email(text="who@platform.example"),)))
    assert _paths(dataclasses.replace(report, victims=(victim,))) == set()


@pytest.mark.parametrize("text", ["nobody", "a@b@c", "x" * 65 + "@platform.example", " @platform.example"])
def test_what_is_no_address_is_refused(text: str) -> None:
    victim = Victim(person=Person(emails=(Email(text=text),)))
    assert "report/victim[1]/victimPerson/email[1]" in _paths(dataclasses.replace(MINIMAL, victims=(victim,)))


def test_a_date_of_verification_needs_the_verification() -> None:
    email = Email(text="who@platform.example", verification_date=NOW - timedelta(days=1))
    assert _paths(dataclasses.replace(MINIMAL, victims=(Victim(person=Person(emails=(email,))),))) == {
        "report/victim[1]/victimPerson/email[1]/@verificationDate"
    }


def test_data_cannot_be_viewed_where_the_file_was_not() -> None:
    assert _file_paths(exif_viewed_by_esp=True, file_viewed_by_esp=False) == {"fileDetails/exifViewedByEsp"}
    assert _file_paths(exif_viewed_by_esp=True, file_viewed_by_esp=True) == set()


def test_a_supplemental_file_is_neither_a_meme_nor_classified() -> None:
    found = _file_paths(
        file_relevance=SUPPLEMENTAL, annotations=frozenset({"potentialMeme"}), industry_classification="A1"
    )
    assert found == {"fileDetails/potentialMeme", "fileDetails/industryClassification"}


def test_a_batch_that_keeps_its_rules_has_no_faults() -> None:
    assert report_faults(BATCH, at=NOW) == []
    assert file_faults(BATCH_FILE, at=NOW, batched=True) == []
    assert batch_faults([BATCH_FILE]) == []


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"additional_info": "more"}, "report/additionalInfo"),
        ({"victims": (Victim(person=Person()),)}, "report/victim"),
        ({"internet_details": (InternetDetails(web_page=WebPage()),)}, "report/internetDetails"),
        ({"reported": ()}, "report/personOrUserReported"),
        ({"reported": (Reported(esp_identifier="1", screen_name="one"),)}, "report/personOrUserReported[1]"),
        (
            {"summary": dataclasses.replace(MINIMAL.summary, escalate_to_high_priority="now")},
            "report/incidentSummary/escalateToHighPriority",
        ),
    ],
)
def test_what_a_batch_must_not_have_is_refused(changes: dict[str, Any], path: str) -> None:
    assert _paths(dataclasses.replace(BATCH, **changes)) == {path}


@pytest.mark.parametrize(
    "changes",
    [
        {"original_file_name": "a"},
        {"location_of_file": "https://platform.example/f"},
        {"original_file_hashes": (OriginalHash(text="0", hash_type="MD5"),)},
        {"ip_capture": IpCapture(ip_address="192.0.2.7")},
        {"additional_info": "more"},
        {"annotations": frozenset({"infant"})},
        {"annotations": frozenset()},
        {"file_relevance": SUPPLEMENTAL},
    ],
)
def test_what_the_file_of_a_batch_must_not_have_is_refused(changes: dict[str, Any]) -> None:
    assert file_faults(dataclasses.replace(BATCH_FILE, **changes), at=NOW, batched=True)


def test_a_batch_has_one_file_and_only_a_batch_has_many_people() -> None:
    assert batch_faults([BATCH_FILE, BATCH_FILE])
    assert _paths(dataclasses.replace(BATCH, batched=None)) == {"report/personOrUserReported"}
