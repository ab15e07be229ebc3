"""Opening the case of a conversation, or joining the open one: one open case an ordered pair."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from django.db import transaction
from django.utils.timezone import now

from lightkeeper.record.events import Event
from lightkeeper.record.policy import current_policy
from lightkeeper.record.services import get_or_create_item, write_event
from lightkeeper.record.types import Actor, ItemKind
from lightkeeper.review.danger import call_for_help
from lightkeeper.review.keeping import context_of
from lightkeeper.review.models import Case, CaseItem, Conversation, ConversationSignal, Sighting
from lightkeeper.review.opening import subject_of
from lightkeeper.review.placing import place
from lightkeeper.review.severity import due, more
from lightkeeper.review.types import Band, CaseReason, CaseRef, Context, Exposure, NewSignal, Severity
from lightkeeper.runtime.services import seal

MOST_EVIDENCE: Final = 200
"""Messages and acts that are kept of one signal: the latest."""
ID_BYTES: Final = 16
_BANDS: Final = tuple(Band)


@transaction.atomic
def open_conversation_case(
    *,
    client_id: int,
    pair: bytes,
    context: Context,
    band: str,
    score: float,
    signals: Sequence[NewSignal],
    imminent: bool,
    fast: bool,
    peers: bool,
    degraded: Sequence[str],
    engine: str,
    actor: Actor,
) -> CaseRef:
    """Put a conversation before a person: in the open case of its pair, or in a new one.

    ``pair``: 32 bytes (``record.conversation_ids.pair_index``). ``context``: JSON values; ``conversation_id``,
    ``sender_id`` and ``recipient_id`` as the client writes them, all of it kept sealed. A child in danger now, or the
    band ``urgent``, marks the case and calls whoever is on call at once. ValueError: another band than a person sees.
    """
    if band not in (Band.REVIEW, Band.URGENT):
        raise ValueError("only the bands review and urgent are for a person")
    hurry = imminent or band == Band.URGENT
    severity = severity_of(fast=fast, hurry=hurry)
    item = get_or_create_item(kind=ItemKind.CONVERSATION, conversation_index=pair)
    placed = place(
        item, pdq=None, person=None, reason=CaseReason.CONVERSATION, severity=severity, imminent=hurry
    )  # fmt: skip
    case, case_item = placed.case, placed.case_item
    _note_sighting(case_item, pair, client_id=client_id, context=context, imminent=hurry)
    _note_conversation(
        case_item, client_id=client_id, band=band, score=score, fast=fast, peers=peers, degraded=degraded, engine=engine
    )
    _note_signals(case_item, signals)
    _weigh(case, severity, hurry=hurry)
    write_event(
        Event.REVIEW_CASE_OPENED if placed.opened else Event.REVIEW_CASE_JOINED,
        actor=actor,
        subject=subject_of(case.pk),
        details={"reason": CaseReason.CONVERSATION.value, "findings": len(signals), "imminent": hurry},
    )
    if hurry:
        call_for_help(case)
    return CaseRef(case.pk, case.public, placed.opened)


def severity_of(*, fast: bool, hurry: bool) -> Severity:
    """How grave it is before anybody looked: danger now, what goes the fast path, and all else."""
    if hurry:
        return Severity.CRITICAL
    return Severity.HIGH if fast else Severity.MEDIUM


def _weigh(case: Case, severity: Severity, *, hurry: bool) -> None:
    case.severity = max(case.severity, severity)
    case.due_at = min(case.due_at, due(current_policy(), severity, imminent=hurry, at=now()))
    case.exposure = more(case.exposure, Exposure.TEXT)
    case.save(update_fields=["severity", "due_at", "exposure"])


def _note_sighting(case_item: CaseItem, pair: bytes, *, client_id: int, context: Context, imminent: bool) -> None:
    """Keep what came with the finding, sealed: a later one adds its conversation and widens the time."""
    row = Sighting.objects.select_for_update().filter(case_item=case_item, source=pair).first()
    before = (context_of(row) or {}) if row is not None else {}
    text = json.dumps(_merged(before, context, client_id))
    sealed = seal("review:context", text.encode("utf-8"), context=pair)
    if row is None:
        Sighting.objects.create(
            case_id=case_item.case_id, case_item=case_item, source=pair, client_id=client_id, context=sealed,
            reason=CaseReason.CONVERSATION, imminent=imminent, seen_at=now(),
        )  # fmt: skip
        return
    row.imminent = row.imminent or imminent
    row.context, row.erased_at = sealed, None
    row.save(update_fields=["imminent", "context", "erased_at"])


def _merged(before: Context, after: Context, client_id: int) -> dict[str, object]:
    """The newest facts, every conversation of the pair in its order, and the whole time."""
    named = [*_conversations(before), *_conversations(after)]
    merged = {**before, **after, "client_id": client_id, "conversation_ids": list(dict.fromkeys(named))}
    for name, choose in (("from", min), ("to", max)):
        given = [str(one[name]) for one in (before, after) if one.get(name)]
        if given:
            merged[name] = choose(given)
    merged["callers_id"] = str(merged.get("conversation_id", ""))
    return merged


def _conversations(context: Mapping[str, object]) -> list[str]:
    known = context.get("conversation_ids")
    several = [str(one) for one in known] if isinstance(known, list) else []
    one = context.get("conversation_id")
    return several if several or not one else [str(one)]


def _note_conversation(
    case_item: CaseItem, *, client_id: int, band: str, score: float, fast: bool, peers: bool, degraded: Sequence[str],
    engine: str,
) -> None:  # fmt: skip
    row = Conversation.objects.select_for_update().filter(case_item=case_item).first()
    if row is None:
        Conversation.objects.create(
            case_item=case_item, client_id=client_id, band=band, score=score, fast=fast, peers=peers,
            degraded=sorted(set(degraded)), engine=engine[:64], found_at=now(),
        )  # fmt: skip
        return
    row.band = max(row.band, band, key=lambda one: _BANDS.index(Band(one)))
    row.score, row.fast, row.peers = max(row.score, score), row.fast or fast, peers
    row.degraded, row.engine, row.found_at = sorted({*row.degraded, *degraded}), engine[:64], now()
    row.findings += 1
    row.save()


def _note_signals(case_item: CaseItem, signals: Sequence[NewSignal]) -> None:
    """Add evidence to what is known: a signal stands once a family, with all its messages and its strongest weight."""
    known = {(row.signal, row.family): row for row in case_item.signals.select_for_update()}
    for found in signals:
        row = known.get((found.signal, found.family))
        if row is None:
            known[found.signal, found.family] = ConversationSignal.objects.create(
                case_item=case_item, signal=found.signal, family=found.family, contribution=found.contribution,
                evidence=packed(found.evidence), first_at=found.first_at, last_at=found.last_at,
            )  # fmt: skip
            continue
        row.evidence = packed((*unpacked(bytes(row.evidence)), *found.evidence))
        row.contribution = max(row.contribution, found.contribution, key=abs)
        row.first_at, row.last_at = min(row.first_at, found.first_at), max(row.last_at, found.last_at)
        row.save(update_fields=["evidence", "contribution", "first_at", "last_at"])


def packed(ids: Sequence[bytes]) -> bytes:
    """Keyed ids one after the other, each once, the latest of too many. ValueError for other than 16 bytes."""
    if any(len(one) != ID_BYTES for one in ids):
        raise ValueError("the id of a message or act has 16 bytes here")
    return b"".join(list(dict.fromkeys(ids))[-MOST_EVIDENCE:])


def unpacked(evidence: bytes) -> tuple[bytes, ...]:
    """The keyed ids in what ``packed`` gave."""
    return tuple(evidence[start : start + ID_BYTES] for start in range(0, len(evidence), ID_BYTES))
