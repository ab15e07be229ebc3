"""Whose turn it is: which part somebody's grade would play in finding one judgement of an item."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may
from lightkeeper.review.judgement import agree
from lightkeeper.review.models import CaseItem, Grade
from lightkeeper.review.states import GradeState, ItemState
from lightkeeper.review.types import GradePart

REVIEWERS = (GradePart.FIRST, GradePart.SECOND)


def part_of(case_item: CaseItem, person: Person) -> GradePart | None:
    """Which part a grade of this person would play now; None where they have none: another's turn, or it is over.

    Nobody is their own second. Where two disagree, each of them can write what both could mean, and whoever may
    resolve and is neither can decide.
    """
    if case_item.state == ItemState.SETTLED or not may(person, Permission.CASE_GRADE):
        return None
    grades = grades_of(case_item)
    if any(grade.state == GradeState.PENDING for grade in grades):
        return None
    if case_item.state == ItemState.WAITING:
        return GradePart.FIRST
    own = person.pk in _reviewers(grades)
    if case_item.state == ItemState.SECOND:
        return None if own else GradePart.SECOND
    if own:
        return GradePart.CONSENSUS
    return GradePart.SENIOR if may(person, Permission.CASE_RESOLVE) else None


def awaits(case_item: CaseItem, person: Person) -> bool:
    """Say whether an item waits for this person: they have a part, and did not themselves propose what lies there."""
    part = part_of(case_item, person)
    if part is not GradePart.CONSENSUS:
        return part is not None
    last = standing(case_item)[-1]
    return last.part != GradePart.CONSENSUS or last.person_id != person.pk


def grades_of(case_item: CaseItem) -> list[Grade]:
    """All grades of an item in the order of their keys, with who made them, read at this moment.

    A page reads those of all its items at once before (``with_grades``); they are the same for the whole page then.
    """
    if "grades" in getattr(case_item, "_prefetched_objects_cache", {}):
        return list(case_item.grades.all())
    return list(_in_order().filter(case_item=case_item))


def with_grades(rows: QuerySet[CaseItem]) -> QuerySet[CaseItem]:
    """These items with their grades, read in one query for all: for pages, never for what is going to be changed."""
    return rows.prefetch_related(Prefetch("grades", _in_order()))


def standing(case_item: CaseItem) -> list[Grade]:
    """The grades of an item that stand, in the order in which they came to stand.

    One at a time can be pending, so the order of their keys is that order.
    """
    return [grade for grade in grades_of(case_item) if grade.state == GradeState.STANDING]


def reviewers_of(case_item: CaseItem) -> set[int]:
    """The people whose first or second grade of an item stands."""
    return _reviewers(grades_of(case_item))


def _reviewers(grades: list[Grade]) -> set[int]:
    return {grade.person_id for grade in grades if grade.state == GradeState.STANDING and grade.part in REVIEWERS}


def _in_order() -> QuerySet[Grade]:
    return Grade.objects.select_related("person", "url_grade").order_by("pk")


def settles(case_item: CaseItem, grades: list[Grade]) -> bool:
    """Say whether the last of an item's standing grades is the last word about it.

    The first is if nobody else is asked, a senior's and one given alone always. Any other is if it agrees with what
    the other reviewer said last: a second with the first, a proposal that was confirmed, or one that gives way.
    """
    last = grades[-1]
    if last.part == GradePart.FIRST:
        return not case_item.second_because
    if last.part in (GradePart.SENIOR, GradePart.ALONE):
        return True
    others = [grade for grade in grades if grade.person_id != last.person_id]
    return bool(others) and agree(last, others[-1])
