"""What a legal hold keeps from being destroyed is remembered, and destroyed once when no hold stands any more."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from lightkeeper.record import jobs
from lightkeeper.record.models import AuditEvent, OwedDestruction, VaultObject
from lightkeeper.record.services import (
    destroy,
    destroy_owed,
    get_or_create_item,
    incoming,
    keep,
    let_go,
    lift_hold,
    place_hold,
    read_object,
)
from lightkeeper.record.tests.support import PERSON
from lightkeeper.record.types import DestructionReason, HoldBasis, ItemKind, LiftReason, ObjectKind, Subject
from lightkeeper.runtime.work.registry import schedules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
DATA = b"harmless bytes"
SUBMISSION = Subject("submission", "12")


def kept(data: bytes = DATA, original: VaultObject | None = None) -> VaultObject:
    with incoming(1000) as writer:
        writer.write(data)
        stored = writer.commit()
    with transaction.atomic():
        return keep(stored, kind=ObjectKind.DERIVATIVE if original else ObjectKind.ORIGINAL, original=original)


def held(subject: Subject) -> int:
    return place_hold(subject=subject, basis=HoldBasis.COURT_ORDER, reference="A matter", by=PERSON).pk


def lift(hold: int) -> None:
    lift_hold(hold=hold, reason=LiftReason.CLOSED, reference="Closed", by=PERSON)


def item() -> Subject:
    found = get_or_create_item(kind=ItemKind.PICTURE, sha256=hashlib.sha256(DATA).digest(), size=len(DATA))
    return Subject("item", str(found.pk))


def count(event: str) -> int:
    return AuditEvent.objects.filter(event=f"record:object:{event}").count()


def test_without_a_hold_it_is_destroyed_at_once() -> None:
    obj = kept()
    assert let_go(obj, reason=DestructionReason.SUPERSEDED, subject=SUBMISSION)
    assert obj.destroyed_because == DestructionReason.SUPERSEDED
    assert not OwedDestruction.objects.exists()
    assert (count("destroyed"), count("owed")) == (1, 0)


@pytest.mark.parametrize("on", ["item", "submission"])
def test_under_a_hold_it_is_owed_once_and_destroyed_once_when_that_is_lifted(on: str) -> None:
    obj = kept()
    hold = held(item() if on == "item" else SUBMISSION)
    for _ in range(2):
        assert not let_go(obj, reason=DestructionReason.SCAN_FINISHED, subject=SUBMISSION)
    assert (destroy_owed(), count("owed"), count("destroyed")) == (0, 1, 0)
    assert read_object(obj) == DATA
    lift(hold)
    jobs.destroy_what_is_owed(None)
    jobs.destroy_what_is_owed(None)
    obj.refresh_from_db()
    assert obj.destroyed_because == DestructionReason.SCAN_FINISHED
    assert count("destroyed") == 1
    assert not OwedDestruction.objects.exists()


def test_while_another_hold_stands_it_stays_owed_and_others_are_not_kept_waiting() -> None:
    obj, other = kept(), kept(b"other bytes")
    first, second = held(item()), held(SUBMISSION)
    third = held(Subject("case", "3"))
    let_go(obj, reason=DestructionReason.WITHDRAWN, subject=SUBMISSION)
    let_go(other, reason=DestructionReason.SUPERSEDED, subject=Subject("case", "3"))
    lift(first)
    lift(third)
    assert destroy_owed() == 1
    assert OwedDestruction.objects.get().vault_object == obj
    lift(second)
    assert destroy_owed() == 1


def test_a_hold_on_the_original_keeps_what_was_made_of_it() -> None:
    original = kept()
    made = kept(b"a smaller form", original)
    hold = held(item())
    assert not let_go(made, reason=DestructionReason.SUPERSEDED)
    lift(hold)
    assert destroy_owed() == 1


def test_what_was_destroyed_otherwise_meanwhile_is_owed_no_more() -> None:
    obj = kept()
    hold = held(item())
    let_go(obj, reason=DestructionReason.SUPERSEDED)
    lift(hold)
    destroy(obj, reason=DestructionReason.ERASED)
    destroy_owed()
    obj.refresh_from_db()
    assert obj.destroyed_because == DestructionReason.ERASED
    assert not OwedDestruction.objects.exists()
    assert count("destroyed") == 1


def test_half_a_subject_is_refused_by_the_database() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        OwedDestruction.objects.create(vault_object=kept(), reason=DestructionReason.ERASED, subject_kind="case")


def test_it_is_looked_for_every_day() -> None:
    assert {one.kind: one.every for one in schedules()}["record:owed"] == timedelta(days=1)
