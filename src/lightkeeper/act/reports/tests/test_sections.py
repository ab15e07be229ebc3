"""What a person can add to a draft: each part changes what it asks for alone, says who wrote it, and is checked."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from lxml import etree

from lightkeeper.act.reports import services
from lightkeeper.act.reports.drafting import approve
from lightkeeper.act.reports.forms import DraftForm
from lightkeeper.act.reports.models import Report
from lightkeeper.act.reports.ncmec.common import Email, IpCapture, Person
from lightkeeper.act.reports.ncmec.people import Reported
from lightkeeper.act.reports.ncmec.report import Chat, InternetDetails
from lightkeeper.act.reports.ncmec.storing import load
from lightkeeper.act.reports.ncmec.tests.reports_made import MINIMAL
from lightkeeper.act.reports.ncmec.xsd import unofficial_schema
from lightkeeper.act.reports.services import Draft
from lightkeeper.act.reports.states import ReportState
from lightkeeper.act.reports.tests.filing import Scene, scene, sent
from lightkeeper.act.reports.tests.test_viewed import _graded_item as graded_item
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.review.tests.grades_made import policy

Document = type(MINIMAL)
SCHEMA = unofficial_schema()
CHAT = InternetDetails(chat=Chat(chat_room_name="c-1", content="10:00 A: hello"))
MAILS = (Email(text="one@mail.example"), Email(text="two@mail.example", verified=True))
KNOWN = dataclasses.replace(
    MINIMAL,
    internet_details=(CHAT,),
    reported=(
        Reported(
            esp_identifier="u-1", ip_captures=(IpCapture(ip_address="192.0.2.7"),),
            person=Person(age=41, emails=MAILS),
        ),
    ),
)  # fmt: skip
SAID = {
    "incident_type": MINIMAL.summary.incident_type, "incident_date_time": "2025-07-01T12:00:00",
    "incident_zone": "America/New_York", "annotations": ["sextortion"],
    "escalate_to_high_priority": "They are to meet.",
    "additional_info": "See also\r\nour letter.", "screen_name": "lamp", "emails": "two@mail.example\nnew@mail.example",
    "phones": "+1 555 0100", "profile_bio": "Lamps.", "city": "Harbour", "country": "de", "disabled": "for_good",
    "disabled_at": "2025-07-02T08:00:00", "user_notified": "false", "compromised_account": "true",
    "prior_ct_reports": "123\n456", "page_urls": "https://platform.example/1\nhttps://platform.example/2",
    "page_hosted_elsewhere": "true", "game": "Blocks", "chat_room": "c-1", "chat_service": "Chatter",
    "agency": "A police", "agency_case": "7/25", "agency_told": "true", "officer_last_name": "Lark",
    "officer_email": "lark@police.example", "process_country": "FR", "contact_last_name": "Wren",
    "contact_email": "wren@platform.example",
}  # fmt: skip


def form(**changes: Any) -> DraftForm:
    """The form of a draft, as it comes back."""
    return DraftForm({**SAID, **changes}, kept=Draft(report={}), report=KNOWN, schema=SCHEMA)


def wrong(**changes: Any) -> dict[str, list[str]]:
    """What is wrong with what was sent: by field, the sentences."""
    sent_in = form(**changes)
    assert not sent_in.is_valid()
    return {name: list(map(str, said)) for one in sent_in.sections for name, said in one.errors.items()}


def test_every_part_is_kept_and_the_rest_stays() -> None:
    sent_in = form()
    assert sent_in.is_valid(), [section.errors for section in sent_in.sections]
    assert sent_in.urgent
    kept = sent_in.applied(Draft(report={}, sources={"report/personOrUserReported[1]": "said:1:2026-11-01"}))
    made = load(Document, kept.report)
    assert made.summary.incident_date_time == datetime(2025, 7, 1, 16, tzinfo=UTC)
    assert (made.summary.annotations, made.additional_info) == (frozenset({"sextortion"}), "See also\nour letter.")
    (who,) = made.reported
    assert who.person is not None
    assert (who.esp_identifier, who.person.age, who.ip_captures) == ("u-1", 41, KNOWN.reported[0].ip_captures)
    assert who.person.emails == (MAILS[1], Email(text="new@mail.example"))
    assert who.estimated_location is not None
    assert who.estimated_location.country_code == "DE"
    assert who.account_permanently_disabled is not None
    assert who.account_permanently_disabled.disabled_date == datetime(2025, 7, 2, 8, tzinfo=UTC)
    assert who.prior_ct_reports == (123, 456)
    chat, page, game = made.internet_details
    assert chat.chat == dataclasses.replace(CHAT.chat or Chat(), chat_client="Chatter")
    assert page.web_page is not None
    assert page.web_page.third_party_hosted_content is True
    assert game.gaming is not None
    assert made.law_enforcement is not None
    assert made.law_enforcement.officer_contact is not None
    assert made.law_enforcement.served_legal_process_international is not None
    assert made.reporter.contact_person is not None
    path = "report/personOrUserReported[1]"
    assert kept.sources[f"{path}/screenName"] == "person"
    assert f"{path}/espIdentifier" not in kept.sources  # as it was: on somebody's word
    assert f"{path}/ipCaptureEvent[1]/ipAddress" not in kept.sources


def test_what_is_shown_and_sent_back_changes_nothing() -> None:
    first = form()
    assert first.is_valid()
    kept = first.applied(Draft(report={}))
    made = load(Document, kept.report)
    shown = DraftForm(None, kept=kept, report=made, schema=SCHEMA)
    data: dict[str, Any] = {}
    for section in shown.sections:
        for bound in section:
            value = bound.field.widget.format_value(bound.value())
            data[bound.name] = bound.value() if isinstance(value, list) else value
    again = DraftForm(data, kept=kept, report=made, schema=SCHEMA)
    assert again.is_valid(), [section.errors for section in again.sections]
    assert again.applied(dataclasses.replace(kept, sources={})) == dataclasses.replace(kept, sources={})


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"incident_zone": "Harbour"}, "incident_zone", "no such time zone"),
        ({"incident_zone": "../etc/passwd"}, "incident_zone", "no such time zone"),
        ({"incident_date_time": "2025-03-09T02:30:00"}, "incident_date_time", "no such time in this zone"),
        ({"incident_date_time": "2025-11-02T01:30:00"}, "incident_date_time", "twice in this zone"),
        ({"incident_date_time": "2125-07-01T12:00:00"}, "incident_date_time", "still to come"),
        ({"disabled_at": "2125-07-01T12:00:00"}, "disabled_at", "still to come"),
        ({"disabled": ""}, "disabled", "for a time or for good"),
        ({"country": ""}, "country", "needs its country"),
        ({"country": "QQ"}, "country", "no country with this code"),
        ({"process_country": "QQ"}, "process_country", "no country with this code"),
        ({"agency": ""}, "agency", "Name the authority"),
        ({"emails": "lamp"}, "emails", "is no e-mail address"),
        ({"page_urls": "lamp"}, "page_urls", "is no address of a page"),
        ({"prior_ct_reports": "4/5"}, "prior_ct_reports", "digits alone"),
        ({"phones": "1" * 51}, "phones", "at most 50 characters"),
        ({"annotations": ["planted"]}, "annotations", "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(changes: dict[str, Any], field: str, sentence: str) -> None:
    found = wrong(**changes)
    assert list(found) == [field]
    assert sentence in found[field][0]


@pytest.fixture
def here(settings: Any, tmp_path: Any) -> Iterator[Scene]:
    """An authority on loopback, and an installation that files with it in test mode."""
    settings.DATA_DIR = tmp_path
    policy()
    with scene(settings) as made:
        yield made


def drafted() -> tuple[Report, Client]:
    """A draft with one file, which was graded B2."""
    item = graded_item(looked=False)
    browser = signed_in(make_person(granted=True))
    browser.post(f"/cases/{item.case.public}/report/")
    return Report.objects.get(case=item.case), browser


@pytest.mark.django_db
def test_what_is_said_of_a_file_is_filed_and_its_class_is_the_grades_or_none(here: Scene) -> None:
    report, browser = drafted()
    page = browser.get(f"/reports/{report.public}/").content.decode()
    assert "Say its class, B2, as it was graded" in page
    said = {
        **SAID, "file-1-relevance": "Reported", "file-1-publicly_available": "true", "file-1-classified": "on",
        "file-1-uploaded_at": "2026-10-31T10:00:00", "file-1-file_info": "The first of three.",
    }  # fmt: skip
    assert browser.post(f"/reports/{report.public}/", said).status_code == 302
    (file,) = services.draft_of(report_again := Report.objects.get()).files
    assert file.details["industry_classification"] == "B2"
    assert "what a person graded" in browser.get(f"/reports/{report.public}/").content.decode()
    assert sent(approve(report_again, make_person(Role.SUPERVISOR, granted=True), "TEST")).state == ReportState.FINISHED
    (filed,) = here.authority.filed
    (details,) = (etree.fromstring(one) for one in filed.details.values())
    assert [details.findtext(name) for name in (
        "publiclyAvailable", "fileRelevance", "industryClassification", "fileViewedByEsp", "additionalInfo",
    )] == ["true", "Reported", "B2", "false", "The first of three."]  # fmt: skip
    tree = etree.fromstring(filed.document)
    assert tree.findtext("lawEnforcement/agencyName") == "A police"
    assert tree.xpath("lawEnforcement/servedLegalProcessInternational/@fleaCountry") == ["FR"]
    assert report_again.urgent


@pytest.mark.django_db
def test_a_file_that_only_helps_is_not_classified_and_a_class_can_be_left_out(here: Scene) -> None:
    report, browser = drafted()
    said = {**SAID, "file-1-relevance": "Supplemental Reported", "file-1-classified": "on"}
    refused = browser.post(f"/reports/{report.public}/", said)
    assert refused.status_code == 422
    assert "only helps to understand is not classified" in refused.content.decode()
    assert browser.post(f"/reports/{report.public}/", {**said, "file-1-classified": ""}).status_code == 302
    (file,) = services.draft_of(Report.objects.get()).files
    assert "industry_classification" not in file.details
    assert sent(approve(report, make_person(Role.SUPERVISOR, granted=True), "TEST")).state == ReportState.FINISHED
