"""Snapshots: the whole index as it was after one change, encrypted and signed in the database, for nodes that start.

A node that starts would otherwise open every entry by itself: half a minute a million. It reads the newest snapshot
instead, in parts, and then only what changed since. The arrays are used where they lie in memory after decryption.

The signature is an HMAC-SHA256 under a key that only holders of the master key have, over the change that the snapshot
belongs to, its size and the digest of what is stored: who can write to the database can neither forge one nor pass an
old one off as new, since a change has its own stamp. One that does not verify is passed over and said so in the log;
the rows are read then.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils.timezone import now

from lightkeeper.detect.matching.files import IndexFileError, packed, unpacked
from lightkeeper.lists.holdings import Holdings
from lightkeeper.lists.models import Change, Entry, Snapshot, SnapshotPart
from lightkeeper.lists.packing import holdings_of, sections_of
from lightkeeper.runtime.services import (
    SealError,
    StreamEncryptor,
    StreamError,
    decrypt_stream,
    derived_key,
    new_data_key,
    register_rewrap,
    unwrap_data_key,
)

FORMAT: Final = 1
KIND: Final = "lists-snapshot"
PART: Final = 4 << 20
"""Bytes of one part: a row that every database takes, and a short transaction."""

KEPT: Final = 2
"""Snapshots that are kept: a node may be reading the last but one."""

SMALLEST: Final = 20_000
"""Entries from which a snapshot is worth its while: fewer are opened from their rows in a second."""

_PURPOSE: Final = "lists:snapshot"
_logger = logging.getLogger(__name__)


class SnapshotUnusableError(Exception):
    """A snapshot is not whole, not genuine, or not of this version; the message says which, in words."""


def write_snapshot(holdings: Holdings, change: Change) -> bool:
    """Store what the holdings were after a change; False where that was done already.

    Each part is a transaction of its own; what a process leaves that dies meanwhile counts for nothing, and is swept
    away with the next.
    """
    if Snapshot.objects.filter(change=change.number, stamp=change.stamp, complete=True).exists():
        return False
    Snapshot.objects.filter(change=change.number).delete()
    Snapshot.objects.filter(complete=False).delete()
    sections, metadata = sections_of(holdings)
    parts = packed(kind=KIND, sections=sections, metadata=metadata)
    key = new_data_key()
    row = Snapshot.objects.create(
        change=change.number, stamp=change.stamp, format=FORMAT, entries=len(holdings), made_at=now(),
        size=sum(len(part) for part in parts), parts=0, data_key=key.wrapped, digest=b"", signature=b"",
    )  # fmt: skip
    digest, count = hashlib.sha256(), 0
    for count, data in enumerate(_pieces(StreamEncryptor(key.key), parts), start=1):
        SnapshotPart.objects.create(snapshot=row, number=count - 1, data=data)
        digest.update(data)
    row.parts, row.digest, row.complete = count, digest.digest(), True
    row.signature = _signature(row)
    with transaction.atomic():
        row.save()
        old = Snapshot.objects.filter(complete=True).order_by("-change").values_list("pk", flat=True)[KEPT:]
        Snapshot.objects.filter(pk__in=list(old)).delete()
    return True


def read_snapshot() -> tuple[Holdings, int] | None:
    """The newest usable snapshot of this database's history, and the number of its change; None where there is none."""
    for row in Snapshot.objects.filter(complete=True, format=FORMAT).order_by("-change"):
        if not Change.objects.filter(number=row.change, stamp=row.stamp).exists():
            continue  # of a history that a restore took back
        try:
            return _opened(row), row.change
        except (SnapshotUnusableError, SealError, StreamError, IndexFileError, ValueError, KeyError) as error:
            why = error if isinstance(error, SnapshotUnusableError) else type(error).__name__
            _logger.error("snapshot %s cannot be used (%s)", row.pk, why)  # noqa: TRY400  # no traceback
    return None


def _opened(row: Snapshot) -> Holdings:
    if not hmac.compare_digest(_signature(row), bytes(row.signature)):
        raise SnapshotUnusableError("its signature is not ours")
    stored = _Stored(row)
    plain = bytearray(row.size)
    at = 0
    for piece in decrypt_stream(unwrap_data_key(bytes(row.data_key)), io.BufferedReader(stored, PART), size=row.size):
        plain[at : at + len(piece)] = piece
        at += len(piece)
    if stored.digest.digest() != bytes(row.digest):
        raise SnapshotUnusableError("its parts are not those that were signed")
    content = unpacked(memoryview(plain).toreadonly(), kind=KIND, source=Path(f"snapshot {row.pk}"))
    return holdings_of(content.sections, content.metadata)


class _Stored(io.RawIOBase):
    """The parts of a snapshot, read one by one and digested on the way."""

    def __init__(self, row: Snapshot) -> None:
        super().__init__()
        self.digest = hashlib.sha256()
        self._parts = self._read(row)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Read into a buffer, at most as much as it holds."""
        if not self._rest:
            self._rest = memoryview(next(self._parts, b""))
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def _read(self, row: Snapshot) -> Iterator[bytes]:
        for number in range(row.parts):
            part = SnapshotPart.objects.filter(snapshot=row, number=number).values_list("data", flat=True).first()
            if part is None:
                raise SnapshotUnusableError("a part is missing")
            data = bytes(part)
            self.digest.update(data)
            yield data


def _pieces(encryptor: StreamEncryptor, parts: list[bytes | memoryview]) -> Iterator[bytes]:
    """What is stored, in rows of ``PART`` bytes."""
    waiting = bytearray()
    for part in parts:
        for start in range(0, len(part), PART):
            waiting += encryptor.write(part[start : start + PART])
            while len(waiting) >= PART:
                yield bytes(waiting[:PART])
                del waiting[:PART]
    waiting += encryptor.finish()
    for start in range(0, len(waiting), PART):
        yield bytes(waiting[start : start + PART])


def _signature(row: Snapshot) -> bytes:
    # Not over the data key, which is wrapped anew at a rotation: with another one nothing decrypts.
    said = f"{row.format} {row.change} {row.stamp.hex} {row.entries} {row.size} {row.parts} "
    return hmac.digest(derived_key(_PURPOSE), said.encode("ascii") + bytes(row.digest), "sha256")


def snapshot_if_worthwhile(holdings: Holdings, number: int) -> bool:
    """Store a snapshot of what this process knows, if a node that starts would be much quicker with it."""
    change = Change.objects.filter(number=number).first()
    if change is None or len(holdings) < SMALLEST:
        return False
    newest = Snapshot.objects.filter(complete=True).order_by("-change").first()
    if newest is not None and newest.change <= number:
        changed = Entry.objects.filter(changed__gt=newest.change, changed__lte=number).count()
        if changed < max(SMALLEST // 2, len(holdings) // 20):
            return False
    return write_snapshot(holdings, change)


@register_rewrap
def rewrap_snapshots(rewrap: Callable[[bytes], bytes]) -> int:
    """Wrap the data keys of all snapshots by the current master key; gives how many changed."""
    changed = 0
    for pk, old in Snapshot.objects.values_list("pk", "data_key"):
        new = rewrap(bytes(old))
        if new != bytes(old):
            changed += Snapshot.objects.filter(pk=pk).update(data_key=new)
    return changed
