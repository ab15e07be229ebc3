"""Cases with something to show, and people who have them."""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from lightkeeper.demo import drawings, edits
from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import make_person
from lightkeeper.people.types import Role
from lightkeeper.record import authority
from lightkeeper.record.models import AuditEvent, Policy
from lightkeeper.record.policy import current_policy
from lightkeeper.record.services import change_policy, incoming, keep, record_authority
from lightkeeper.record.types import Actor, ObjectKind
from lightkeeper.review.models import CaseItem, Lease
from lightkeeper.review.services import keep_derivative
from lightkeeper.review.tests.making import opened, original, source
from lightkeeper.review.types import CaseReason, MediaKind

DRAWING = edits.as_jpeg(drawings.drawing(5, (192, 144)))


def answered_for() -> None:
    """Somebody answers for keeping and showing."""
    record_authority(
        organisation="An organisation", person_name="A person", role="Head", country="GB", basis="A law",
        actor=Actor.operator(),
    )  # fmt: skip
    authority.forget()


def case_item(data: bytes = DRAWING, number: int = 1, *, derivatives: bool = True) -> CaseItem:
    """An item before a person, with a picture of each level."""
    ref = opened(data, number=number, original=original(data))
    row = CaseItem.objects.select_related("case", "item").get(case_id=ref.id)
    for kind in (MediaKind.TILE, MediaKind.GREY, MediaKind.FULL) if derivatives else ():
        with incoming(1 << 20) as writer:
            writer.write(DRAWING)
            stored = writer.commit()
        with transaction.atomic():
            keep_derivative(case_item_id=row.pk, kind=kind, made=keep(stored, kind=ObjectKind.DERIVATIVE))
    return row


def reported(number: int = 1, note: str = "A note about <b>it</b>.") -> CaseItem:
    """An item that a user report brought."""
    context = {"report": {"reason": "other", "note": note}}
    ref = opened(b"%d" % number, source=source(number), reason=CaseReason.USER_REPORT, context=context, findings=[])
    return CaseItem.objects.select_related("case", "item").get(case_id=ref.id)


def reviewer(*rows: CaseItem, role: Role = Role.ANALYST) -> Person:
    """Somebody who may see content, with a lease on the case of these."""
    person = make_person(role, granted=True)
    for row in rows:
        lease(row, person)
    return person


def lease(row: CaseItem, person: Person) -> None:
    """Give somebody a case."""
    Lease.objects.create(case=row.case, person=person, taken_at=now(), beat_at=now())


def policy(**changes: Any) -> None:
    """Put another policy in force."""
    change_policy(changes, reason="for a test", actor=Actor.operator())
    assert Policy.objects.count() == current_policy().version


def post(client: Client, row: CaseItem, name: str = "review:reveal", **data: str) -> Any:
    """Ask for something to be shown, as the page does."""
    return client.post(reverse(name, args=[row.case.public, row.position]), data)


def trail(event: str) -> list[dict[str, Any]]:
    """The details of all such events."""
    return [json.loads(row.details) for row in AuditEvent.objects.filter(event=event).order_by("pk")]
