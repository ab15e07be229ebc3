"""What the room offers to the rooms above it."""

from __future__ import annotations

from lightkeeper.record.authority import ALLOWS, current_authority, end_authority, hash_only, record_authority
from lightkeeper.record.checkpoints import SignedCheckpoint, public_key, read_checkpoint, sign_checkpoint
from lightkeeper.record.countries import COUNTRIES
from lightkeeper.record.errors import (
    ChainError,
    HeldError,
    ItemTooLarge,
    PolicyError,
    VaultError,
    VaultObjectAltered,
    VaultObjectDamagedError,
    VaultObjectDestroyedError,
    VaultObjectMissing,
    VaultObjectTruncated,
)
from lightkeeper.record.exporting import export_checkpoint, export_trail
from lightkeeper.record.hold_subjects import held_by_number
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
from lightkeeper.record.letting_go import destroy_owed, let_go
from lightkeeper.record.policy import PolicyValues, change_policy, current_policy, policy_of
from lightkeeper.record.sealing import seal_pending
from lightkeeper.record.trail import subscribe, unsubscribe, write_event, write_events
from lightkeeper.record.vault import destroy, keep, open_object, read_object, rotate_keys, sweep_vault, verify_vault
from lightkeeper.record.verifying import Break, Verification, verify
from lightkeeper.record.viewlog import begin_reveal, end_reveal

__all__ = [
    "ALLOWS",
    "COUNTRIES",
    "Break",
    "ChainError",
    "HeldError",
    "IncomingWriter",
    "ItemTooLarge",
    "PolicyError",
    "PolicyValues",
    "SignedCheckpoint",
    "VaultError",
    "VaultObjectAltered",
    "VaultObjectDamagedError",
    "VaultObjectDestroyedError",
    "VaultObjectMissing",
    "VaultObjectTruncated",
    "Verification",
    "begin_reveal",
    "change_policy",
    "content_index",
    "current_authority",
    "current_policy",
    "destroy",
    "destroy_owed",
    "discard",
    "end_authority",
    "end_reveal",
    "export_checkpoint",
    "export_trail",
    "get_or_create_item",
    "hash_only",
    "held",
    "held_by_number",
    "incoming",
    "keep",
    "let_go",
    "lift_hold",
    "lift_reference_of",
    "make_durable",
    "open_object",
    "place_hold",
    "policy_of",
    "public_key",
    "read_checkpoint",
    "read_incoming",
    "read_object",
    "record_authority",
    "reference_of",
    "refuse_if_held",
    "rotate_keys",
    "seal_pending",
    "sign_checkpoint",
    "subscribe",
    "sweep_vault",
    "unsubscribe",
    "verify",
    "verify_vault",
    "write_event",
    "write_events",
]
