"""Stands in for what leasing and revealing will offer."""

from __future__ import annotations

from lightkeeper.people.models import Person
from lightkeeper.record.models import Reveal
from lightkeeper.record.types import RevealLevel
from lightkeeper.review.models import Case, CaseItem, Lease


class NotYours(Exception):  # noqa: N818  # what it says
    """The case is not leased to this person."""


def require_lease(case: Case, person: Person) -> None:
    """Lock the lease, or raise."""
    if not Lease.objects.select_for_update().filter(case=case, person=person, ended_at=None).exists():
        raise NotYours


def highest_seen(case_item: CaseItem, person: Person) -> str:
    """The highest level revealed to this person."""
    rows = set(Reveal.objects.filter(case_item=case_item.pk, person=person.pk).values_list("level", flat=True))
    return max(rows, key=RevealLevel.values.index, default="")
