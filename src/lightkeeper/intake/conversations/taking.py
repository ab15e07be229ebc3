"""Taking events in: the engine's step and its consequences in one transaction, all of a request or nothing.

The order in which rows are locked is the same for everybody (ids of events, then rows of state, then cases, then
counts), so requests at the same time wait for one another, and never in a circle.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, OperationalError, transaction
from django.utils.timezone import now

from lightkeeper.detect.conversations import engine
from lightkeeper.detect.conversations.events import Account
from lightkeeper.detect.conversations.keys import Key, KeyKind, keys_linked, keys_needed
from lightkeeper.intake import surfaces
from lightkeeper.intake.conversations import findings, in_force, rows, seen, tallies, texts
from lightkeeper.intake.conversations.facts import Facts
from lightkeeper.intake.conversations.keying import Names, Told, told
from lightkeeper.intake.conversations.schemas import AccountSaid, AnyEvent, RelationKnown
from lightkeeper.intake.types import Caller, Reason, Refused
from lightkeeper.record.events import Event
from lightkeeper.record.services import current_policy, write_event
from lightkeeper.record.types import Actor, ActorKind

_TRIES: Final = 4
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the events of a request; as ``schemas.EventCounts``."""

    accepted: int = 0
    duplicate: int = 0
    late: int = 0
    refused: int = 0


def take(caller: Caller, events: Sequence[AnyEvent]) -> Counts:
    """Take events of one client in, all or none. Raises Refused (403, 503)."""
    policy = current_policy()
    if not policy.conversations:
        raise Refused(
            403, "conversations-off", "Conversations are not looked at here. An administrator may switch that on."
        )
    names = Names(caller.client_id)
    allowed = [event for event in events if _refusal(event) is None]
    work = told(allowed, names)
    for _ in range(_TRIES):
        try:
            return _take(caller, work, names, refused=len(events) - len(work), days=policy.conversation_days)
        except (rows.RowGoneError, IntegrityError):
            continue
        except OperationalError as error:
            if "deadlock" not in str(error):
                raise
    _logger.error("events of conversations could not be written after %s tries", _TRIES)
    raise Refused(
        503, "busy", "Others are writing about the same people in this moment. Send it again, with the same ids."
    )


def _refusal(event: AnyEvent) -> Reason | None:
    if isinstance(event, AccountSaid | RelationKnown):
        return None
    return surfaces.refusal(event.surface, visibility=event.visibility)


@transaction.atomic
def _take(caller: Caller, work: Sequence[Told], names: Names, *, refused: int, days: int) -> Counts:
    at = now()
    expires_on = at.date() + timedelta(days=days)
    fresh = seen.first_seen(work, expires_on=expires_on) if work else []
    duplicate = len(work) - len(fresh)
    counts = Counter({"event:accepted": len(fresh), "event:duplicate": duplicate, "event:refused": refused})
    if fresh:
        counts.update(_advance(caller, [one.event for one in fresh], names, at, days=days))
    result = Counts(len(fresh), duplicate, counts["event:late"], refused)
    actor = Actor(ActorKind.CLIENT, str(caller.client_id))
    write_event(
        Event.INTAKE_CONVERSATION_EVENTS_TAKEN, actor=actor,
        details={"accepted": result.accepted, "duplicate": result.duplicate, "refused": refused},
    )  # fmt: skip
    tallies.add(at.date(), counts)
    return result


_TOLD: Final = frozenset({engine.Noted.LATE, engine.Noted.EDITED, engine.Noted.DELETED, engine.Noted.UNKNOWN_TARGET})
"""Notes of the engine that are counted. Its duplicates are not: an edit may come before its message."""


def _advance(caller: Caller, events: Sequence[engine.Event], names: Names, at: datetime, *, days: int) -> Counter[str]:
    """One step of the engine over the rows of these events. Gives what it changes in the counts."""
    keys, before = _locked(events, at)
    used = texts.reading()
    settings = in_force.engine_settings()
    states = {key: row.packed for key, row in before.items()}
    step = engine.advance(states, events, reading=used, settings=settings)
    tops, counts = tallies.moved(step.scores, before, at)
    tops = {key: tops.get(key, before[key].top if key in before else 0) for key in step.states}
    rows.write(step.states, tops, at=at, expires_on=at.date() + timedelta(days=days))
    rows.drop_empty(keys - before.keys() - step.states.keys())
    degraded = texts.degraded_by(used)
    known = Facts({**states, **step.states}, events)
    findings.pass_on(caller, step.findings, names, known, degraded=degraded)
    counts.update(Counter(f"event:{note.noted.value}" for note in step.notes if note.noted in _TOLD))
    counts.update(Counter(f"band:{finding.band.value}" for finding in step.findings))
    counts.update(Counter(f"degraded:{code}" for code in degraded))
    return counts


def _locked(events: Sequence[engine.Event], at: datetime) -> tuple[frozenset[Key], dict[Key, rows.Row]]:
    """Every row that the engine reads, locked; also those that an account's row leads to. Raises RowGoneError."""
    people = {Key(KeyKind.RECIPIENT, event.person) for event in events if isinstance(event, Account)}
    linked = keys_linked(events, rows.read(people)) if people else frozenset()
    keys = keys_needed(events) | linked
    before = rows.lock(keys, at)
    states: Mapping[Key, bytes] = {key: row.packed for key, row in before.items()}
    if people and not keys_linked(events, states) <= keys:
        raise rows.RowGoneError
    return keys, before
