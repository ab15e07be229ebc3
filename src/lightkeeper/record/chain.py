"""The chain of seals: what bytes an event is, and how one seal follows on another. Pure functions; see ADR 0010.

event digest = SHA-256 of the event's canonical bytes
link         = SHA-256 of "lightkeeper seal 1" | previous link | event id | event digest | time of sealing
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

GENESIS: Final = bytes(32)
"""What the first seal follows on."""

_EVENT: Final = "lightkeeper event 1"
_SEAL: Final = b"lightkeeper seal 1"
_CHECKPOINT: Final = "lightkeeper checkpoint 1"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

EVENT_FIELDS: Final = (
    "id", "at", "event", "actor_kind", "actor_id", "actor_role", "subject_kind", "subject_id", "details",
)  # fmt: skip
"""Every stored field of an event; all are sealed."""


def event_digest(event: Mapping[str, object]) -> bytes:
    """32 bytes over every stored field of an event; ``at`` is a datetime, ``details`` the text as it is stored."""
    values = [event[name] for name in EVENT_FIELDS]
    return hashlib.sha256(_canonical([_EVENT, *(_plain(value) for value in values)])).digest()


def next_link(previous: bytes, *, event_id: int, digest: bytes, sealed_at: datetime) -> bytes:
    """32 bytes that follow from the link before and all that a seal says."""
    numbers = event_id.to_bytes(8, "big", signed=True) + microseconds(sealed_at).to_bytes(8, "big", signed=True)
    return hashlib.sha256(_SEAL + previous + numbers + digest).digest()


def checkpoint_message(*, position: int, link: bytes, signed_at: datetime, key_id: str) -> bytes:
    """The bytes that a checkpoint signs."""
    return _canonical([_CHECKPOINT, position, link.hex(), microseconds(signed_at), key_id])


def microseconds(moment: datetime) -> int:
    """A time as whole microseconds since 1970, which every database keeps exactly."""
    return (moment - _EPOCH) // _MICROSECOND


def _plain(value: object) -> object:
    return microseconds(value) if isinstance(value, datetime) else value


def _canonical(values: list[object]) -> bytes:
    return json.dumps(values, separators=(",", ":"), ensure_ascii=True).encode("ascii")
