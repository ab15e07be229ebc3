"""Encrypted streams of any length: AES-256-GCM in chunks of 64 KiB that cannot be cut, swapped or extended (STREAM).

    magic "LKS" and version 1 (4) | prefix (7) | chunks of 64 KiB + 16, the last one shorter or as long

The nonce of a chunk is the prefix, its number (4 bytes) and whether it is the last (1 byte). An empty stream has one
empty chunk. One key encrypts one stream.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lightkeeper.runtime.crypto import master
from lightkeeper.runtime.crypto.errors import StreamAlteredError, StreamTruncatedError

CHUNK: Final = 64 * 1024
TAG: Final = 16
MAGIC: Final = b"LKS\x01"
HEADER: Final = len(MAGIC) + 7
_DATA_KEY: Final = b"data-key"


@dataclass(frozen=True, slots=True)
class DataKey:
    """A key for one stream: 32 bytes to use now, and wrapped by the master key to keep."""

    key: bytes
    wrapped: bytes

    def __repr__(self) -> str:
        return "DataKey(…)"


def new_data_key() -> DataKey:
    """A new random key for one stream."""
    key = secrets.token_bytes(master.KEY_BYTES)
    return DataKey(key, master.wrap(key, what=_DATA_KEY))


def unwrap_data_key(wrapped: bytes) -> bytes:
    """The data key again. SealError: altered, or its master key is not there."""
    return master.unwrap(bytes(wrapped), what=_DATA_KEY)


def rewrap_data_key(wrapped: bytes) -> bytes:
    """The data key wrapped by the current master key; the same bytes where it already is. SealError."""
    return master.rewrap(bytes(wrapped), what=_DATA_KEY)


def stored_size(size: int) -> int:
    """Bytes that a stream of ``size`` plain bytes takes when it is encrypted."""
    return HEADER + size + TAG * _chunks(size)


def _chunks(size: int) -> int:
    return max(1, -(-size // CHUNK))


class StreamEncryptor:
    """Encrypts what is written bit by bit: ``write`` and ``finish`` give the bytes to store, in order."""

    def __init__(self, key: bytes) -> None:
        prefix = secrets.token_bytes(7)
        self._cipher = AESGCM(key)
        self._header = MAGIC + prefix
        self._prefix = prefix
        self._number = 0
        self._pending = bytearray()
        self._unsent = self._header

    def write(self, data: bytes | bytearray | memoryview) -> bytes:
        """Take plain bytes; give encrypted ones, or none yet."""
        self._pending += data
        out = [self._unsent] if self._unsent else []
        self._unsent = b""
        whole = (len(self._pending) - 1) // CHUNK  # one byte at least stays behind: the last chunk must say that it is
        if whole > 0:
            with memoryview(self._pending) as view:
                out += [self._chunk(bytes(view[at * CHUNK : (at + 1) * CHUNK]), last=False) for at in range(whole)]
            del self._pending[: whole * CHUNK]
        return b"".join(out)

    def finish(self) -> bytes:
        """The rest. Nothing may be written afterwards."""
        return self._unsent + self._chunk(bytes(self._pending), last=True)

    def _chunk(self, plain: bytes, *, last: bool) -> bytes:
        nonce = _nonce(self._prefix, self._number, last=last)
        self._number += 1
        return self._cipher.encrypt(nonce, plain, self._header)


def encrypt_stream(key: bytes, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Encrypt chunks of any length; the pieces that come out are to be stored one after another."""
    encryptor = StreamEncryptor(key)
    for chunk in chunks:
        if out := encryptor.write(chunk):
            yield out
    yield encryptor.finish()


def decrypt_stream(key: bytes, read: BinaryIO, *, size: int) -> Iterator[bytes]:
    """Decrypt a stream of ``size`` plain bytes, in chunks of 64 KiB; each is checked before it is given out.

    StreamTruncatedError: it ends early. StreamAlteredError: anything else is not as it was, also bytes after its end.
    A caller who must not use a part of a stream waits for the end.
    """
    header = _exactly(read, HEADER)
    if not header.startswith(MAGIC):
        raise StreamAlteredError("The stream does not begin as one.")
    cipher, count = AESGCM(key), _chunks(size)
    for number in range(count):
        last = number == count - 1
        length = size - number * CHUNK if last else CHUNK
        sealed = _exactly(read, length + TAG)
        if last and read.read(1):
            raise StreamAlteredError("The stream goes on after its end.")
        try:
            plain = cipher.decrypt(_nonce(header[len(MAGIC) :], number, last=last), sealed, header)
        except InvalidTag:
            raise StreamAlteredError("The stream was altered.") from None
        if plain:
            yield plain


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + (b"\x01" if last else b"\x00")


def _exactly(read: BinaryIO, size: int) -> bytes:
    parts = []
    while size > 0:
        part = read.read(size)
        if not part:
            raise StreamTruncatedError("The stream ends before its end.")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
