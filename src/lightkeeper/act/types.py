"""Frozen values of the room: events that a client may take, new signing keys, and how delivering stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import TextChoices

CALLBACK_EVENTS: Final[dict[str, str]] = {
    "decision.made": "a person decided about an item that was submitted",
    "submission.finished": "a submission has its outcome",
}
"""The events that a client can be called back for, and what they say."""

RESERVED: Final = frozenset({"event", "idempotency_id", "sequence"})
"""Names in the body that a payload must not use."""


class DecisionKind(TextChoices):
    """What is to be done about an item."""

    WITHHOLD = "withhold", "Withhold"
    REMOVE = "remove", "Remove"
    REINSTATE = "reinstate", "Reinstate"
    LABEL = "label", "Label"
    NO_ACTION = "no_action", "No action"


class CallbackError(Exception):
    """What was asked about callbacks cannot be done; the message is a sentence for the person who asked."""


@dataclass(frozen=True, slots=True)
class NewSigningKey:
    """A key that was just made; ``secret`` is shown once. The key of the HMAC is its text, as ASCII."""

    key_id: str
    secret: str
    state: str


@dataclass(frozen=True, slots=True)
class Delivering:
    """How delivering stands over all clients: what the status page shows."""

    open: int
    oldest_open_at: datetime | None
    dead: int
    held_clients: int
