"""Settling under others' feet: at the same moment twice, against an undo, killed half-way. One effect, or none."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from django.utils.timezone import now

from lightkeeper.people.models import Person
from lightkeeper.record.events import Event
from lightkeeper.record.models import AuditEvent
from lightkeeper.record.services import subscribe, unsubscribe
from lightkeeper.record.types import EventRow
from lightkeeper.review import jobs
from lightkeeper.review.judgement import GradeError
from lightkeeper.review.models import Case, CaseItem, Grade
from lightkeeper.review.services import settle, submit_grade, undo_grade
from lightkeeper.review.tests.grades_made import case_item, graded, harmless, illegal, leased, policy, reviewer, stood
from lightkeeper.review.tests.making import item as content
from lightkeeper.runtime.models import Work
from lightkeeper.runtime.tests.threads import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
EVENTS = ("grade:submitted", "grade:undone", "grade:stood", "item:settled", "case:closed")


def events() -> Counter[str]:
    rows = AuditEvent.objects.filter(event__startswith="review:").values_list("event", flat=True)
    return Counter({name: list(rows).count(f"review:{name}") for name in EVENTS})


def due(grade: Grade) -> Grade:
    Grade.objects.filter(pk=grade.pk).update(stands_at=now() - timedelta(seconds=1))
    return grade


def test_two_workers_that_settle_at_once_have_one_effect() -> None:
    policy()
    grade = due(graded(case_item(), reviewer(), harmless()))
    done: list[bool] = []
    all_at_once(*[lambda: done.append(settle(grade.pk))] * 4)
    assert sorted(done) == [False, False, False, True]
    assert events() == {"grade:submitted": 1, "grade:undone": 0, "grade:stood": 1, "item:settled": 1, "case:closed": 1}


def test_an_undo_and_a_settling_at_once_have_one_winner(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clocks of two machines differ: the one that settles thinks the minute over, the one that undoes does not."""
    policy()
    monkeypatch.setattr("lightkeeper.review.settling.now", lambda: now() + timedelta(seconds=120))
    for number in range(6):
        person = reviewer()
        grade = graded(case_item(b"drawing %d" % number, number), person, harmless())
        won: list[str] = []
        all_at_once(partial(_undo, grade, person, won), partial(_settle, grade, won))
        grade.refresh_from_db()
        assert won == [{"undone": "undone", "standing": "stood"}[grade.state]]
        assert CaseItem.objects.get(pk=grade.case_item_id).state == (
            "settled" if grade.state == "standing" else "waiting"
        )
    counted = events()
    assert counted["grade:stood"] + counted["grade:undone"] == 6
    assert counted["item:settled"] == counted["case:closed"] == counted["grade:stood"]


def _settle(grade: Grade, won: list[str]) -> None:
    if settle(grade.pk):
        won.append("stood")


def _undo(grade: Grade, person: Person, won: list[str]) -> None:
    try:
        undo_grade(grade, person)
    except GradeError:
        return
    won.append("undone")


def test_a_form_that_is_sent_twice_at_once_is_one_grade() -> None:
    policy()
    item, person = case_item(), reviewer()
    leased(item, person)
    refused: list[str] = []

    def send() -> None:
        try:
            submit_grade(case_item=item, person=person, judgement=harmless())
        except Exception as error:  # noqa: BLE001  # without a lease by then, or without a part: refused either way
            refused.append(type(error).__name__)

    all_at_once(*[send for _ in range(4)])
    assert len(refused) == 3
    assert set(refused) <= {"GradeError", "NotYours"}
    assert Grade.objects.count() == Work.objects.filter(kind="review:settle").count() == 1


def test_what_dies_while_it_settles_leaves_all_to_be_done_again() -> None:
    policy()
    item = case_item()
    grade = due(graded(item, reviewer(), illegal()))

    def die(event: EventRow) -> None:
        raise KeyboardInterrupt

    subscribe(Event.REVIEW_CASE_CLOSED, die)
    try:
        with pytest.raises(KeyboardInterrupt):
            settle(grade.pk)
    finally:
        unsubscribe(Event.REVIEW_CASE_CLOSED, die)
    grade.refresh_from_db()
    item.refresh_from_db()
    assert (grade.state, item.state, Case.objects.get().state) == ("pending", "waiting", "settling")
    assert events()["grade:stood"] == 0
    jobs.settle(grade.pk)
    jobs.settle(grade.pk)
    assert events() == {"grade:submitted": 1, "grade:undone": 0, "grade:stood": 1, "item:settled": 1, "case:closed": 1}


def test_work_is_there_if_and_only_if_its_grade_is() -> None:
    item, person = case_item(), reviewer()
    with transaction.atomic():
        graded(item, person, harmless())
        transaction.set_rollback(True)
    assert not Grade.objects.exists()
    assert not Work.objects.filter(kind="review:settle").exists()
    grade = graded(item, person, harmless())
    work = Work.objects.get(kind="review:settle")
    assert (work.subject, work.due_at) == (grade.pk, grade.stands_at)
    jobs.settle(None)
    jobs.settle(grade.pk + 1)
    assert Grade.objects.get().state == "pending"


def test_the_last_of_several_items_closes_the_case() -> None:
    policy(second_unsure=True)
    item, first, other = case_item(), reviewer(), reviewer()
    more = CaseItem.objects.create(case=item.case, item=content(b"other"), position=2, added_at=now())
    stood(item, first, harmless(confidence="unsure"))
    assert Case.objects.get(pk=item.case_id).state == "waiting"
    graded(more, first, harmless())
    assert Case.objects.get(pk=item.case_id).state == "second"
    due(Grade.objects.get(state="pending"))
    settle(Grade.objects.get(state="pending").pk)
    assert Case.objects.get(pk=item.case_id).state == "second"
    stood(item, other, harmless())
    assert Case.objects.get(pk=item.case_id).state == "closed"
    assert events()["case:closed"] == 1
