"""Closing at once what a program probably sent: chosen by a person, all or none, and never what may be danger."""

from __future__ import annotations

import json
import uuid

import pytest

from lightkeeper.intake.public_reports.models import PublicReport
from lightkeeper.intake.public_reports.states import Danger
from lightkeeper.intake.public_reports.tests.made import reported
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent

pytestmark = pytest.mark.django_db
LIST = "/public-reports/?show=suspected"


def suspected(text: str, **values: object) -> PublicReport:
    row = reported(description=text, **values)
    PublicReport.objects.filter(pk=row.pk).update(suspected=True)
    return row


def states() -> list[str]:
    return list(PublicReport.objects.order_by("pk").values_list("state", flat=True))


def test_what_was_chosen_is_closed_as_spam_and_the_rest_waits() -> None:
    rows = [suspected(f"Buy this {number}") for number in range(3)]
    browser = signed_in(make_person(Role.ANALYST))
    assert browser.get(LIST).text.count('name="chosen"') == 3
    chosen = [str(row.public) for row in rows[:2]]
    page = browser.post("/public-reports/close-spam/", {"chosen": [*chosen, "no id"]}, follow=True)
    assert "2 reports are closed as spam." in page.text
    assert states() == ["closed", "closed", "received"]
    closed = AuditEvent.objects.filter(event="intake:public_report:closed")
    assert [json.loads(one.details)["reason"] for one in closed] == ["spam", "spam"]


@pytest.mark.parametrize("danger", [Danger.YES, Danger.UNSURE])
def test_what_may_be_danger_is_read_first_and_then_nothing_is_closed(danger: Danger) -> None:
    first, grave = suspected("Buy this"), suspected("Help", danger=danger)
    browser = signed_in(make_person(Role.ANALYST))
    assert browser.get(LIST).text.count('name="chosen"') == 1
    chosen = [str(first.public), str(grave.public)]
    page = browser.post("/public-reports/close-spam/", {"chosen": chosen}, follow=True)
    assert f"Report {grave.pk} may be about danger" in page.text
    assert states() == ["received", "received"]


def test_what_nobody_suspects_is_not_closed_unread() -> None:
    row = reported(description="A forum about quokkas")
    browser = signed_in(make_person(Role.ANALYST))
    assert 'name="chosen"' not in browser.get("/public-reports/").text
    browser.post("/public-reports/close-spam/", {"chosen": [str(row.public)]})
    assert states() == ["received"]


@pytest.mark.parametrize("chosen", [[], ["x"], [str(uuid.uuid4())]])
def test_nothing_chosen_is_said(chosen: list[str]) -> None:
    browser = signed_in(make_person(Role.ANALYST))
    page = browser.post("/public-reports/close-spam/", {"chosen": chosen}, follow=True)
    assert "Choose at least one report." in page.text
