"""What is submitted: pictures of the usual size, each time with other bytes, and lists that know some of them."""

from __future__ import annotations

import hashlib
import io
import os
import random
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from PIL import Image

from lightkeeper.demo import drawings
from soak.client import DIGITS, MARK

FOLDER = "LIGHTKEEPER_PHOTOS"
SIZE = (500, 375)


@cache
def jpeg(number: int, *, size: tuple[int, int] = SIZE, quality: int = 85) -> bytes:
    """Drawing ``number`` as JPEG."""
    return encoded(drawings.drawing(number, size), quality=quality)


def encoded(picture: Image.Image, *, quality: int = 85) -> bytes:
    """A picture as JPEG."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def photographs(most: int = 62) -> tuple[list[bytes], str]:
    """JPEG files from the folder that ``LIGHTKEEPER_PHOTOS`` names, or drawings of like size; and which they are."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return [jpeg(number) for number in range(min(most, 24))], f"drawings ({FOLDER} names no folder)"
    paths = sorted(path for path in Path(folder).iterdir() if path.suffix.lower() in {".jpg", ".jpeg"})
    return [path.read_bytes() for path in paths[:most]], f"{len(paths[:most])} photographs"


def stamped(picture: bytes, stamp: str = MARK) -> bytes:
    """The same JPEG with a comment of `DIGITS` characters: other bytes, the same pixels."""
    text = stamp.encode()
    assert picture[:2] == b"\xff\xd8"
    assert len(text) == DIGITS
    return picture[:2] + b"\xff\xfe" + (2 + DIGITS).to_bytes(2, "big") + text + picture[2:]


def pdq_hex(picture: bytes) -> str:
    """The PDQ of a picture's bytes, as 64 hexadecimal digits."""
    from lightkeeper.detect.media.decode import Picture
    from lightkeeper.detect.media.limits import Limits
    from lightkeeper.detect.media.pdq import pdq

    return pdq(next(iter(Picture(picture, Limits()).frames()))).hex()


def sha256_hex(content: bytes) -> str:
    """The SHA-256 of bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


Row = tuple[str, str, str]
"""A row of a list: algorithm, value, id."""


def random_rows(count: int, *, seed: int = 1, algorithm: str = "pdq") -> list[Row]:
    """Rows of random values that nothing matches."""
    drawn = random.Random(f"{seed}:{algorithm}")
    return [(algorithm, drawn.randbytes(32).hex(), f"{algorithm}-{number}") for number in range(count)]


def write_list(path: Path, rows: Iterable[Row]) -> Path:
    """Write a list file as ``lightkeeper lists import`` reads it."""
    with path.open("w", encoding="utf-8") as file:
        file.write("algorithm,value,id,category\n")
        file.writelines(f"{algorithm},{value},{identifier},\n" for algorithm, value, identifier in rows)
    return path
