"""Writing audit events: in the act's own transaction, one INSERT each, and news of it to whoever subscribed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Final, cast

from django.db import connection
from django.utils import timezone

from lightkeeper.canonical import canonical_json
from lightkeeper.record.event_specs import EVENTS
from lightkeeper.record.events import DETAIL_CODE, Event
from lightkeeper.record.models import AuditEvent
from lightkeeper.record.types import Actor, Details, EventDraft, EventRow, Subject
from lightkeeper.runtime.services import insert_many, new_row

Handler = Callable[[EventRow], None]

_LARGEST: Final = 1 << 63
_handlers: dict[Event, list[Handler]] = defaultdict(list)


def write_event(event: Event, *, actor: Actor, subject: Subject | None = None, details: Details | None = None) -> int:
    """Write one event and give its id. RuntimeError outside a transaction, ValueError for what its Spec does not allow.

    Subscribers are called before it returns, in the same transaction: what they raise undoes the act.
    """
    return write_events([EventDraft(event, actor, subject, details or {})])[0]


def write_events(drafts: Iterable[EventDraft]) -> list[int]:
    """Write many events with few INSERTs and give their ids in order; else as ``write_event``."""
    if not connection.in_atomic_block:
        raise RuntimeError("An audit event is written in the transaction of the act it tells of.")
    now, rows = timezone.now(), list(drafts)
    written = [_model(draft, now) for draft in rows]
    insert_many(written)
    for draft, model in zip(rows, written, strict=True):
        if handlers := _handlers.get(draft.event):
            row = EventRow(model.id, now, draft.event, draft.actor, draft.subject, draft.details)
            for handler in handlers:
                handler(row)
    return [model.id for model in written]


def subscribe(event: Event, handler: Handler) -> None:
    """Have ``handler`` called with each such event in its transaction; once, however often it is subscribed.

    For the ``jobs.py`` of upper rooms. A handler only writes rows: it never waits for anything outside the database.
    """
    if handler not in _handlers[event]:
        _handlers[event].append(handler)


def unsubscribe(event: Event, handler: Handler) -> None:
    """Undo ``subscribe``; for tests."""
    if handler in _handlers[event]:
        _handlers[event].remove(handler)


def canonical_details(details: Details) -> str:
    """The one text of some details: JSON, keys by the alphabet, no spaces, ASCII."""
    return canonical_json(dict(details))


def _model(draft: EventDraft, at: datetime) -> AuditEvent:
    subject = draft.subject
    codes = (draft.actor.id, draft.actor.role, *((subject.kind, subject.id) if subject else ()))
    if any(code and not DETAIL_CODE.fullmatch(code) for code in codes):
        raise ValueError(f"Actor and subject of {draft.event} are named by codes: our own ids and roles, no text.")
    return new_row(
        AuditEvent,
        at=at,
        event=draft.event.value,
        actor_kind=draft.actor.kind.value,
        actor_id=draft.actor.id,
        actor_role=draft.actor.role,
        subject_kind=subject.kind if subject else "",
        subject_id=subject.id if subject else "",
        details=_checked(draft.event, draft.details),
    )


Typed = tuple[str, type, object]
"""A detail with its type: True and 1 are equal, and their texts are not."""


def _checked(event: Event, details: Details) -> str:
    """The text of some details that the event's Spec allows. Most events say what others said before them."""
    typed = tuple((name, type(value), value) for name, value in details.items())
    try:
        return _remembered(event, typed)
    except TypeError:  # it cannot be remembered, so it is nothing that may be written either
        return _text(event, typed)


def _text(event: Event, typed: tuple[Typed, ...]) -> str:
    details = {name: value for name, _, value in typed}
    if unknown := set(details) - EVENTS[event].details:
        raise ValueError(f"{event} has no detail {', '.join(sorted(unknown))}; record/events.py lists them.")
    for name, value in details.items():
        if isinstance(value, str) and not DETAIL_CODE.fullmatch(value):
            raise ValueError(f"The detail {name} of {event} must be a code: 1 to 64 of a-z, 0-9 and _.:-")
        if not isinstance(value, str | int | None) or (isinstance(value, int) and abs(value) >= _LARGEST):
            raise ValueError(f"The detail {name} of {event} must be a code, a whole number, true, false or None.")
    return canonical_details(cast("Details", details))


_remembered: Final = lru_cache(1024)(_text)
