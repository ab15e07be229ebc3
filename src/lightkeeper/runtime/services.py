"""What the room offers to the rooms above it."""

from __future__ import annotations

from lightkeeper.runtime.crypto.age import AgeEncryptor, new_passphrase
from lightkeeper.runtime.crypto.errors import (
    KeyUnusableError,
    SealError,
    StreamAlteredError,
    StreamError,
    StreamTruncatedError,
)
from lightkeeper.runtime.crypto.master import wrapped_by
from lightkeeper.runtime.crypto.purposes import add_version
from lightkeeper.runtime.crypto.rotation import Rotation, register_rewrap, rotate_master_keys
from lightkeeper.runtime.crypto.sealing import (
    blind_index,
    blind_indexes,
    derived_key,
    seal,
    seal_many,
    unseal,
    unseal_many,
    unwrap_derived_key,
    wrapped_derived_key,
)
from lightkeeper.runtime.crypto.streams import (
    DataKey,
    StreamEncryptor,
    decrypt_stream,
    encrypt_stream,
    new_data_key,
    stored_size,
    unwrap_data_key,
)
from lightkeeper.runtime.csv_lines import csv_line
from lightkeeper.runtime.inserting import insert_many, new_row
from lightkeeper.runtime.numbers import whole_number
from lightkeeper.runtime.outbound import OutboundFailed, OutboundRefused, Response, look_at, post_json, request
from lightkeeper.runtime.signing import SignatureError, sign, verify
from lightkeeper.runtime.work.adding import add_work, add_works
from lightkeeper.runtime.work.dead_letters import retry_dead, retry_dead_kind
from lightkeeper.runtime.work.inline import claim_inline, finish, give_back
from lightkeeper.runtime.work.leases import LeaseLostError
from lightkeeper.runtime.work.registry import Dead, Later, Retry, job, schedule
from lightkeeper.runtime.work.running import finish_current

__all__ = [
    "AgeEncryptor",
    "DataKey",
    "Dead",
    "KeyUnusableError",
    "Later",
    "LeaseLostError",
    "OutboundFailed",
    "OutboundRefused",
    "Response",
    "Retry",
    "Rotation",
    "SealError",
    "SignatureError",
    "StreamAlteredError",
    "StreamEncryptor",
    "StreamError",
    "StreamTruncatedError",
    "add_version",
    "add_work",
    "add_works",
    "blind_index",
    "blind_indexes",
    "claim_inline",
    "csv_line",
    "decrypt_stream",
    "derived_key",
    "encrypt_stream",
    "finish",
    "finish_current",
    "give_back",
    "insert_many",
    "job",
    "look_at",
    "new_data_key",
    "new_passphrase",
    "new_row",
    "post_json",
    "register_rewrap",
    "request",
    "retry_dead",
    "retry_dead_kind",
    "rotate_master_keys",
    "schedule",
    "seal",
    "seal_many",
    "sign",
    "stored_size",
    "unseal",
    "unseal_many",
    "unwrap_data_key",
    "unwrap_derived_key",
    "verify",
    "whole_number",
    "wrapped_by",
    "wrapped_derived_key",
]
