"""The pages of corrections: what rests on an entry, the act, how far it has come; from a case and by number."""

from __future__ import annotations

import dataclasses

import pytest

from lightkeeper.intake import correcting
from lightkeeper.intake.models import Correction
from lightkeeper.lists.models import Entry
from lightkeeper.lists.tests.making import csv, imported, row, value
from lightkeeper.people.tests.people_made import signed_in
from lightkeeper.people.types import Role
from lightkeeper.review.models import CaseItem
from lightkeeper.review.tests.grades_made import case_item, illegal, policy, reviewer, stood
from lightkeeper.review.tests.making import finding
from lightkeeper.runtime.services import Later

pytestmark = pytest.mark.django_db

WHY = "The source listed a stock photograph."


@pytest.fixture
def item() -> CaseItem:
    policy()
    imported(csv(row(1, "sha256")))
    entry = Entry.objects.get().pk
    return case_item(findings=[dataclasses.replace(finding(), entry=entry, algorithm="sha256", distance=0)])


def test_from_a_finding_of_a_case_to_the_cases_that_are_opened_again(item: CaseItem) -> None:
    stood(item, reviewer(), illegal())
    entry = Entry.objects.get().pk
    browser = signed_in(reviewer(Role.SENIOR_ANALYST))
    address, page = f"/corrections/entries/{entry}/", f"/cases/{item.case.public}/"
    assert address in browser.get(page).content.decode()
    assert address not in signed_in(reviewer()).get(page).content.decode()
    shown = browser.get(address).content.decode()
    assert "1 settled item is opened again" in shown
    assert str(item.case.public) in shown
    assert browser.post(address, {"state": "disputed", "reason": " "}).status_code == 422
    answer = browser.post(address, {"state": "disputed", "reason": WHY})
    made = Correction.objects.get()
    assert answer.headers["Location"] == f"/corrections/{made.pk}/"
    under_way = browser.get(f"/corrections/{made.pk}/").content.decode()
    assert "1 to come" in under_way
    assert WHY in under_way
    for _ in range(2):
        with pytest.raises(Later):
            correcting.correct(made.pk)
    assert "1 to come" not in browser.get(f"/corrections/{made.pk}/").content.decode()
    again = CaseItem.objects.get(reopens=item)
    told = browser.get(f"/cases/{again.case.public}/").content.decode()
    assert "This entry was proved wrong" in told
    assert WHY in told
    assert "It was proved wrong already." in browser.get(address).content.decode()
    assert "already" in browser.post(address, {"state": "disputed", "reason": WHY}).content.decode()
    assert Correction.objects.count() == 1


def test_by_the_number_of_an_entry(item: CaseItem) -> None:
    browser, entry = signed_in(reviewer(Role.SUPERVISOR)), Entry.objects.get().pk
    assert browser.get(f"/corrections/?entry={entry}").headers["Location"] == f"/corrections/entries/{entry}/"
    for wrong in ("0", "x", "9" * 30):
        answer = browser.get(f"/corrections/?entry={wrong}")
        assert answer.status_code == 422
        assert "There is no entry with this number." in answer.content.decode()
    assert browser.get("/corrections/entries/999999/").status_code == 404
    assert browser.get("/corrections/999999/").status_code == 404


def test_no_page_shows_a_value_or_the_label_of_an_entry(item: CaseItem) -> None:
    browser, entry = signed_in(reviewer(Role.SUPERVISOR)), Entry.objects.get().pk
    shown = browser.get(f"/corrections/entries/{entry}/").content.decode()
    assert value(1, "sha256").hex() not in shown.lower()


@pytest.mark.parametrize("role", [Role.ANALYST, Role.LIST_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_may_not_sees_nothing(item: CaseItem, role: Role) -> None:
    browser, entry = signed_in(reviewer(role)), Entry.objects.get().pk
    for path in ("/corrections/", f"/corrections/entries/{entry}/", "/corrections/1/"):
        assert browser.get(path).status_code == 403
    assert browser.post(f"/corrections/entries/{entry}/", {"state": "disputed", "reason": WHY}).status_code == 403
    assert Entry.objects.get().state == "active"
