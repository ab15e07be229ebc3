"""What the room offers to the rooms above it."""

from __future__ import annotations

from lightkeeper.record.append_only import protected_by, table_drop_statements, table_statements
from lightkeeper.record.authority import ALLOWS, current_authority, end_authority, hash_only, record_authority
from lightkeeper.record.checkpoints import SignedCheckpoint, public_key, read_checkpoint, sign_checkpoint
from lightkeeper.record.clocks import LONGEST_NOTE, keep_longer, start_clocks
from lightkeeper.record.conversation_ids import keyed, keyed_many, pair_index
from lightkeeper.record.countries import COUNTRIES
from lightkeeper.record.dated_destruction import destroy_due
from lightkeeper.record.destruction_log import RESTORED, DestructionEntry, is_log, unwrap_log_key, wrapped_log_key
from lightkeeper.record.destruction_log import read as read_destructions
from lightkeeper.record.destruction_writing import bring_log_up, in_trail, log_path
from lightkeeper.record.errors import (
    ChainError,
    DestructionLogError,
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
from lightkeeper.record.exporting import ExportedEvent, export_checkpoint, export_trail, read_export
from lightkeeper.record.hold_subjects import checked as checked_subject
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
from lightkeeper.record.keepers import Keeper, kept_by, proof_of
from lightkeeper.record.letting_go import destroy_owed, let_go
from lightkeeper.record.policy import PolicyValues, change_policy, current_policy, policy_of
from lightkeeper.record.proofs import export_proofs
from lightkeeper.record.reapplying import how_reapplied, reapplied_by
from lightkeeper.record.retention_types import Blocked, Cause, Destroyed, ExtensionBasis, Related
from lightkeeper.record.sealing import seal_pending
from lightkeeper.record.trail import subscribe, unsubscribe, write_event, write_events
from lightkeeper.record.vault import destroy, keep, open_object, read_object, rotate_keys, sweep_vault, verify_vault
from lightkeeper.record.verifying import Break, Verification, verify
from lightkeeper.record.viewlog import begin_reveal, end_reveal

__all__ = [
    "ALLOWS",
    "COUNTRIES",
    "LONGEST_NOTE",
    "RESTORED",
    "Blocked",
    "Break",
    "Cause",
    "ChainError",
    "Destroyed",
    "DestructionEntry",
    "DestructionLogError",
    "ExportedEvent",
    "ExtensionBasis",
    "HeldError",
    "IncomingWriter",
    "ItemTooLarge",
    "Keeper",
    "PolicyError",
    "PolicyValues",
    "Related",
    "SignedCheckpoint",
    "VaultError",
    "VaultObjectAltered",
    "VaultObjectDamagedError",
    "VaultObjectDestroyedError",
    "VaultObjectMissing",
    "VaultObjectTruncated",
    "Verification",
    "begin_reveal",
    "bring_log_up",
    "change_policy",
    "checked_subject",
    "content_index",
    "current_authority",
    "current_policy",
    "destroy",
    "destroy_due",
    "destroy_owed",
    "discard",
    "end_authority",
    "end_reveal",
    "export_checkpoint",
    "export_proofs",
    "export_trail",
    "get_or_create_item",
    "hash_only",
    "held",
    "held_by_number",
    "how_reapplied",
    "in_trail",
    "incoming",
    "is_log",
    "keep",
    "keep_longer",
    "kept_by",
    "keyed",
    "keyed_many",
    "let_go",
    "lift_hold",
    "lift_reference_of",
    "log_path",
    "make_durable",
    "open_object",
    "pair_index",
    "place_hold",
    "policy_of",
    "proof_of",
    "protected_by",
    "public_key",
    "read_checkpoint",
    "read_destructions",
    "read_export",
    "read_incoming",
    "read_object",
    "reapplied_by",
    "record_authority",
    "reference_of",
    "refuse_if_held",
    "rotate_keys",
    "seal_pending",
    "sign_checkpoint",
    "start_clocks",
    "subscribe",
    "sweep_vault",
    "table_drop_statements",
    "table_statements",
    "unsubscribe",
    "unwrap_log_key",
    "verify",
    "verify_vault",
    "wrapped_log_key",
    "write_event",
    "write_events",
]
