"""Whose turn it is: which part somebody's grade would play in finding one judgement of an item."""

from __future__ import annotations

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
    if case_item.grades.filter(state=GradeState.PENDING).exists():
        return None
    if case_item.state == ItemState.WAITING:
        return GradePart.FIRST
    own = person.pk in reviewers_of(case_item)
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


def standing(case_item: CaseItem) -> list[Grade]:
    """The grades of an item that stand, in the order in which they came to stand.

    One at a time can be pending, so the order of their keys is that order.
    """
    return list(case_item.grades.filter(state=GradeState.STANDING).select_related("person").order_by("pk"))


def reviewers_of(case_item: CaseItem) -> set[int]:
    """The people whose first or second grade of an item stands."""
    rows = case_item.grades.filter(state=GradeState.STANDING, part__in=REVIEWERS)
    return set(rows.values_list("person_id", flat=True))


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
