"""What tests of grades share: reviewers, judgements, leases, and a minute that passes at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import make_person
from lightkeeper.people.types import Role
from lightkeeper.record.policy import change_policy
from lightkeeper.record.types import Actor
from lightkeeper.review.judgement import Judgement
from lightkeeper.review.models import CaseItem, Grade, Lease
from lightkeeper.review.services import settle, submit_grade
from lightkeeper.review.tests.making import opened
from lightkeeper.review.types import LeaseEnd

NO_SECOND: dict[str, Any] = {
    "second_high_stakes": False,
    "second_unsure": False,
    "second_list_disagrees": False,
    "second_random_percent": 0,
    "second_new_reviewer_grades": 0,
}


def reviewer(role: Role = Role.ANALYST) -> Person:
    """Somebody who may grade."""
    return make_person(role, granted=True)


def illegal(**values: Any) -> Judgement:
    """A judgement that something is illegal, with all that is asked then."""
    asked: dict[str, Any] = {
        "outcome": "confirmed_illegal", "confidence": "sure", "proposed": "remove", "uk_category": "C",
        "industry_class": "B2", "age_bracket": "11-13", "sex": "unidentified",
    }  # fmt: skip
    return Judgement(**{**asked, **values})


def harmless(**values: Any) -> Judgement:
    """A judgement that something is not illegal."""
    return Judgement(**{"outcome": "not_illegal", "confidence": "sure", "proposed": "reinstate", **values})


def policy(**changes: Any) -> None:
    """No second reviewer, except by what is changed here."""
    change_policy({**NO_SECOND, **changes}, reason="a test", actor=Actor.system())


def case_item(data: bytes = b"drawing", number: int = 1, **values: Any) -> CaseItem:
    """An item of a case that waits for a first review."""
    ref = opened(data, number, **values)
    return CaseItem.objects.select_related("case").filter(case_id=ref.id).order_by("-position")[0]


def leased(item: CaseItem, person: Person) -> Lease:
    """The lease of this person; whoever had the case gives it back, and the person theirs."""
    at = now()
    Lease.objects.filter(ended_at=None, case=item.case).update(ended_at=at, ended=LeaseEnd.RELEASED)
    Lease.objects.filter(ended_at=None, person=person).update(ended_at=at, ended=LeaseEnd.RELEASED)
    return Lease.objects.create(case_id=item.case_id, person=person, taken_at=at, beat_at=at)


def graded(item: CaseItem, person: Person, judgement: Judgement, **more: Any) -> Grade:
    """A grade that can still be undone."""
    leased(item, person)
    return submit_grade(case_item=item, person=person, judgement=judgement, **more)


def minute_over(grade: Grade) -> bool:
    """Let a grade's minute pass and its work be done."""
    Grade.objects.filter(pk=grade.pk).update(stands_at=now() - timedelta(seconds=1))
    return settle(grade.pk)


def stood(item: CaseItem, person: Person, judgement: Judgement, **more: Any) -> Grade:
    """A grade that stands, and the item brought up to date."""
    grade = graded(item, person, judgement, **more)
    minute_over(grade)
    item.refresh_from_db()
    grade.refresh_from_db()
    return grade
