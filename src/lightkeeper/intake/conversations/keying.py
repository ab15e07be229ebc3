"""From what a platform says to what the engine is told: every id keyed, every time in milliseconds.

Also the way back for the ids of this one request: a case that is opened must say the platform's own ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lightkeeper.detect.conversations.events import Account, Act, ActKind, Event, Message, RelationSaid
from lightkeeper.intake.conversations import schemas
from lightkeeper.intake.conversations.schemas import AnyEvent
from lightkeeper.record.services import keyed_many
from lightkeeper.record.types import Named


@dataclass(frozen=True, slots=True)
class Told:
    """One event as the engine takes it. ``id``: its own, keyed, by which it counts once; ``person``: whose it is."""

    id: bytes
    person: bytes
    event: Event


@dataclass(slots=True)
class Names:
    """Keyed ids of one client, each made once a request, and what they stand for."""

    client_id: int
    plain: dict[tuple[str, bytes], str] = field(default_factory=dict)
    _keyed: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def learn(self, events: Sequence[AnyEvent]) -> None:
        """Key every id of these events."""
        for kind in Named:
            self._learn(kind, {one for event in events for named, one in _ids(event) if named is kind})

    def _learn(self, kind: Named, plains: set[str]) -> None:
        ordered = sorted(plains)
        for plain, key in zip(ordered, keyed_many(self.client_id, kind, ordered), strict=True):
            self._keyed[kind, plain] = key
            self.plain[kind, key] = plain

    def person(self, plain: str) -> bytes:
        """The keyed person."""
        return self._keyed[Named.PERSON, plain]

    def message(self, plain: str) -> bytes:
        """The keyed message or other event."""
        return self._keyed[Named.MESSAGE, plain]

    def conversation(self, plain: str) -> bytes:
        """The keyed conversation."""
        return self._keyed[Named.CONVERSATION, plain]


def told(events: Sequence[AnyEvent], names: Names) -> list[Told]:
    """The events as the engine takes them, in order."""
    names.learn(events)
    return [_told(event, names) for event in events]


def _ids(event: AnyEvent) -> list[tuple[Named, str]]:
    found = [(Named.MESSAGE, event.id)]
    if isinstance(event, schemas.AccountSaid):
        return [*found, (Named.PERSON, event.person)]
    if isinstance(event, schemas.RelationKnown):
        return [*found, (Named.PERSON, event.a), (Named.PERSON, event.b)]
    if isinstance(event, schemas.ActDone):
        found += [(Named.PERSON, event.actor), (Named.PERSON, event.target)]
    else:
        found += [(Named.PERSON, event.sender), *((Named.PERSON, one) for one in event.recipients)]
    if not isinstance(event, schemas.MessageSent | schemas.ActDone):
        found.append((Named.MESSAGE, event.message))
    return found if event.conversation is None else [*found, (Named.CONVERSATION, event.conversation)]


def _told(event: AnyEvent, names: Names) -> Told:
    own, at = names.message(event.id), _milliseconds(event.ts)
    if isinstance(event, schemas.AccountSaid):
        return Told(own, names.person(event.person), _account(event, own, at, names))
    if isinstance(event, schemas.RelationKnown):
        return Told(own, names.person(event.a), _relation(event, own, at, names))
    if isinstance(event, schemas.ActDone):
        actor, target = names.person(event.actor), names.person(event.target)
        conversation = None if event.conversation is None else names.conversation(event.conversation)
        return Told(own, actor, Act(own, at, ActKind(event.type), actor, target, conversation))
    return Told(own, names.person(event.sender), _message(event, own, at, names))


def _message(
    event: schemas.MessageSent | schemas.MessageEdited | schemas.MessageDeleted, own: bytes, at: int, names: Names
) -> Message:
    place = {
        "conversation": names.conversation(event.conversation),
        "sender": names.person(event.sender),
        "recipients": tuple(dict.fromkeys(names.person(one) for one in event.recipients)),
        "at": at,
        "surface": event.surface,
    }
    if isinstance(event, schemas.MessageDeleted):
        return Message(id=names.message(event.message), deleted=True, **place)  # type: ignore[arg-type]
    language = "" if event.language == "unknown" else event.language
    words = {"text": event.text, "language": language, "media": event.media, **place}
    if isinstance(event, schemas.MessageEdited):
        return Message(id=names.message(event.message), edited=True, **words)  # type: ignore[arg-type]
    return Message(id=own, **words)  # type: ignore[arg-type]


def _account(event: schemas.AccountSaid, own: bytes, at: int, names: Names) -> Account:
    return Account(
        id=own,
        person=names.person(event.person),
        at=at,
        age_band=event.age_band,
        age_source=event.age_source,
        created=None if event.created is None else _milliseconds(event.created),
        verified=event.verified,
        region=event.region or "",
        utc_offset=event.utc_offset,
    )


def _relation(event: schemas.RelationKnown, own: bytes, at: int, names: Names) -> RelationSaid:
    return RelationSaid(
        id=own,
        at=at,
        a=names.person(event.a),
        b=names.person(event.b),
        relation=event.relation,
        mutual=event.mutual,
        initiated_by=None if event.initiated_by is None else names.person(event.initiated_by),
        since=None if event.since is None else _milliseconds(event.since),
    )


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)
