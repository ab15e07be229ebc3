"""The bytes of one item as they arrive: in memory while they are few, straight into the vault where they are more.

The decoder needs a picture whole, so a small one waits for its scan in memory and touches no disk unless it is to be
kept. All uploads of the process together hold at most ``IN_MEMORY`` bytes so; beyond that, and beyond ``SMALL`` bytes
each, they go into the vault, encrypted, as they come. Nothing is ever spooled in clear.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Final, Self

from django.db import transaction

from lightkeeper.intake.types import Refused
from lightkeeper.record.models import VaultObject
from lightkeeper.record.services import IncomingWriter, discard, incoming, keep, make_durable, read_incoming
from lightkeeper.record.types import ObjectKind, Stored

SMALL: Final = 4 << 20
IN_MEMORY: Final = 96 << 20
DECODABLE: Final = 128 << 20
"""Larger ones are not decoded: their digests are looked up."""


class _Budget:
    """Bytes that may still be held in memory, shared by all threads of the process."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._lock = threading.Lock()

    def take(self, size: int) -> bool:
        with self._lock:
            if size > self._left:
                return False
            self._left -= size
            return True

    def give(self, size: int) -> None:
        with self._lock:
            self._left += size


BUDGET: Final = _Budget(IN_MEMORY)


class Upload:
    """One item's bytes. Written by chunks, finished, then read or kept; ``close`` leaves nothing that was not kept.

    ``limit`` is the most bytes it takes: one more is a 413. Without ``keep`` only digests are made of them.
    """

    def __init__(self, *, limit: int, keep: bool = True) -> None:
        self.limit = limit
        self._keep = keep
        self.size = 0
        self.digests: Mapping[str, bytes] = {}
        self._parts: list[bytes] = []
        self._held = 0
        self._running = [hashlib.sha256(), hashlib.sha1(usedforsecurity=False), hashlib.md5(usedforsecurity=False)]
        self._writer: IncomingWriter | None = None
        self._stored: Stored | None = None
        self._kept = False
        self._closing = contextlib.ExitStack()

    def write(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self.size += len(chunk)
        if self.size > self.limit:
            raise Refused(413, "too-large", f"The content is larger than the {self.limit} bytes that are accepted.")
        for digest in self._running:
            digest.update(chunk)
        if not self._keep:
            return
        writer = self._writer
        if writer is None and (self.size > SMALL or not BUDGET.take(len(chunk))):
            writer = self._spill()
        if writer is not None:
            writer.write(chunk)
        else:
            self._held += len(chunk)
            self._parts.append(bytes(chunk))

    def finish(self) -> None:
        """There are no more bytes: the digests are known from here on."""
        sha256, sha1, md5 = (digest.digest() for digest in self._running)
        self.digests = {"sha256": sha256, "sha1": sha1, "md5": md5}
        if self._writer is not None:
            # Most often the bytes live for the scan only: what a row will refer to is made durable by ``store``.
            self._stored = self._writer.commit(durable=False)

    @property
    def sha256(self) -> bytes:
        """The 32 bytes of the SHA-256."""
        return self.digests["sha256"]

    @property
    def decodable(self) -> bool:
        """Whether it is small enough to be decoded."""
        return self.size <= DECODABLE

    def data(self) -> bytes:
        """All of it, for the decoder."""
        if self._stored is not None:
            return read_incoming(self._stored)
        self._parts = [b"".join(self._parts)]
        return self._parts[0]

    @property
    def stored(self) -> bool:
        """Whether it lies in the vault and ``keep`` may be called."""
        return self._stored is not None

    def store(self) -> None:
        """Write it into the vault, where it lies encrypted and is nobody's until ``keep``; before the transaction."""
        if self._stored is None:
            self._stored = self._spill().commit()
        self._stored = make_durable(self._stored)

    def keep(self) -> VaultObject:
        """Make it an object of the vault in the caller's transaction; ``store`` comes first."""
        if self._stored is None:
            raise ValueError("what was not stored cannot be kept")
        kept = keep(self._stored, kind=ObjectKind.ORIGINAL)
        transaction.on_commit(self._note_kept)
        return kept

    def close(self) -> None:
        """Let go of the memory, and of what was written and has no row."""
        self._release()
        self._closing.close()
        if self._stored is not None and not self._kept:
            discard(self._stored)
            self._stored = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _note_kept(self) -> None:
        self._kept = True

    def _release(self) -> None:
        self._parts = []
        BUDGET.give(self._held)
        self._held = 0

    def _spill(self) -> IncomingWriter:
        """Go on in the vault, with what is in memory first."""
        writer = self._writer = self._closing.enter_context(incoming(self.limit))
        for part in self._parts:
            writer.write(part)
        self._release()
        return writer
