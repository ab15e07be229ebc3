"""Opening a case, or joining one that waits: what a finding leads to."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db import transaction
from django.utils.timezone import now

from lightkeeper.record.events import Event
from lightkeeper.record.models import Item, VaultObject
from lightkeeper.record.policy import current_policy
from lightkeeper.record.services import let_go, write_event
from lightkeeper.record.types import Actor, DestructionReason, Subject
from lightkeeper.review.danger import call_for_help
from lightkeeper.review.linking import address_index, suggest_same_address
from lightkeeper.review.models import Case, CaseItem, Finding, Media, Sighting
from lightkeeper.review.placing import place
from lightkeeper.review.sampling import drawn
from lightkeeper.review.severity import due, exposure_of, more, severity_of
from lightkeeper.review.types import CaseReason, CaseRef, Context, Exposure, MediaKind, NewFinding, Severity
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
    """Put an item before a person: in a case that waits for one already (``placing``), or in a new one.

    ``source`` is the blind index of the submission, ``person`` that of client and uploader, ``pdq`` the picture's hash
    (32 bytes; None where there is none). ``original`` is what the vault keeps of the item, None in hash-only mode or
    where there are no bytes; an item that has one already has the new one destroyed. ``imminent``: somebody says that
    a child is in danger now; the case is marked, and whoever is on call is told at once.
    """
    item = Item.objects.get(pk=item_id)
    drafts = list(findings)
    severity = severity_of(drafts, reason=reason, imminent=imminent, context=context)
    placed = place(item, pdq=pdq, person=person, reason=reason, severity=severity, imminent=imminent)
    case, case_item = placed.case, placed.case_item
    sealed = seal("review:context", json.dumps(dict(context)).encode("utf-8"), context=source)
    address = address_index(context)
    add_sighting(
        case_item, source, context=sealed, reason=reason, client_id=client_id, imminent=imminent, address=address
    )
    suggest_same_address(case, address)
    sampled = add_findings(case_item, drafts)
    kept = original is not None and add_original(case_item, original)
    weigh(case, severity, exposure_of(item, context, kept=kept), imminent=imminent, sampled=sampled)
    write_event(
        Event.REVIEW_CASE_OPENED if placed.opened else Event.REVIEW_CASE_JOINED,
        actor=actor,
        subject=subject_of(case.pk),
        details={"reason": reason.value, "findings": len(drafts), "imminent": imminent},
    )
    if imminent:
        call_for_help(case)
    return CaseRef(case.pk, case.public, placed.opened)


def weigh(case: Case, severity: Severity, exposure: Exposure, *, imminent: bool, sampled: bool) -> None:
    """Let a case be as grave, as soon due and as much to see as the most of what came to it."""
    due_at = due(current_policy(), severity, imminent=imminent, at=now())
    case.severity = max(case.severity, severity)
    case.due_at = min(case.due_at, due_at)
    case.exposure = more(case.exposure, exposure)
    case.sampled = case.sampled or sampled
    case.save(update_fields=["severity", "due_at", "exposure", "sampled"])


def add_sighting(case_item: CaseItem, source: bytes, **fields: object) -> None:
    """Note who brought it; one that did before and now says that a child is in danger has said so from now on."""
    row = Sighting(case_id=case_item.case_id, case_item=case_item, source=source, seen_at=now(), **fields)
    Sighting.objects.bulk_create([row], ignore_conflicts=True)
    if row.imminent:
        Sighting.objects.filter(case_item=case_item, source=source).update(imminent=True)


def add_findings(case_item: CaseItem, findings: Sequence[NewFinding]) -> bool:
    """Add the evidence that is new. Gives whether it was drawn at random for review.

    One draw is for all that arrives together: else an item that many entries resemble would be drawn more often.
    """
    chosen, at = drawn(current_policy()), now()
    known = {_name(row) for row in case_item.findings.all()}
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
            sampled=chosen,
            found_at=at,
        )
        for found in findings
    ]
    new = [row for row in rows if _name(row) not in known]
    Finding.objects.bulk_create(new, ignore_conflicts=True)
    return any(row.sampled for row in new)


def _name(row: Finding) -> tuple[str, int | None, str]:
    return row.list_name, row.entry, row.algorithm


def add_original(case_item: CaseItem, original: VaultObject) -> bool:
    """Keep the bytes with the item, and have forms for viewing made of them. Gives whether any are kept: yes."""
    if Media.objects.filter(case_item=case_item, kind=MediaKind.ORIGINAL).exists():
        let_go(original, reason=DestructionReason.SUPERSEDED, subject=subject_of(case_item.case_id))
        return True
    Media.objects.create(case_item=case_item, kind=MediaKind.ORIGINAL, vault_object=original)
    add_work(DERIVE, subject=case_item.pk, key=f"{DERIVE}:{case_item.pk}")
    return True


def subject_of(case_id: int) -> Subject:
    """A case, as the audit trail names it."""
    return Subject("case", str(case_id))
