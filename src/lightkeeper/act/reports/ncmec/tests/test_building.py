"""A report that keeps the rules is valid XML in the authority's order, and any other order is not."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from lightkeeper.act.reports.ncmec.building import CannotBuild, build_file_details, build_report
from lightkeeper.act.reports.ncmec.common import Email, Person
from lightkeeper.act.reports.ncmec.file_details import FileDetails
from lightkeeper.act.reports.ncmec.report import Chat, InternetDetails, Report
from lightkeeper.act.reports.ncmec.tests.reports_made import MINIMAL, NOW, SCHEMA, made

slow = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
FLAGS = {"reportAnnotations", "fileAnnotations"}
"""Elements whose children may stand in any order."""


@slow
@given(made(Report))
def test_a_random_report_is_valid(report: Report) -> None:
    assert SCHEMA.faults(build_report(report)) == []


@slow
@given(made(FileDetails))
def test_what_is_said_of_a_random_file_is_valid(details: FileDetails) -> None:
    assert SCHEMA.faults(build_file_details(details)) == []


def test_the_smallest_report_is_valid() -> None:
    assert SCHEMA.faults(build_report(MINIMAL)) == []


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(made(Report, whole=True), made(FileDetails, whole=True))
def test_two_different_siblings_swapped_are_invalid(report: Report, details: FileDetails) -> None:
    for document in (build_report(report), build_file_details(details)):
        tree = etree.fromstring(document)
        swaps = 0
        for parent in tree.iter():
            if parent.tag in FLAGS:
                continue
            for one, other in itertools.pairwise(range(len(parent))):
                if parent[one].tag == parent[other].tag:
                    continue
                parent.insert(one, parent[other])
                assert SCHEMA.faults(etree.tostring(tree)), str(parent.tag)
                parent.insert(one, parent[other])
                swaps += 1
        assert swaps > 10
        assert SCHEMA.faults(etree.tostring(tree)) == []


def test_a_report_of_text_alone_needs_no_file() -> None:
    report = dataclasses.replace(
        MINIMAL, internet_details=(InternetDetails(chat=Chat(chat_client="a game", content="add me on another app")),)
    )
    document = build_report(report)
    assert SCHEMA.faults(document) == []
    assert etree.fromstring(document).findtext("internetDetails/chatImIncident/content") == "add me on another app"


def test_what_xml_cannot_hold_is_replaced_and_markup_is_only_text() -> None:
    hostile = "<victim>&\x00\x0b]]>\ud7ff"
    report = dataclasses.replace(MINIMAL, additional_info=hostile)
    read = etree.fromstring(build_report(report))
    assert read.findtext("additionalInfo") == "<victim>&\ufffd\ufffd]]>\ud7ff"
    assert read.find("victim") is None


def test_a_time_without_a_zone_a_long_text_and_a_blank_one_are_told_without_the_value() -> None:
    summary = dataclasses.replace(
        MINIMAL.summary, incident_date_time=NOW.replace(tzinfo=None), platform="p" * 257, escalate_to_high_priority=" "
    )
    with pytest.raises(CannotBuild) as caught:
        build_report(dataclasses.replace(MINIMAL, summary=summary))
    assert {fault.path.rpartition("/")[2] for fault in caught.value.faults} == {
        "incidentDateTime",
        "platform",
        "escalateToHighPriority",
    }
    assert "ppp" not in str(caught.value)


def test_times_keep_their_zone() -> None:
    read = etree.fromstring(build_report(MINIMAL)).findtext("incidentSummary/incidentDateTime")
    assert datetime.fromisoformat(str(read)) == NOW - timedelta(days=1)


def test_the_schema_refuses_a_reporter_without_an_address() -> None:
    report = dataclasses.replace(
        MINIMAL, reporter=dataclasses.replace(MINIMAL.reporter, reporting_person=Person(first_name="A"))
    )
    assert [fault.path for fault in SCHEMA.faults(build_report(report))]


def test_a_fault_of_the_schema_says_where_and_not_what() -> None:
    report = dataclasses.replace(
        MINIMAL, summary=dataclasses.replace(MINIMAL.summary, incident_type="planted-secret-words")
    )
    (fault, *_) = SCHEMA.faults(build_report(report))
    assert fault.path == "report/incidentSummary/incidentType"
    assert "planted" not in fault.why


def test_an_address_with_an_attribute_is_written_as_the_schema_asks() -> None:
    person = Person(emails=(Email(text="desk@platform.example", kind="Work", verified=True, verification_date=NOW),))
    report = dataclasses.replace(MINIMAL, reporter=dataclasses.replace(MINIMAL.reporter, reporting_person=person))
    email = etree.fromstring(build_report(report)).find("reporter/reportingPerson/email")
    assert email is not None
    assert (email.text, email.get("type"), email.get("verified")) == ("desk@platform.example", "Work", "true")
