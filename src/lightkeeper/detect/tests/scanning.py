"""What tests of the scanner scan: drawings and their edits, files that are no pictures, and lists that know some."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from PIL import Image

from benchmarks.edits import EDITS
from lightkeeper.demo import drawings
from lightkeeper.demo.edits import as_png
from lightkeeper.detect.findings import ScanResult
from lightkeeper.detect.matching.lists import HashList
from lightkeeper.detect.media.decode import Picture
from lightkeeper.detect.media.limits import Limits
from lightkeeper.detect.media.pdq import pdq

LISTED = range(4)
STRANGERS = range(50, 54)

VIDEO = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(200)
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><rect width='9' height='9'/></svg>"
GARBAGE = b"neither a picture nor anything else " * 5


def bomb() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 30000, 30000, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(999))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def corrupt() -> bytes:
    whole = as_png(drawings.drawing(50, (60, 40)))
    start = whole.index(b"IDAT") + 4
    return whole[:start] + b"\xff" * (len(whole) - start - 16) + whole[-16:]


@cache
def drawing(number: int) -> Image.Image:
    return drawings.drawing(number, (500, 375))


@cache
def hash_of(number: int) -> str:
    (frame,) = Picture(as_png(drawing(number)), Limits()).frames()
    return pdq(frame).hex()


def without_time(result: ScanResult) -> ScanResult:
    assert result.ms is not None
    assert result.ms >= 0
    return replace(result, ms=None)


Write = Callable[[str, list[str]], HashList]
"""Writes a list file of this name with these rows, and reads it."""


def edited(edit: str, number: int) -> bytes:
    return EDITS[edit](drawing(number), random.Random(f"{edit}{number}"))
