"""Triage in the console: nothing of what a report says before the look is recorded, and every refusal is a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from lightkeeper.intake.public_reports.models import PublicReport
from lightkeeper.intake.public_reports.states import Danger, ReportState
from lightkeeper.intake.public_reports.tests.made import ADDRESS, reported
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent
from lightkeeper.review.models import Case

pytestmark = pytest.mark.django_db
WORDS = "A quokka forum, first page"


def shown() -> int:
    return AuditEvent.objects.filter(event="intake:public_report:shown").count()


def act(browser: Client, report: PublicReport, name: str, **values: Any) -> Any:
    return browser.post(f"/public-reports/{report.public}/{name}/", values, follow=True)


def test_what_it_says_comes_after_a_recorded_look_and_the_report_goes_its_way() -> None:
    report = reported(description=WORDS, danger=Danger.UNSURE, contact="quokka@mail.example")
    other = reported(description="Another one")
    browser = signed_in(make_person(Role.ANALYST))
    listed = browser.get("/public-reports/")
    assert "2 reports wait" in listed.text
    assert listed.text.index(f">{report.pk}</a>") < listed.text.index(f">{other.pk}</a>"), "what may be danger first"
    page = browser.get(f"/public-reports/{report.public}/")
    for word in (WORDS, "quokka@mail.example"):
        assert word not in page.text
    assert shown() == 0
    assert WORDS in act(browser, report, "show").text
    report.refresh_from_db()
    assert (shown(), report.state) == (1, ReportState.LOOKED_AT)
    assert WORDS not in browser.get(f"/public-reports/{report.public}/").text
    assert act(browser, report, "contact").status_code == 403, "an analyst does not see contacts"
    wrong = act(browser, report, "pass-on", addresses="forum.example/x\nno address", shown="1")
    assert (wrong.status_code, shown()) == (422, 2)
    for says in ("Line 2 is not the address of a page.", "forum.example/x", WORDS):
        assert says in wrong.text
    wrong = act(browser, report, "pass-on", addresses="")
    assert "Enter one address at least" in wrong.text
    assert WORDS not in wrong.text
    for number, says in (
        (report.pk, "does not repeat itself"),
        (10**6, "no report of this number"),
        ("x", "whole number"),
    ):
        assert says in act(browser, report, "fold", number=number).text
    done = act(browser, report, "pass-on", addresses="forum.example/x", note="On its first page")
    assert f"/cases/{Case.objects.get().public}/" in done.text
    assert "forum[.]example/x" in act(browser, report, "show").text
    act(browser, other, "fold", number=report.pk)
    assert f"into report {report.pk}" in browser.get(f"/public-reports/{other.public}/").text
    assert "There is no such report." in browser.get("/public-reports/").text
    for show in ("open", "folded", "closed", "suspected", "nonsense"):
        assert browser.get("/public-reports/", {"show": show}).status_code == 200


def test_a_contact_is_shown_to_leads_and_that_is_recorded() -> None:
    report = reported(ADDRESS, contact="quokka@mail.example")
    browser = signed_in(make_person(Role.SUPERVISOR))
    assert "quokka@mail.example" in act(browser, report, "contact").text
    assert shown() == 1
    assert "quokka@mail.example" not in browser.get(f"/public-reports/{report.public}/").text
    stale = signed_in(make_person(Role.SENIOR_ANALYST), confirmed=False)
    assert "/confirm/" in stale.post(f"/public-reports/{report.public}/contact/").headers["Location"]
    PublicReport.objects.update(contact=None)
    assert "No contact was given" in act(browser, report, "contact").text


def test_what_a_program_sent_is_passed_on_as_it_is_or_closed() -> None:
    browser = signed_in(make_person(Role.ANALYST))
    good, spam = reported(ADDRESS, suspected=True), reported("https://spam.example/", suspected=True)
    assert "a program may have sent this" in browser.get(f"/public-reports/{good.public}/").text
    act(browser, good, "pass-on", addresses="")
    assert Case.objects.count() == 1
    assert "Choose" not in act(browser, spam, "close", why="spam").text
    spam.refresh_from_db()
    assert spam.state == ReportState.CLOSED
    assert act(browser, spam, "close", why="assessed").status_code == 422


def test_an_auditor_reads_and_does_nothing_and_damage_is_a_sentence() -> None:
    report = reported(description=WORDS, contact="x@mail.example")
    auditor = signed_in(make_person(Role.AUDITOR))
    page = auditor.get(f"/public-reports/{report.public}/")
    assert "Your role does not see it." in page.text
    assert "<details" not in page.text.partition("<main")[2]
    assert act(auditor, report, "show").status_code == 403
    PublicReport.objects.update(content=b"altered", contact=b"altered")
    lead = signed_in(make_person(Role.SUPERVISOR))
    for name in ("show", "contact"):
        assert act(lead, report, name).status_code == 503
    assert act(lead, report, "pass-on", addresses="a.example").status_code == 503
    assert shown() == 0, "nothing was shown"
