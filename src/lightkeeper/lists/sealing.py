"""How an entry lies in the database: its value, id and category sealed in one, and the index that finds it.

The index is a keyed hash of algorithm and value. It finds a digest or an address in the database and in memory alike,
so that only perceptual hashes, which must be compared bit by bit, are ever opened to be searched.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from lightkeeper.runtime.services import blind_index, blind_indexes, seal_many, unseal_many

SEALED: Final = "lists:entry"
INDEXED: Final = "lists:value"
LONGEST_TEXT: Final = 1000
"""Characters of an id or a category that are kept."""

_LENGTHS: Final = struct.Struct("<HH")


class Content(NamedTuple):
    """What is sealed of an entry: the value's bytes (of an address: its canonical form), id and category or empty."""

    value: bytes
    id: str
    category: str


class Place(NamedTuple):
    """What a sealed entry is bound to: moved to another row it cannot be opened."""

    list_id: int
    algorithm: str
    value_index: bytes


def index_of(algorithm: str, value: bytes) -> bytes:
    """The 32 bytes by which a value is found; another algorithm gives others."""
    return blind_index(INDEXED, algorithm, value)


def indexes_of(values: Iterable[tuple[str, bytes]]) -> list[bytes]:
    """The same for many: pairs of algorithm and value."""
    return blind_indexes(INDEXED, values)


def seal_entries(contents: Iterable[Content], places: Iterable[Place]) -> list[bytes]:
    """Seal entries, each for its place."""
    return seal_many(SEALED, map(_packed, contents), context=[_context(place) for place in places])


def unseal_entries(sealed: Sequence[bytes], places: Iterable[Place]) -> list[Content]:
    """Open entries. SealError: one was altered or moved, or the key is missing."""
    return [_unpacked(plain) for plain in unseal_many(SEALED, sealed, context=[_context(place) for place in places])]


def _packed(content: Content) -> bytes:
    value, row_id, category = content
    name = row_id[:LONGEST_TEXT].encode("utf-8", "replace")
    return b"".join(
        (_LENGTHS.pack(len(value), len(name)), value, name, category[:LONGEST_TEXT].encode("utf-8", "replace"))
    )


def _unpacked(plain: bytes) -> Content:
    value_end, id_size = _LENGTHS.unpack_from(plain)
    value_end += _LENGTHS.size
    id_end = value_end + id_size
    return Content(plain[_LENGTHS.size : value_end], plain[value_end:id_end].decode(), plain[id_end:].decode())


def _context(place: Place) -> bytes:
    return b"%d %s %s" % (place[0], place[1].encode("ascii"), place[2])
