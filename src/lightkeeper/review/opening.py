"""Opening a case, or joining one that waits: what a finding leads to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import now

from lightkeeper.people.alert_types import AlertKind
from lightkeeper.people.services import raise_alert
from lightkeeper.record.events import Event
from lightkeeper.record.models import VaultObject
from lightkeeper.record.policy import current_policy
from lightkeeper.record.services import let_go, write_event
from lightkeeper.record.types import Actor, DestructionReason, Subject
from lightkeeper.review.models import Case, CaseItem, Finding, Media, Sighting
from lightkeeper.review.states import ItemState
from lightkeeper.review.types import CaseReason, CaseRef, Context, MediaKind, NewFinding
from lightkeeper.runtime.services import add_work, seal

DERIVE = "review:derive"
"""The kind of work that makes derivatives; its subject is the item in the case."""


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
    client_id: int | None = None,
    person: bytes | None = None,
    pdq: bytes | None = None,
    imminent: bool = False,
) -> CaseRef:
    """Put an item before a person: in the case where it waits already, or in a new one.

    ``source`` is the blind index of the submission, ``person`` that of client and uploader, ``pdq`` the picture's hash
    (32 bytes; None where there is none). ``original`` is what the vault keeps of the item, None in hash-only mode or
    where there are no bytes; an item that has one already has the new one destroyed. ``imminent``: somebody says that
    a child is in danger now; the case is marked, and whoever is on call is told at once.
    """
    del pdq
    found = CaseItem.objects.select_related("case").exclude(state=ItemState.SETTLED).filter(item_id=item_id).first()
    opened = found is None
    case_item = found or _new_item(item_id, reason, imminent=imminent, person=person)
    case = Case.objects.select_for_update().get(pk=case_item.case_id)
    _add_sighting(case_item, source, reason, context, client_id)
    _add_findings(case_item, findings)
    if original is not None:
        _add_original(case_item, original)
    write_event(
        Event.REVIEW_CASE_OPENED if opened else Event.REVIEW_CASE_JOINED,
        actor=actor,
        subject=subject_of(case.pk),
        details={"reason": reason.value, "findings": len(findings), "imminent": imminent},
    )
    if imminent:
        _call_for_help(case)
    return CaseRef(case.pk, case.public, opened)


def _new_item(item_id: int, reason: CaseReason, *, imminent: bool, person: bytes | None) -> CaseItem:
    at = now()
    hours = current_policy().due_hours_medium
    case = Case.objects.create(
        reason=reason, opened_at=at, due_at=at + timedelta(hours=hours), imminent=imminent, person=person
    )
    place = (case.items.aggregate(last=Max("position"))["last"] or 0) + 1
    return CaseItem.objects.create(case=case, item_id=item_id, position=place, added_at=at)


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


def _add_sighting(
    case_item: CaseItem, source: bytes, reason: CaseReason, context: Context, client_id: int | None
) -> None:
    sealed = seal("review:context", json.dumps(dict(context)).encode("utf-8"), context=source)
    row = Sighting(
        case_id=case_item.case_id, case_item=case_item, source=source, client_id=client_id, reason=reason,
        context=sealed, seen_at=now(),
    )  # fmt: skip
    Sighting.objects.bulk_create([row], ignore_conflicts=True)


def _add_findings(case_item: CaseItem, findings: Sequence[NewFinding]) -> None:
    rows = [
        Finding(
            case_id=case_item.case_id,
            case_item=case_item,
            kind=found.kind,
            list_id=found.list_id,
            list_name=found.list_name[:100],
            list_version=found.list_version[:64],
            entry=found.entry,
            sealed=seal("review:finding", json.dumps([found.label, found.category]).encode("utf-8")),
            algorithm=found.algorithm,
            distance=found.distance,
            radius=found.radius,
            variant=(found.variant or "")[:80],
            tier=found.tier,
            found_at=now(),
        )
        for found in findings
    ]
    Finding.objects.bulk_create(rows, ignore_conflicts=True)


def _add_original(case_item: CaseItem, original: VaultObject) -> None:
    if Media.objects.filter(case_item=case_item, kind=MediaKind.ORIGINAL).exists():
        let_go(original, reason=DestructionReason.SUPERSEDED, subject=subject_of(case_item.case_id))
        return
    Media.objects.create(case_item=case_item, kind=MediaKind.ORIGINAL, vault_object=original)
    add_work(DERIVE, subject=case_item.pk, key=f"{DERIVE}:{case_item.pk}")


def subject_of(case_id: int) -> Subject:
    """A case, as the audit trail names it."""
    return Subject("case", str(case_id))
