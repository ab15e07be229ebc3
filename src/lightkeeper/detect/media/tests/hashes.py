"""What the tests of hashing and of its variants share: drawings as luma and frames, and how far hashes lie apart."""

from __future__ import annotations

import functools
import io
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lightkeeper.demo import drawings
from lightkeeper.detect.media.frames import Frame

MATCH_RADIUS = 31
"""The scanner's default; the room above is not imported from here."""

Corners = tuple[tuple[float, float], ...]


def luma(image: Image.Image) -> NDArray[np.uint8]:
    """The grey levels of a picture."""
    return np.asarray(image.convert("L"))


@functools.lru_cache(maxsize=64)
def picture(number: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """A drawing; a large one is drawn at a third and enlarged, which takes a tenth of the time. Not to be changed."""
    if max(size) <= 800:
        return drawings.drawing(number, size)
    small = (max(16, size[0] // 3), max(16, size[1] // 3))
    return drawings.drawing(number, small).resize(size, Image.Resampling.BICUBIC)


def drawn(number: int, size: tuple[int, int] = (640, 480)) -> NDArray[np.uint8]:
    """The grey levels of a drawing."""
    return luma(picture(number, size))


def frame(levels: NDArray[np.uint8], number: int = 0) -> Frame:
    """A picture that was not reduced."""
    return Frame(np.ascontiguousarray(levels), 1, levels.shape[1], levels.shape[0], number)


def reduced_frame(levels: NDArray[np.uint8], times: int) -> Frame:
    """A picture as a decoder that averages gives it at a reduced scale."""
    small = Image.fromarray(levels).reduce(times)
    return Frame(np.asarray(small), times, levels.shape[1], levels.shape[0])


def apart(first: bytes | NDArray[np.uint8], second: bytes | NDArray[np.uint8]) -> int:
    """The bits in which two hashes differ."""
    one, other = (np.frombuffer(bytes(value), np.uint8) for value in (first, second))
    assert one.shape == other.shape == (32,)
    return int(np.bitwise_count(one ^ other).sum())


def recompressed(image: Image.Image, quality: int = 80) -> Image.Image:
    """The picture with the noise of a JPEG."""
    stored = io.BytesIO()
    image.save(stored, "JPEG", quality=quality)
    return Image.open(stored)


def turned(image: Image.Image, degrees: float, style: str) -> Image.Image:
    """Turned anticlockwise: corners lost (``same``), nothing lost (``expanded``), or cut to the full part."""
    out = image.rotate(degrees, Image.Resampling.BICUBIC, expand=style == "expanded")
    if style != "inner":
        return out
    width, height = image.size
    sine, cosine = abs(math.sin(math.radians(degrees))), abs(math.cos(math.radians(degrees)))
    kept = min(width / (width * cosine + height * sine), height / (width * sine + height * cosine))
    x, y = width * (1 - kept) / 2, height * (1 - kept) / 2
    return out.crop((round(x), round(y), round(width - x), round(height - y)))


def slanted(image: Image.Image, corners: Corners, ground: int) -> Image.Image:
    """The picture with its corners (shares of the sides, from the upper left one clockwise) moved, on a grey ground."""
    width, height = image.size
    equations: list[list[float]] = []
    values: list[float] = []
    frame_corners = ((0, 0), (width, 0), (width, height), (0, height))
    for (right, down), (u, v) in zip(corners, frame_corners, strict=True):
        x, y = right * width, down * height
        equations += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    inverse = np.linalg.solve(np.array(equations), np.array(values)).tolist()
    return image.transform(
        image.size, Image.Transform.PERSPECTIVE, inverse, Image.Resampling.BICUBIC, fillcolor=(ground,) * 3
    )
