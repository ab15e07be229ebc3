"""What the room offers to the rooms above it."""

from __future__ import annotations

from lightkeeper.record.authority import ALLOWS, current_authority, end_authority, hash_only, record_authority
from lightkeeper.record.errors import (
    HeldError,
    ItemTooLarge,
    VaultError,
    VaultObjectAltered,
    VaultObjectDamagedError,
    VaultObjectDestroyedError,
    VaultObjectMissing,
    VaultObjectTruncated,
)
from lightkeeper.record.holds import (
    content_index,
    held,
    lift_hold,
    lift_reference_of,
    place_hold,
    reference_of,
    refuse_if_held,
)
from lightkeeper.record.incoming import IncomingWriter, discard, incoming, make_durable, read_incoming
from lightkeeper.record.items import get_or_create_item
from lightkeeper.record.trail import subscribe, unsubscribe, write_event, write_events
from lightkeeper.record.vault import destroy, keep, open_object, read_object, sweep_vault, verify_vault

__all__ = [
    "ALLOWS",
    "HeldError",
    "IncomingWriter",
    "ItemTooLarge",
    "VaultError",
    "VaultObjectAltered",
    "VaultObjectDamagedError",
    "VaultObjectDestroyedError",
    "VaultObjectMissing",
    "VaultObjectTruncated",
    "content_index",
    "current_authority",
    "destroy",
    "discard",
    "end_authority",
    "get_or_create_item",
    "hash_only",
    "held",
    "incoming",
    "keep",
    "lift_hold",
    "lift_reference_of",
    "make_durable",
    "open_object",
    "place_hold",
    "read_incoming",
    "read_object",
    "record_authority",
    "reference_of",
    "refuse_if_held",
    "subscribe",
    "sweep_vault",
    "unsubscribe",
    "verify_vault",
    "write_event",
    "write_events",
]
