"""How a submission ends: the row's final state, the case that opens, what is kept. Written once, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils.timezone import now

from lightkeeper.act.services import queue_callback
from lightkeeper.detect.findings import Match
from lightkeeper.detect.places import ADDRESSES
from lightkeeper.intake.answers import FOUND, answer
from lightkeeper.intake.drafts import Arrival
from lightkeeper.intake.identity import item_index, uploader_day, url_index
from lightkeeper.intake.models import Submission
from lightkeeper.intake.retained import Retained
from lightkeeper.intake.states import State
from lightkeeper.intake.types import Kind, Reason, Verdict
from lightkeeper.lists import queries as lists
from lightkeeper.lists.services import note_hits
from lightkeeper.lists.types import NewHit
from lightkeeper.record.events import Event
from lightkeeper.record.models import Item, VaultObject
from lightkeeper.record.services import get_or_create_item
from lightkeeper.record.types import Actor, ActorKind, Details, EventDraft, ItemKind, Subject
from lightkeeper.review.services import open_or_join_case
from lightkeeper.review.types import CaseReason, FindingKind, NewFinding

FINISHED_EVENT: Final = "submission.finished"
SHORTEST: Final = timedelta(days=1)
"""How long the answer itself is kept at least, so that a repeated request gets it, and a status can be asked for."""


def conclude(
    row: Submission,
    verdict: Verdict,
    arrival: Arrival,
    *,
    original: Callable[[], VaultObject | None],
    actor: Actor,
    at: datetime | None = None,
) -> None:
    """Set a row's final state and open or join the case that it needs; saving the row is the caller's.

    ``original`` gives the object of the vault to keep with the case, None in hash-only mode. ``at`` is the moment, now
    where none is given; rows that end together share it.
    """
    row.state, row.finished_at = State.FINISHED, at or now()
    row.outcome, row.reason, row.withheld = verdict.outcome, verdict.reason, verdict.withhold
    row.degraded, row.lists_as_of = ",".join(verdict.degraded)[:200], verdict.as_of or ""
    row.arrival = None
    kept = arrival.retained(verdict.pdq)
    row.uploader_day = uploader_day(kept.uploader, row.received_at)
    if verdict.outcome in FOUND:
        row.item = item_of(arrival)
        row.case_id = open_or_join_case(
            item_id=row.item.pk,
            source=bytes(row.reference_index),
            reason=CaseReason(verdict.reason),
            context=arrival.frozen(verdict.pdq),
            findings=findings_of(verdict.matches),
            original=original(),
            actor=actor,
            client_id=row.client_id,
            person=kept.uploader,
            pdq=verdict.pdq,
        ).id
        note_hits(hits_of(row, kept, verdict.matches))
    remember(row, kept, row.finished_at)


def remember(row: Submission, kept: Retained, at: datetime) -> None:
    """Seal what is kept of a row, and set when its time is over: after ``rescan_days``, whether it has a case or not.

    With 0 a clear one is kept for a day, and of it only what an answer and a user's report within that day need.
    """
    row.purge_at = at + kept_for()
    if row.case_id is None and not settings.LIGHTKEEPER["rescan_days"]:
        kept = kept.only_item()
        row.uploader_day = None
    row.retained = kept.seal(bytes(row.reference_index))


def kept_for() -> timedelta:
    """How long an id stands for a submission, whatever became of that."""
    return max(timedelta(days=settings.LIGHTKEEPER["rescan_days"]), SHORTEST)


def item_of(arrival: Arrival) -> Item:
    """The item that an arrival is, made if it is new."""
    if arrival.kind == Kind.URL:
        return get_or_create_item(kind=ItemKind.URL, url_index=url_index(arrival.url or ""))
    kind = ItemKind.VIDEO if arrival.kind == Kind.VIDEO else ItemKind.PICTURE
    return get_or_create_item(kind=kind, sha256=arrival.sha256, size=arrival.size)


def hits_of(row: Submission, kept: Retained, matches: tuple[Match, ...]) -> list[NewHit]:
    """Which entries matched a submission whose item is known; one without an uploader counts for itself."""
    if row.item is None:
        return []
    item, uploader = item_index(row.item), kept.uploader or bytes(row.reference_index)
    return [NewHit(match.entry, item, uploader, match.distance) for match in matches if match.entry is not None]


def findings_of(matches: tuple[Match, ...]) -> list[NewFinding]:
    """What a case keeps of the matches."""
    known = lists.current()
    findings = []
    for match in matches:
        of = known.list_named(match.list)
        findings.append(
            NewFinding(
                kind=FindingKind.URL if match.algorithm in ADDRESSES else FindingKind.HASH,
                list_id=None if of is None else of.id,
                list_name=match.list,
                list_version="" if of is None else of.version,
                entry=match.entry,
                label=match.id,
                category=match.category,
                algorithm=match.algorithm,
                distance=match.distance,
                radius=of.radius if of is not None and match.algorithm == "pdq" else None,
                variant=match.variant,
                tier=match.tier.value,
            )
        )
    return findings


def actor_of(client_id: int) -> Actor:
    """A client, as the audit trail names it."""
    return Actor(ActorKind.CLIENT, str(client_id))


def told_of(row: Submission, actor: Actor) -> EventDraft:
    """The audit event of a row in its first or final state."""
    subject = Subject("submission", str(row.pk))
    if row.state == State.RECEIVED:
        return EventDraft(Event.INTAKE_SUBMISSION_RECEIVED, actor, subject, {"kind": row.kind})
    if row.state == State.REFUSED:
        return EventDraft(Event.INTAKE_SUBMISSION_REFUSED, actor, subject, {"kind": row.kind, "reason": row.reason})
    details: Details = {"kind": row.kind, "outcome": row.outcome, "withheld": row.withheld, "reason": row.reason}
    return EventDraft(Event.INTAKE_SUBMISSION_FINISHED, actor, subject, details)


def call_back(row: Submission, callers_id: str) -> None:
    """Queue the callback that tells the client how its submission stands, in the caller's transaction."""
    queue_callback(
        client_id=row.client_id,
        order_key=bytes(row.reference_index),
        event=FINISHED_EVENT,
        payload=answer(row, callers_id, detail=row.detail),
    )


def refuse(row: Submission, reason: Reason, at: datetime) -> None:
    """Set a row to refused: nothing was searched and nothing of it is kept."""
    row.state, row.reason, row.finished_at = State.REFUSED, reason, at
