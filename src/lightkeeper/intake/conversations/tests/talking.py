"""A platform that sends events, and an engine of the tests that only counts: so that intake is tested for itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from lightkeeper.detect.conversations.account import AccountState
from lightkeeper.detect.conversations.engine import Advance, EventNote, Noted
from lightkeeper.detect.conversations.events import Event, Message
from lightkeeper.detect.conversations.keys import Key, KeyKind, keys_needed, pair_key
from lightkeeper.intake import surfaces
from lightkeeper.intake.tests.platform import OPERATOR, Platform
from lightkeeper.intake.types import LegalBasis
from lightkeeper.people.client_types import Scope
from lightkeeper.people.clients import create_client, create_key
from lightkeeper.record.policy import change_policy

WHEN = "2024-11-20T18:00:00Z"
EVENTS = "/conversations/events"


def talker(name: str) -> Platform:
    """A client whose key sends events and erases."""
    client = create_client(name=name, actor=OPERATOR)
    scopes = (Scope.CONVERSATIONS, Scope.ERASE)
    key = create_key(client_id=client.pk, scopes=scopes, actor=OPERATOR, rate_per_minute=100_000, lookup_per_day=1)
    return Platform(client.pk, key.text, key.text, "", "")


def switch_on() -> None:
    """Conversations are looked at, and private messages of the surface ``chat`` may be."""
    change_policy({"conversations": True}, reason="for a test", actor=OPERATOR)
    set_chat(detection=True)


def set_chat(*, detection: bool) -> None:
    """The legal switch of the surface ``chat``."""
    surfaces.set_surface(
        name="chat",
        private=True,
        legal_basis=LegalBasis.CONSENT,
        basis_until=now().date() + timedelta(days=90),
        detection=detection,
        actor=OPERATOR,
    )
    surfaces.forget_surfaces()


def message(number: int | str, **changes: Any) -> dict[str, Any]:
    """A message from sam to kim."""
    return {
        "type": "message",
        "id": f"m{number}",
        "ts": WHEN,
        "surface": "chat",
        "conversation": "c1",
        "sender": "sam",
        "recipients": ["kim"],
        "text": "hello there",
        **changes,
    }


def send(platform: Platform, *events: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Send events as a batch: status and answer."""
    response = platform.json(EVENTS, {"events": list(events)})
    return response.status_code, json.loads(response.content)


class CountingEngine:
    """Counts in each pair's row how many messages came, and says what it is told to find."""

    def __init__(self) -> None:
        self.calls: list[list[Event]] = []
        self.findings: tuple[Any, ...] = ()
        self.score = 1.0
        self.error: BaseException | None = None

    def advance(self, states: Mapping[Key, bytes], events: Sequence[Event], **_: Any) -> Advance:
        """As ``engine.advance``."""
        self.calls.append(list(events))
        if self.error is not None:
            raise self.error
        made = {
            key: states.get(key, AccountState().pack()) for key in keys_needed(events) if key.kind is KeyKind.ACCOUNT
        }
        scores = {}
        for event in events:
            if isinstance(event, Message):
                for recipient in event.recipients:
                    key = pair_key(event.sender, recipient)
                    count = int.from_bytes(made.get(key, states.get(key, b"\0")))
                    made[key] = (count + 1).to_bytes(4)
                    scores[event.sender, recipient] = self.score
        notes = tuple(EventNote(event.id, Noted.COUNTED) for event in events)
        return Advance(states=made, findings=self.findings, notes=notes, scores=scores)


def counted() -> dict[bytes, int]:
    """How many messages each pair's row says."""
    return dict(_counted())


def _counted() -> Iterator[tuple[bytes, int]]:
    from lightkeeper.intake.conversations.models import ConversationState

    for key, packed in ConversationState.objects.values_list("key", "packed"):
        if bytes(key).startswith(b"p"):
            yield bytes(key), int.from_bytes(bytes(packed))
