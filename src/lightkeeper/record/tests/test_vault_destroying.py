"""Destroying takes the key first, leaves a row that says why, and stops at a legal hold."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from lightkeeper.record.errors import (
    HeldError,
    VaultObjectDestroyedError,
)
from lightkeeper.record.events import Event
from lightkeeper.record.models import AuditEvent, VaultObject
from lightkeeper.record.services import (
    destroy,
    get_or_create_item,
    lift_hold,
    place_hold,
    read_object,
)
from lightkeeper.record.tests.support import PERSON
from lightkeeper.record.tests.vaulted import (
    damage_events,
    files,
    kept,
)
from lightkeeper.record.types import (
    DestructionReason,
    HoldBasis,
    ItemKind,
    LiftReason,
    ObjectKind,
    Subject,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


@pytest.mark.django_db(transaction=True)
def test_destroying_takes_the_key_and_then_the_file(folder: Path) -> None:
    obj = kept(b"x" * 1000)
    with transaction.atomic():
        destroy(obj, reason=DestructionReason.RETENTION_OVER)
        assert obj.wrapped_key is None
        assert len(files(folder)) == 1
        transaction.set_rollback(True)
    obj.refresh_from_db()
    assert read_object(obj) == b"x" * 1000
    stale = VaultObject.objects.get(pk=obj.pk)
    destroy(obj, reason=DestructionReason.RETENTION_OVER)
    destroy(obj, reason=DestructionReason.ERASED)
    assert files(folder) == []
    assert (obj.wrapped_key, obj.destroyed_because) == (None, "retention_over")
    for one in (obj, stale):
        with pytest.raises(VaultObjectDestroyedError):
            read_object(one)
    assert AuditEvent.objects.filter(event=Event.RECORD_OBJECT_DESTROYED).count() == 1
    assert damage_events() == []


def test_the_database_refuses_half_a_destruction() -> None:
    obj = kept(b"x")
    for change in ({"wrapped_key": None}, {"destroyed_because": "erased"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            VaultObject.objects.filter(pk=obj.pk).update(**change)


def test_a_hold_on_the_item_holds_its_object_and_what_was_derived() -> None:
    data = b"held content"
    obj = kept(data)
    derived, other = kept(b"tile", ObjectKind.DERIVATIVE, obj), kept(b"other")
    item = get_or_create_item(kind=ItemKind.PICTURE, sha256=hashlib.sha256(data).digest(), size=len(data))
    subject = Subject("item", str(item.pk))
    hold = place_hold(subject=subject, basis=HoldBasis.COURT_ORDER, reference="AZ 1/26", by=PERSON)
    for one in (obj, derived):
        with pytest.raises(HeldError, match=f"hold {hold.pk}"):
            destroy(one, reason=DestructionReason.ERASED)
        assert read_object(one)
    destroy(other, reason=DestructionReason.ERASED)
    lift_hold(hold=hold.pk, reason=LiftReason.RELEASED, reference="AZ 1/26", by=PERSON)
    for one in (derived, obj):
        destroy(one, reason=DestructionReason.ERASED)


def test_a_hold_on_a_submission_holds_what_is_destroyed_for_it() -> None:
    obj, submission = kept(b"x"), Subject("submission", "12")
    place_hold(subject=submission, basis=HoldBasis.DISPUTE, reference="C 4", by=PERSON)
    with pytest.raises(HeldError):
        destroy(obj, reason=DestructionReason.ERASED, subjects=[submission])
    destroy(obj, reason=DestructionReason.ERASED, subjects=[Subject("submission", "13")])
