"""What arrives, on its way into the vault: encrypted while it streams, with digests, never whole in memory."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import BinaryIO, Final
from uuid import uuid4

from lightkeeper.durable import sync
from lightkeeper.record import vault_files
from lightkeeper.record.errors import ItemTooLarge, VaultObjectAltered, VaultObjectMissing, VaultObjectTruncated
from lightkeeper.record.types import Stored
from lightkeeper.runtime.services import (
    StreamAlteredError,
    StreamEncryptor,
    StreamTruncatedError,
    decrypt_stream,
    new_data_key,
    unwrap_data_key,
)

_SLICE: Final = 256 * 1024
"""Bytes that are encrypted at a time, however much is written at once."""


class IncomingWriter:
    """Takes the bytes of one object; see ``incoming``."""

    def __init__(self, max_bytes: int) -> None:
        self._uuid = uuid4()
        self._limit = max_bytes
        self._data_key = new_data_key()
        self._encryptor = StreamEncryptor(self._data_key.key)
        self._digests = (hashlib.sha256(), hashlib.sha1(usedforsecurity=False), hashlib.md5(usedforsecurity=False))
        self._size = 0
        self._file: BinaryIO = vault_files.create(self._uuid)
        self._committed = False

    @property
    def size(self) -> int:
        """Plain bytes written so far."""
        return self._size

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        """Take some bytes. ItemTooLarge: more than ``max_bytes``; OSError: the disk does not take them."""
        view = memoryview(chunk).cast("B")
        self._size += len(view)
        if self._size > self._limit:
            raise ItemTooLarge(self._limit)
        for digest in self._digests:
            digest.update(view)
        for at in range(0, len(view), _SLICE):
            self._file.write(self._encryptor.write(view[at : at + _SLICE]))

    def commit(self, *, durable: bool = True) -> Stored:
        """End the object. With ``durable`` it outlasts a power cut when this returns.

        Without, ``keep`` makes it so; for bytes that most often live for a scan only.
        """
        self._file.write(self._encryptor.finish())
        self._file.flush()
        stored_size = self._file.tell()
        if durable:
            os.fsync(self._file.fileno())
        self._file.close()
        if durable:
            sync(vault_files.incoming_folder())
        self._committed = True
        sha256, sha1, md5 = (digest.digest() for digest in self._digests)
        return Stored(
            self._uuid, self._data_key.wrapped, self._size, stored_size, sha256=sha256, sha1=sha1, md5=md5,
            durable=durable,
        )  # fmt: skip

    def give_up(self) -> None:
        """Remove the file unless it was committed."""
        if not self._committed:
            self._file.close()
            vault_files.remove(self._uuid)


@contextmanager
def incoming(max_bytes: int) -> Iterator[IncomingWriter]:
    """Write one object.

    Use it as ``with incoming(limit) as writer``, ``writer.write(chunk)`` and so on, ``stored = writer.commit()``.

    Leaving without ``commit`` removes the file. A committed one that ``keep`` never gives a row is swept after an hour.
    """
    writer = IncomingWriter(max_bytes)
    try:
        yield writer
    finally:
        writer.give_up()


def read_incoming(stored: Stored) -> bytes:
    """Read back what was just written, whole and checked. VaultObjectMissing, Truncated or Altered."""
    file = vault_files.find(stored.uuid)
    if file is None:
        raise VaultObjectMissing(None)
    with file:
        try:
            plain = b"".join(decrypt_stream(unwrap_data_key(stored.wrapped_key), file, size=stored.size))
        except StreamTruncatedError:
            raise VaultObjectTruncated(None) from None
        except StreamAlteredError:
            raise VaultObjectAltered(None) from None
    if hashlib.sha256(plain).digest() != stored.sha256:
        raise VaultObjectAltered(None)
    return plain


def make_durable(stored: Stored) -> Stored:
    """Make what was committed without ``durable`` outlast a power cut. VaultObjectMissing."""
    if stored.durable:
        return stored
    try:
        vault_files.make_durable(stored.uuid)
    except FileNotFoundError:
        raise VaultObjectMissing(None) from None
    return replace(stored, durable=True)


def discard(stored: Stored) -> None:
    """Remove at once what will not be kept. Its key was nowhere but in ``stored``."""
    vault_files.remove(stored.uuid)
