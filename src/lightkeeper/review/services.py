"""Every write of the room: one function, one transaction, one audit event."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db import transaction
from django.utils.timezone import now

from lightkeeper.people.alert_types import AlertKind
from lightkeeper.people.services import raise_alert
from lightkeeper.record.events import Event
from lightkeeper.record.models import VaultObject
from lightkeeper.record.services import destroy, let_go, write_event
from lightkeeper.record.types import Actor, DestructionReason, Subject
from lightkeeper.review.models import Case, Finding, Media, Sighting
from lightkeeper.review.states import CaseState
from lightkeeper.review.types import CaseReason, CaseRef, Context, MediaKind, NewFinding
from lightkeeper.runtime.services import add_work, seal, unseal

DERIVE = "review:derive"
"""The kind of work that makes derivatives; its subject is the case."""


@transaction.atomic
def open_or_join_case(
    *,
    item_id: int,
    source: bytes,
    reason: CaseReason,
    context: Context,
    findings: Sequence[NewFinding],
    original: VaultObject | None,
    actor: Actor,
    imminent: bool = False,
) -> CaseRef:
    """Put an item before a person: in the case that waits for one already, or in a new one.

    ``source`` is the blind index of the submission. ``original`` is what the vault keeps of the item, None in hash-only
    mode or where there are no bytes; a case that has one already has the new one destroyed. ``imminent``: somebody says
    that a child is in danger now; the case is marked, and whoever is on call is told at once.
    """
    mine = Case(item_id=item_id, reason=reason, state=CaseState.WAITING, opened_at=now(), imminent=imminent)
    # Of two at the same moment one opens the case and the other finds it.
    Case.objects.bulk_create([mine], ignore_conflicts=True)
    case = Case.objects.select_for_update().get(item_id=item_id, state=CaseState.WAITING)
    opened = case.public == mine.public
    _add_sighting(case, source, reason, context)
    _add_findings(case, findings)
    if original is not None:
        _add_original(case, original)
    write_event(
        Event.REVIEW_CASE_OPENED if opened else Event.REVIEW_CASE_JOINED,
        actor=actor,
        subject=_subject(case.pk),
        details={"reason": reason.value, "findings": len(findings), "imminent": imminent},
    )
    if imminent:
        _call_for_help(case)
    return CaseRef(case.pk, case.public, opened)


def _call_for_help(case: Case) -> None:
    """Mark a case as imminent, and tell whoever is on call: once a day, lest one forgotten alert silences the next."""
    if not case.imminent:
        case.imminent = True
        case.save(update_fields=["imminent"])
    raise_alert(
        AlertKind.URGENT_CASE,
        key=f"urgent_case:{case.pk}:{now().date()}",
        urgent=True,
        path="/alerts/",
        details={"case": case.pk},
    )


def _add_sighting(case: Case, source: bytes, reason: CaseReason, context: Context) -> None:
    sealed = seal("review:context", json.dumps(dict(context)).encode("utf-8"), context=source)
    row = Sighting(case=case, source=source, reason=reason, context=sealed, seen_at=now())
    Sighting.objects.bulk_create([row], ignore_conflicts=True)


def _add_findings(case: Case, findings: Sequence[NewFinding]) -> None:
    rows = [
        Finding(
            case=case,
            kind=found.kind,
            list_id=found.list_id,
            list_name=found.list_name[:100],
            list_version=found.list_version[:64],
            entry=found.entry,
            sealed=seal("review:finding", json.dumps([found.label, found.category]).encode("utf-8")),
            algorithm=found.algorithm,
            distance=found.distance,
            variant=(found.variant or "")[:80],
            tier=found.tier,
            found_at=now(),
        )
        for found in findings
    ]
    Finding.objects.bulk_create(rows, ignore_conflicts=True)


def _add_original(case: Case, original: VaultObject) -> None:
    if Media.objects.filter(case=case, kind=MediaKind.ORIGINAL).exists():
        let_go(original, reason=DestructionReason.SUPERSEDED, subject=_subject(case.pk))
        return
    Media.objects.create(case=case, kind=MediaKind.ORIGINAL, vault_object=original)
    add_work(DERIVE, subject=case.pk, key=f"{DERIVE}:{case.pk}")


@transaction.atomic
def keep_derivative(*, case_id: int, kind: MediaKind, made: VaultObject) -> bool:
    """Give a case a derivative; False, and the object is destroyed, where it has one or its original is gone.

    Where a legal hold stands the object is destroyed as soon as none does.
    """
    case = Case.objects.select_for_update().get(pk=case_id)
    kinds = set(case.media.values_list("kind", flat=True))
    if kind in kinds or MediaKind.ORIGINAL not in kinds:
        let_go(made, reason=DestructionReason.SUPERSEDED, subject=_subject(case_id))
        return False
    Media.objects.create(case=case, kind=kind, vault_object=made)
    write_event(
        Event.REVIEW_DERIVATIVE_KEPT,
        actor=Actor.system(),
        subject=_subject(case_id),
        details={"kind": kind.value},
    )
    return True


@transaction.atomic
def withdraw_case(*, case_id: int, source: bytes, actor: Actor) -> None:
    """Note at a case that the caller withdrew a submission. The case stays: a person closes a suspicion."""
    Case.objects.select_for_update().get(pk=case_id)
    Sighting.objects.filter(case_id=case_id, source=source, withdrawn_at=None).update(withdrawn_at=now())
    write_event(Event.REVIEW_SIGHTING_WITHDRAWN, actor=actor, subject=_subject(case_id))


@transaction.atomic
def erase_from_case(*, case_id: int, source: bytes, actor: Actor) -> None:
    """Destroy what one submission brought to a case; with the last of them go its bytes, and the case is closed."""
    case = Case.objects.select_for_update().get(pk=case_id)
    at = now()
    Sighting.objects.filter(case=case, source=source, erased_at=None).update(context=None, erased_at=at)
    last = not Sighting.objects.filter(case=case, erased_at=None).exists()
    if last:
        for media in case.media.select_related("vault_object").order_by("pk"):
            kept = media.vault_object
            media.delete()
            destroy(kept, reason=DestructionReason.ERASED)
        if case.state == CaseState.WAITING:
            case.state, case.closed_at = CaseState.CLOSED, at
            case.save(update_fields=["state", "closed_at"])
    write_event(Event.REVIEW_SIGHTING_ERASED, actor=actor, subject=_subject(case_id), details={"last": last})


def context_of(sighting: Sighting) -> Context | None:
    """What came with a sighting, None once it was erased. Raises SealError if it was altered."""
    if sighting.context is None:
        return None
    plain = unseal("review:context", bytes(sighting.context), context=bytes(sighting.source))
    opened: Context = json.loads(plain)
    return opened


def _subject(case_id: int) -> Subject:
    return Subject("case", str(case_id))
