"""What the room offers to the rooms above it."""

from __future__ import annotations

from lightkeeper.runtime.crypto.errors import (
    KeyUnusableError,
    SealError,
    StreamAlteredError,
    StreamError,
    StreamTruncatedError,
)
from lightkeeper.runtime.crypto.purposes import add_version
from lightkeeper.runtime.crypto.rotation import Rotation, register_rewrap, rotate_master_keys
from lightkeeper.runtime.crypto.sealing import blind_index, derived_key, seal, seal_many, unseal, unseal_many
from lightkeeper.runtime.crypto.streams import (
    DataKey,
    StreamEncryptor,
    decrypt_stream,
    encrypt_stream,
    new_data_key,
    stored_size,
    unwrap_data_key,
)

__all__ = [
    "DataKey",
    "KeyUnusableError",
    "Rotation",
    "SealError",
    "StreamAlteredError",
    "StreamEncryptor",
    "StreamError",
    "StreamTruncatedError",
    "add_version",
    "blind_index",
    "decrypt_stream",
    "derived_key",
    "encrypt_stream",
    "new_data_key",
    "register_rewrap",
    "rotate_master_keys",
    "seal",
    "seal_many",
    "stored_size",
    "unseal",
    "unseal_many",
    "unwrap_data_key",
]
