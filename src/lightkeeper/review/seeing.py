"""Who may see which grades: the one place of the rule by which a second reviewer is blind."""

from __future__ import annotations

from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may
from lightkeeper.review.models import CaseItem, Grade
from lightkeeper.review.parts import grades_of, reviewers_of, settles, standing
from lightkeeper.review.states import GradeState, ItemState
from lightkeeper.review.types import SecondReason


def may_see_grades(case_item: CaseItem, person: Person) -> list[Grade]:
    """What this person may see of an item's grades, in the order in which they were made.

    Everybody sees their own. Those of others are seen once the item is settled, by all who may read cases; and where
    two disagree, by these two and by whoever may resolve. Before that nobody sees them, whatever their role: who
    could still be asked for a second judgement must not know the first. What can still be undone only its author
    sees, and what was undone.
    """
    if not may(person, Permission.CASE_READ):
        return []
    others = _sees_others(case_item, person)
    return [
        grade
        for grade in grades_of(case_item)
        if grade.person_id == person.pk or (others and grade.state == GradeState.STANDING)
    ]


def may_see_reasons(case_item: CaseItem, person: Person) -> list[SecondReason]:
    """Why a second person was asked, for whoever may see the first grade: the reasons say much about it."""
    if not case_item.second_because or not may(person, Permission.CASE_READ) or not _sees_others(case_item, person):
        return []
    return [SecondReason(code) for code in case_item.second_because.split(",")]


def _sees_others(case_item: CaseItem, person: Person) -> bool:
    if case_item.state == ItemState.SETTLED:
        return True
    if case_item.state != ItemState.DISAGREED:
        return False
    return person.pk in reviewers_of(case_item) or may(person, Permission.CASE_RESOLVE)


def deciding_grade(case_item: CaseItem) -> Grade | None:
    """The grade that settled an item: the last that stands. None while it is not settled, or if erasing settled it."""
    if case_item.state != ItemState.SETTLED:
        return None
    grades = standing(case_item)
    return grades[-1] if grades and settles(case_item, grades) else None
