"""Sealed values: AES-256-GCM with a key by purpose; and indexes by which a sealed value can be found.

version 1 | version of the key (2) | nonce (12) | ciphertext and tag (16), authenticated with the first 3 bytes
and the caller's context
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lightkeeper.runtime.crypto import purposes
from lightkeeper.runtime.crypto.errors import SealError

VERSION: Final = 1
OVERHEAD: Final = 31
"""Bytes that a sealed value is longer than its plain."""

_ALTERED: Final = "A sealed value was altered or belongs to something else."


def seal(purpose: str, plain: bytes, *, context: bytes = b"") -> bytes:
    """Encrypt a value. The same ``context`` (which row, which column) must be given to open it again."""
    return seal_many(purpose, (plain,), context=context)[0]


def unseal(purpose: str, sealed: bytes, *, context: bytes = b"") -> bytes:
    """Open a sealed value. SealError: altered, another purpose or context, or its key is missing."""
    return unseal_many(purpose, (sealed,), context=context)[0]


def seal_many(purpose: str, plains: Iterable[bytes], *, context: bytes | Sequence[bytes] = b"") -> list[bytes]:
    """Seal many values under one key; ``context`` is one for all, or one for each. ValueError: unequal lengths."""
    values = list(plains)
    version, key = purposes.current_key("seal", purpose)
    header = bytes((VERSION,)) + version.to_bytes(2, "big")
    encrypt = _cipher_of(key).encrypt
    randomness = os.urandom(12 * len(values))
    nonces = [randomness[at : at + 12] for at in range(0, len(randomness), 12)]
    contexts = _contexts(context, header, len(values))
    return [
        header + nonce + encrypt(nonce, value, authenticated)
        for nonce, value, authenticated in zip(nonces, values, contexts, strict=True)
    ]


def unseal_many(purpose: str, sealed: Iterable[bytes], *, context: bytes | Sequence[bytes] = b"") -> list[bytes]:
    """Open many sealed values; one that was altered fails all. SealError; ValueError: unequal lengths."""
    values = [bytes(value) for value in sealed]
    ciphers: dict[bytes, AESGCM] = {}
    plains = []
    shared = context if isinstance(context, bytes) else None
    contexts = [b""] * len(values) if isinstance(context, bytes) else context
    try:
        for value, own in zip(values, contexts, strict=True):
            header = value[:3]
            cipher = ciphers.get(header)
            if cipher is None:
                cipher = ciphers[header] = _cipher(purpose, value)
            authenticated = header + (own if shared is None else shared)
            plains.append(cipher.decrypt(value[3:15], value[15:], authenticated))
    except InvalidTag:
        raise SealError(_ALTERED) from None
    return plains


def _cipher(purpose: str, sealed: bytes) -> AESGCM:
    if len(sealed) < OVERHEAD or sealed[0] != VERSION:
        raise SealError(_ALTERED)
    return _cipher_of(purposes.key_of_version("seal", purpose, int.from_bytes(sealed[1:3], "big")))


@lru_cache(64)
def _cipher_of(key: bytes) -> AESGCM:
    """Making one costs more than sealing a short value. It keeps nothing of what it sealed, so threads may share it."""
    return AESGCM(key)


def _contexts(context: bytes | Sequence[bytes], header: bytes, count: int) -> list[bytes]:
    if isinstance(context, bytes):
        return [header + context] * count
    return [header + own for own in context]


def blind_index(purpose: str, *parts: str | bytes) -> bytes:
    """32 bytes by which equal parts are found without being kept: HMAC-SHA256 over the parts, each with its length.

    A text counts as its UTF-8 bytes. The key never changes; another purpose gives unrelated bytes.
    """
    return blind_indexes(purpose, (parts,))[0]


def blind_indexes(purpose: str, values: Iterable[Sequence[str | bytes]]) -> list[bytes]:
    """The same for many values, each given by its parts."""
    _, key = purposes.current_key("index", purpose)
    indexes = []
    for parts in values:
        message = b""
        for part in parts:
            encoded = part.encode("utf-8") if isinstance(part, str) else part
            message += len(encoded).to_bytes(8, "big") + encoded
        indexes.append(hmac.digest(key, message, "sha256"))
    return indexes


def derived_key(purpose: str) -> bytes:
    """32 bytes of a key for a purpose's own use (a signature, an HMAC of a stream); it never changes."""
    return purposes.current_key("derive", purpose)[1]


def wrapped_derived_key(purpose: str) -> bytes:
    """The key that ``derived_key`` gives, wrapped by the master key: to be kept where there may be no database."""
    return purposes.wrapped_key("derive", purpose)


def unwrap_derived_key(purpose: str, wrapped: bytes) -> bytes:
    """The key again, by the master key alone. SealError: altered, or another master key. KeyUnusableError."""
    return purposes.unwrapped_key("derive", purpose, wrapped)
