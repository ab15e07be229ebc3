"""What becomes of what a case keeps: derivatives come, a caller withdraws or erases."""

from __future__ import annotations

import json

from django.db import transaction
from django.utils.timezone import now

from lightkeeper.record.events import Event
from lightkeeper.record.models import VaultObject
from lightkeeper.record.services import destroy, let_go, write_event
from lightkeeper.record.types import Actor, DestructionReason
from lightkeeper.review.case_state import refresh_state
from lightkeeper.review.conversations.erasing import erase_conversation
from lightkeeper.review.models import Case, CaseItem, Media, Sighting, UrlGrade
from lightkeeper.review.opening import subject_of
from lightkeeper.review.states import ItemState
from lightkeeper.review.types import Context, MediaKind
from lightkeeper.runtime.services import unseal


@transaction.atomic
def keep_derivative(
    *, case_item_id: int, kind: MediaKind, made: VaultObject, width: int | None = None, height: int | None = None
) -> bool:
    """Give an item a derivative; False, and the object is destroyed, where it has one or its original is gone.

    Where a legal hold stands the object is destroyed as soon as none does.
    """
    row = CaseItem.objects.select_for_update().get(pk=case_item_id)
    kinds = set(row.media.values_list("kind", flat=True))
    if kind in kinds or MediaKind.ORIGINAL not in kinds:
        let_go(made, reason=DestructionReason.SUPERSEDED, subject=subject_of(row.case_id))
        return False
    Media.objects.create(case_item=row, kind=kind, vault_object=made, width=width, height=height)
    write_event(
        Event.REVIEW_DERIVATIVE_KEPT,
        actor=Actor.system(),
        subject=subject_of(row.case_id),
        details={"kind": kind.value},
    )
    return True


@transaction.atomic
def withdraw_case(*, case_id: int, source: bytes, actor: Actor) -> None:
    """Note at a case that the caller withdrew a submission. The case stays: a person closes a suspicion."""
    Case.objects.select_for_update().get(pk=case_id)
    Sighting.objects.filter(case_id=case_id, source=source, withdrawn_at=None).update(withdrawn_at=now())
    write_event(Event.REVIEW_SIGHTING_WITHDRAWN, actor=actor, subject=subject_of(case_id))


@transaction.atomic
def erase_from_case(*, case_id: int, source: bytes, actor: Actor) -> None:
    """Destroy what one submission brought to a case; with the last of an item go its bytes, with all items the case."""
    case = Case.objects.select_for_update().get(pk=case_id)
    at = now()
    brought = CaseItem.objects.filter(sightings__in=Sighting.objects.filter(case=case, source=source))
    Sighting.objects.filter(case=case, source=source, erased_at=None).update(context=None, address=None, erased_at=at)
    last = [row for row in brought if not row.sightings.filter(erased_at=None).exists()]
    for row in last:
        _destroy_media(row)
        erase_conversation(row)
        UrlGrade.objects.filter(grade__case_item=row).update(sealed=None)
        if row.state != ItemState.SETTLED:
            row.state, row.settled_at = ItemState.SETTLED, at
            row.save(update_fields=["state", "settled_at"])
    refresh_state(case)
    write_event(Event.REVIEW_SIGHTING_ERASED, actor=actor, subject=subject_of(case_id), details={"last": bool(last)})


def _destroy_media(row: CaseItem) -> None:
    for media in row.media.select_related("vault_object").order_by("pk"):
        kept = media.vault_object
        media.delete()
        destroy(kept, reason=DestructionReason.ERASED)


def context_of(sighting: Sighting) -> Context | None:
    """What came with a sighting, None once it was erased. Raises SealError if it was altered."""
    if sighting.context is None:
        return None
    plain = unseal("review:context", bytes(sighting.context), context=bytes(sighting.source))
    opened: Context = json.loads(plain)
    return opened
