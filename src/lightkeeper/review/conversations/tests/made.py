"""What tests of conversations share: a finding of the engine, and the case that it opens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lightkeeper.record.conversation_ids import keyed, pair_index
from lightkeeper.record.types import Actor
from lightkeeper.review.models import CaseItem
from lightkeeper.review.services import open_conversation_case
from lightkeeper.review.types import CaseRef, NewSignal

BEGAN = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


def message_id(plain: str, client: int = 1) -> bytes:
    """The keyed id of a message of a client."""
    return keyed(client, "message", plain)


def pair(sender: str = "ann", recipient: str = "bo", client: int = 1) -> bytes:
    """The index of an ordered pair of a client's people."""
    return pair_index(client, keyed(client, "person", sender), keyed(client, "person", recipient))


def signal(name: str = "secrecy_request", *messages: str, client: int = 1) -> NewSignal:
    """Evidence of one signal in these messages."""
    evidence = tuple(message_id(one, client) for one in messages or ("m2",))
    return NewSignal(
        signal=name, family="phrase", contribution=0.5, evidence=evidence, first_at=BEGAN, last_at=BEGAN,
    )  # fmt: skip


def found(client: int = 1, conversation: str = "chat-1", **values: Any) -> CaseRef:
    """What the engine found, before a person."""
    given: dict[str, Any] = {
        "client_id": client,
        "pair": pair(client=client),
        "context": {
            "conversation_id": conversation, "sender_id": "ann", "recipient_id": "bo", "surface": "chat",
            "sender_age": "adult", "recipient_age": "13-15", "relation": "stranger",
            "from": "2026-11-20T18:00:00+00:00", "to": "2026-11-20T19:00:00+00:00",
        },
        "band": "review",
        "score": 0.7,
        "signals": [signal(client=client)],
        "imminent": False,
        "fast": False,
        "peers": False,
        "degraded": [],
        "engine": "1",
        "actor": Actor.system(),
    }  # fmt: skip
    return open_conversation_case(**{**given, **values})


def item_of(ref: CaseRef) -> CaseItem:
    """The conversation of a case."""
    return CaseItem.objects.get(case_id=ref.id)
