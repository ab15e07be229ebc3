"""Grading: what becomes a grade, the minute in which it can be undone, and what it makes of item and case."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import now

from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent
from lightkeeper.review import jobs
from lightkeeper.review.judgement import GradeError, Judgement, faults
from lightkeeper.review.leasing import NotYours
from lightkeeper.review.models import Case, CaseItem, Grade, Lease
from lightkeeper.review.queries import deciding_grade, note_of, part_of
from lightkeeper.review.services import settle, submit_grade, undo_grade
from lightkeeper.review.tests.grades_made import (
    case_item,
    graded,
    harmless,
    illegal,
    leased,
    minute_over,
    policy,
    reviewer,
    stood,
)
from lightkeeper.review.tests.looking import looked
from lightkeeper.review.tests.making import item as content
from lightkeeper.review.types import GradePart
from lightkeeper.runtime.models import Work
from lightkeeper.runtime.services import Later

pytestmark = pytest.mark.django_db


def told(event: str) -> list[dict[str, object]]:
    return [json.loads(row.details) for row in AuditEvent.objects.filter(event=event).order_by("pk")]


def test_a_grade_is_pending_for_a_minute_and_then_settles_item_and_case() -> None:
    policy()
    item, person = case_item(), reviewer()
    grade = graded(item, person, illegal(note="  a word  "))
    assert (grade.part, grade.state, grade.seen, grade.policy) == ("first", "pending", "", 1)
    assert timedelta(seconds=59) < grade.stands_at - now() <= timedelta(seconds=60)
    assert (Work.objects.get(kind="review:settle").due_at, Case.objects.get().state) == (grade.stands_at, "settling")
    assert b"word" not in bytes(grade.note or b"")
    assert note_of(grade) == "a word"
    with pytest.raises(Later):
        jobs.settle(grade.pk)
    assert not settle(grade.pk)
    assert minute_over(grade)
    item.refresh_from_db()
    assert (item.state, Case.objects.get().state) == ("settled", "closed")
    assert deciding_grade(item) == grade
    assert told("review:grade:submitted") == [{"offered": False, "part": "first", "seen": None}]
    assert told("review:grade:stood") == [{"part": "first", "second": False}]
    assert told("review:item:settled") == [{"grade": grade.pk, "grades": 1}]
    assert told("review:case:closed") == [{"items": 1}]


def test_settling_twice_has_one_effect() -> None:
    policy()
    grade = graded(case_item(), reviewer(), harmless())
    assert [minute_over(grade), settle(grade.pk), settle(grade.pk)] == [True, False, False]
    jobs.settle(grade.pk)
    assert [len(told(f"review:{act}")) for act in ("grade:stood", "item:settled", "case:closed")] == [1, 1, 1]


def test_an_undone_grade_never_stands_and_the_item_waits_again() -> None:
    policy()
    item, person = case_item(), reviewer()
    grade = graded(item, person, harmless())
    undo_grade(grade, person)
    assert not minute_over(grade)
    item.refresh_from_db()
    assert (item.state, Case.objects.get().state, part_of(item, person)) == ("waiting", "waiting", "first")
    assert told("review:grade:undone") == [{"part": "first"}]
    assert not told("review:grade:stood")
    assert stood(item, person, illegal()).state == "standing"


def test_only_its_author_undoes_a_grade_and_only_once_within_the_minute() -> None:
    policy()
    item, person = case_item(), reviewer()
    grade = graded(item, person, harmless())
    with pytest.raises(GradeError, match="Only whoever made"):
        undo_grade(grade, reviewer())
    Grade.objects.filter(pk=grade.pk).update(stands_at=now())
    with pytest.raises(GradeError, match="minute is over"):
        undo_grade(grade, person)
    minute_over(grade)
    with pytest.raises(GradeError, match="minute is over"):
        undo_grade(grade, person)
    other = graded(case_item(b"other", 2), person, harmless())
    undo_grade(other, person)
    with pytest.raises(GradeError, match="undone already"):
        undo_grade(other, person)


def test_who_has_no_lease_or_no_right_grades_nothing() -> None:
    item, person = case_item(), reviewer()
    with pytest.raises(NotYours):
        submit_grade(case_item=item, person=person, judgement=harmless())
    for stranger in (reviewer(Role.SUPERVISOR), reviewer(Role.AUDITOR)):
        leased(item, stranger)
        with pytest.raises(PermissionDenied):
            submit_grade(case_item=item, person=stranger, judgement=harmless())
    assert not Grade.objects.exists()


def test_a_form_for_another_part_than_it_is_by_now_is_refused() -> None:
    policy(second_unsure=True)
    item, first, second = case_item(), reviewer(), reviewer()
    stood(item, first, harmless(confidence="unsure"))
    with pytest.raises(GradeError, match="quicker"):
        graded(item, second, harmless(part=GradePart.FIRST))
    assert graded(item, second, harmless(part=GradePart.SECOND)).part == "second"
    with pytest.raises(GradeError, match="does not wait"):
        graded(item, reviewer(), harmless())


def test_what_was_seen_is_read_from_the_view_log_when_it_is_graded() -> None:
    item, person, other = case_item(), reviewer(), reviewer()
    looked(item, other, "full")
    looked(item, person, "tile")
    looked(item, person, "grey")
    grade = graded(item, person, harmless())
    assert grade.seen == "grey"
    assert told("review:grade:submitted")[0]["seen"] == "grey"


def test_the_lease_ends_when_nothing_is_left_for_its_holder() -> None:
    policy()
    item, person = case_item(), reviewer()
    second = CaseItem.objects.create(case=item.case, item=content(b"other"), position=2, added_at=now())
    lease = leased(item, person)
    submit_grade(case_item=item, person=person, judgement=harmless())
    lease.refresh_from_db()
    assert lease.ended_at is None
    submit_grade(case_item=second, person=person, judgement=harmless())
    lease.refresh_from_db()
    assert lease.ended == "done"
    assert not Lease.objects.filter(ended_at=None).exists()
    assert told("review:lease:ended") == [{"person": person.pk, "why": "done"}]


@pytest.mark.parametrize(
    ("judgement", "sentence"),
    [
        (illegal(outcome="dreadful"), "Say first what it is."),
        (illegal(uk_category=""), "“UK category” is not answered."),
        (illegal(uk_category="A1"), "“UK category” has an answer that the vocabulary does not know."),
        (harmless(uk_category="A"), "“UK category” is not asked after this outcome; leave it open."),
        (harmless(creation=("unknown",)), "“How it came about” is not asked after this outcome; leave it open."),
        (illegal(creation=("unknown", "ai_generated")), "“How it came about” has an answer that goes with no other."),
        (illegal(annotations=("infant", "infant")), "“Annotations” has the same answer twice."),
        (harmless(imminent=True, note=" "), "Say why a child is in danger now: give a reason or write a note."),
        (harmless(note="x" * 281), "The note is longer than 280 characters."),
        (harmless(confidence=""), "“How sure are you?” is not answered."),
        (harmless(proposed="burn"), "“What is to be done?” has an answer that the vocabulary does not know."),
    ],
)
def test_each_fault_has_one_sentence_and_makes_no_grade(judgement: Judgement, sentence: str) -> None:
    assert faults(judgement) == [sentence]
    item, person = case_item(), reviewer()
    with pytest.raises(GradeError) as raised:
        graded(item, person, judgement)
    assert raised.value.sentences == (sentence,)
    assert not Grade.objects.exists()
    assert not told("review:grade:submitted")


def test_all_faults_are_told_together() -> None:
    bare = dataclasses.replace(illegal(), uk_category="", industry_class="", age_bracket="", sex="")
    assert len(faults(bare)) == 4
