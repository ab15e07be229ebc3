"""Destroying what no room needs any more, now or, where a legal hold stands on it, as soon as none does.

A room that lets an object go refers to it no longer, so the record remembers what is owed; a job pays it.
"""

from __future__ import annotations

from typing import Final

from django.db import transaction

from lightkeeper.record.errors import HeldError
from lightkeeper.record.events import Event
from lightkeeper.record.models import OwedDestruction, VaultObject
from lightkeeper.record.trail import write_event
from lightkeeper.record.types import Actor, DestructionReason, Details, Subject
from lightkeeper.record.vault import destroy, subject_of

BATCH: Final = 500


@transaction.atomic
def let_go(
    obj: VaultObject, *, reason: DestructionReason, subject: Subject | None = None, actor: Actor | None = None
) -> bool:
    """Destroy an object that nothing refers to any more; False where a legal hold stands, and it is owed from then on.

    ``subject`` is the submission or case that it was kept for: a hold on that holds the object too.
    """
    try:
        destroy(obj, reason=reason, actor=actor, subjects=[] if subject is None else [subject])
    except HeldError:
        _, new = OwedDestruction.objects.get_or_create(
            vault_object=obj,
            defaults={
                "reason": DestructionReason(reason),
                "subject_kind": "" if subject is None else subject.kind,
                "subject_id": "" if subject is None else subject.id,
            },
        )
        if new:
            details: Details = {"reason": DestructionReason(reason).value, "kind": obj.kind}
            write_event(
                Event.RECORD_OBJECT_OWED, actor=actor or Actor.system(), subject=subject_of(obj), details=details
            )
        return False
    return True


def destroy_owed() -> int:
    """Destroy every object that is owed and on which no hold stands any more. Gives how many; the others stay owed."""
    destroyed, last = 0, 0
    while batch := list(OwedDestruction.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        destroyed += sum(_pay(owed.pk) for owed in batch)
    return destroyed


@transaction.atomic
def _pay(number: int) -> bool:
    owed = OwedDestruction.objects.select_for_update().filter(pk=number).first()
    if owed is None:
        return False
    subjects = [Subject(owed.subject_kind, owed.subject_id)] if owed.subject_kind else []
    try:
        destroy(owed.vault_object, reason=DestructionReason(owed.reason), subjects=subjects)
    except HeldError:
        return False
    owed.delete()
    return True
