"""A child in danger now: who is called, what it makes of the case, and when nobody says so any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from lightkeeper.people.models import Alert
from lightkeeper.review.models import Case
from lightkeeper.review.services import undo_grade
from lightkeeper.review.tests.grades_made import case_item, graded, harmless, illegal, policy, reviewer, stood
from lightkeeper.review.tests.making import opened, source
from lightkeeper.review.types import CaseReason

pytestmark = pytest.mark.django_db
DANGER = harmless(imminent=True, reason="says_so")


def test_it_is_told_at_once_and_stays_told_but_the_case_is_calm_again_when_it_is_undone() -> None:
    item, person = case_item(), reviewer()
    due = item.case.due_at
    grade = graded(item, person, DANGER)
    case = Case.objects.get()
    assert case.imminent
    assert case.due_at < due
    undo_grade(grade, person)
    case = Case.objects.get()
    assert not case.imminent
    assert abs(case.due_at - due) < timedelta(seconds=1)
    assert [(alert.kind, alert.urgent) for alert in Alert.objects.all()] == [("urgent_case", True)]
    graded(item, person, DANGER)
    assert Case.objects.get().imminent


def test_undoing_a_grade_without_danger_changes_nothing_of_the_case() -> None:
    item, person = case_item(), reviewer()
    before = Case.objects.values("imminent", "due_at").get()
    undo_grade(graded(item, person, illegal()), person)
    assert Case.objects.values("imminent", "due_at").get() == before


def test_what_was_due_sooner_by_itself_stays_so() -> None:
    item, person = case_item(), reviewer()
    soon = now() + timedelta(minutes=5)
    Case.objects.update(due_at=soon, opened_at=now() - timedelta(days=30))
    undo_grade(graded(item, person, DANGER), person)
    assert (Case.objects.get().imminent, Case.objects.get().due_at) == (False, soon)


@pytest.mark.parametrize("before", [True, False])
def test_a_report_that_says_so_holds_the_mark_whoever_undoes(before: bool) -> None:
    said: dict[str, Any] = {"reason": CaseReason.USER_REPORT, "findings": [], "imminent": True, "source": source(9)}
    item, person = (case_item(), reviewer()) if not before else (case_item(**said), reviewer())
    grade = graded(item, person, DANGER)
    if not before:
        opened(b"drawing", 2, **said)
    undo_grade(grade, person)
    case = Case.objects.get()
    assert case.imminent
    assert case.due_at < case.opened_at + timedelta(hours=1, seconds=5)


def test_a_submission_that_says_it_the_second_time_has_said_it() -> None:
    item, person = case_item(source=source(4)), reviewer()
    opened(b"drawing", 2, source=source(4), imminent=True)
    undo_grade(graded(item, person, DANGER), person)
    assert Case.objects.get().imminent


def test_another_grade_that_stands_holds_the_mark() -> None:
    policy(second_random_percent=100)
    item, second = case_item(), reviewer()
    stood(item, reviewer(), DANGER)
    undo_grade(graded(item, second, DANGER), second)
    assert Case.objects.get().imminent


def test_a_pending_grade_of_another_item_holds_the_mark() -> None:
    first, person = case_item(person=b"p" * 32), reviewer()
    second = case_item(b"other", 2, person=b"p" * 32)
    assert second.case_id == first.case_id
    kept = graded(first, person, DANGER)
    undo_grade(graded(second, person, DANGER), person)
    assert Case.objects.get().imminent
    undo_grade(kept, person)
    assert not Case.objects.get().imminent
