"""Rows of the view log for tests that are about what follows from having looked."""

from __future__ import annotations

from lightkeeper.people.models import Person
from lightkeeper.record.models import Reveal
from lightkeeper.review.models import CaseItem


def looked(item: CaseItem, person: Person, level: str) -> Reveal:
    """Somebody saw the whole picture at this level."""
    return Reveal.objects.create(
        person=person.pk, role=person.role, item=item.item, case_item=item.pk, track="picture", level=level,
        part="whole", purpose="first", policy=0, limit=20,
    )  # fmt: skip
