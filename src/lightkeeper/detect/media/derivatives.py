"""Derivatives: the JPEGs that people look at instead of the file. What they are, and how the parent checks them.

They come from a process that a hostile file may have subverted, and go to a browser. So the parent lets pass only what
has the structure that our own encoder writes: no metadata, no second picture, the size that was said.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from lightkeeper.detect.media import wire
from lightkeeper.detect.media.status import DecodeStatus

LONGEST_SIDE: Final = 4096
"""Pixels of the longer side of a ``full`` derivative at most; a larger picture is made smaller."""

TILE_SIDE: Final = 64
"""Pixels of the longer side of a ``tile``."""

MAX_DERIVED: Final = 32 * 2**20
"""Bytes of all derivatives of one picture at most."""


class DerivativeKind(enum.StrEnum):
    """How much a derivative shows: a small grey tile, grey at half the size, or all of it in colour."""

    TILE = "tile"
    GREY = "grey"
    FULL = "full"


ALL_KINDS: Final = tuple(DerivativeKind)
_BITS: Final = {kind: 1 << number for number, kind in enumerate(DerivativeKind)}


@dataclass(frozen=True, slots=True)
class Derivative:
    """One JPEG without metadata, upright; sides in pixels."""

    data: bytes = field(repr=False)
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Derived:
    """What came back for one file: its derivatives by kind, none unless ``status`` is ``ok`` or ``partial``.

    ``reason`` is a sentence for people, with nothing of the content in it.
    """

    status: DecodeStatus
    reason: str
    pictures: Mapping[DerivativeKind, Derivative]


@dataclass(frozen=True, slots=True)
class Presented:
    """A part of a derivative with a mark on it; ``picture`` is None unless ``status`` is ``ok``."""

    status: DecodeStatus
    picture: Derivative | None


def mask_of(kinds: Sequence[DerivativeKind]) -> int:
    """The kinds as a number from 1 to 7, for the request. ValueError if there are none."""
    mask = sum({_BITS[DerivativeKind(kind)] for kind in kinds})
    if not mask:
        raise ValueError("no kind of derivative was asked for")
    return mask


def kinds_of(mask: int) -> list[DerivativeKind]:
    """The kinds of a request."""
    return [kind for kind, bit in _BITS.items() if mask & bit]


def checked(described: object, content: memoryview, mask: int) -> dict[DerivativeKind, Derivative]:
    """The derivatives in a worker's answer: ``described`` has [kind, bytes, width, height] for each, in order.

    Raises ``BadMessageError`` where they are not what was asked for, or are not JPEGs as we write them.
    """
    wanted = {str(kind): TILE_SIDE if kind is DerivativeKind.TILE else LONGEST_SIDE for kind in kinds_of(mask)}
    pictures = checked_pictures(described, content, wanted)
    return {DerivativeKind(name): picture for name, picture in pictures.items()}


def checked_pictures(described: object, content: memoryview, wanted: Mapping[str, int]) -> dict[str, Derivative]:
    """As ``checked``, for any pictures: ``wanted`` has their names in order, and the longest side of each."""
    if not isinstance(described, list) or len(described) != len(wanted):
        raise wire.BadMessageError("not the derivatives that were asked for")
    pictures, start = {}, 0
    for (name, longest), row in zip(wanted.items(), described, strict=True):
        if not (isinstance(row, list) and len(row) == 4 and row[0] == name and all(type(n) is int for n in row[1:])):
            raise wire.BadMessageError("not the derivative that was asked for")
        size, width, height = row[1:]
        if not (0 < size <= len(content) - start and 0 < width <= longest and 0 < height <= longest):
            raise wire.BadMessageError("a derivative out of bounds")
        data = bytes(content[start : start + size])
        if not is_plain_jpeg(data, width, height):
            raise wire.BadMessageError("a derivative that is no plain JPEG")
        pictures[name] = Derivative(data, width, height)
        start += size
    if start != len(content):
        raise wire.BadMessageError("more than the derivatives")
    return pictures


_ALLOWED_SEGMENTS: Final = frozenset({0xE0, 0xDB, 0xC0, 0xC4})
"""JFIF header, quantisation, baseline frame, Huffman tables: what our encoder writes before the picture itself."""


def is_plain_jpeg(data: bytes, width: int, height: int) -> bool:
    """Whether this is a baseline JPEG of that size in one scan, without metadata, and nothing behind it."""
    if not (data.startswith(b"\xff\xd8") and data.endswith(b"\xff\xd9")):
        return False
    at, sized = 2, False
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xDA:
            scan = data[at + 2 + length : -2]
            # In the coded data a 0xFF is followed by 0: any marker would be another scan or picture.
            return sized and length >= 2 and scan.count(b"\xff") == scan.count(b"\xff\x00")
        if marker not in _ALLOWED_SEGMENTS or length < 2 or (marker == 0xE0 and length != 16):
            return False
        if marker == 0xC0:
            if sized or data[at + 5 : at + 9] != height.to_bytes(2, "big") + width.to_bytes(2, "big"):
                return False
            sized = True
        at += 2 + length
    return False
