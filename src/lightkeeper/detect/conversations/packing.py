"""How rows of state are written: a version, sections of records of equal length, a check sum; numbers are big-endian.

Records begin with what they are sorted by, so that comparing their bytes compares their order.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence

VERSION = 2
ROW_BYTES = 2048
"""No row of state is longer."""

_CHECK = 4


class StateError(ValueError):
    """A row of state cannot be read; the message says which kind and why."""


def sealed(sections: Iterable[tuple[Sequence[bytes], int]]) -> bytes:
    """Write sections, each the records and the length of one: at most 255 of at most 255 bytes."""
    parts = [bytes([VERSION])]
    for records, _ in sections:
        parts.append(bytes([len(records)]))
        parts.extend(records)
    body = b"".join(parts)
    return body + zlib.crc32(body).to_bytes(_CHECK)


def opened(row: bytes, kind: str, lengths: Sequence[int]) -> list[list[bytes]]:
    """Read the sections back, given the length of a record of each. Raises StateError."""
    if not row or row[0] != VERSION:
        known = f"version {row[0]}, and this engine reads version {VERSION}" if row else "empty"
        raise StateError(f"A row of state of the kind {kind} is {known}: it cannot be used.")
    end = len(row) - _CHECK
    if end < 1 or len(row) > ROW_BYTES or zlib.crc32(row[:end]) != int.from_bytes(row[end:]):
        raise StateError(f"A row of state of the kind {kind} is damaged: its check sum is not that of its bytes.")
    sections, place = [], 1
    for length in lengths:
        count = row[place] if place < end else -1
        place, stop = place + 1, place + 1 + count * length
        if count < 0 or stop > end:
            raise StateError(f"A row of state of the kind {kind} ends too early: it is of another kind, or damaged.")
        sections.append([row[at : at + length] for at in range(place, stop, length)] if count else [])
        place = stop
    if place != end:
        raise StateError(f"A row of state of the kind {kind} is too long: it is of another kind, or damaged.")
    return sections


def seconds(milliseconds: int) -> int:
    """Whole seconds that fit 32 bits."""
    return min(max(milliseconds // 1000, 0), 0xFFFFFFFF)


def name_digest(name: str) -> int:
    """Eight bytes that stand for a name, 0 for none."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest()) or 1 if name else 0
