"""Abstract drawings for the tests of decoding, and every way to store one."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lightkeeper.detect.media.decode import Picture
from lightkeeper.detect.media.frames import Frame
from lightkeeper.detect.media.limits import Limits


def draw(width: int = 120, height: int = 90, seed: int = 1) -> Image.Image:
    """Discs of soft colours on a slope, RGB; no two of its orientations look alike."""
    if width > 800:
        return draw(width // 4, height // 4, seed).resize((width, height), Image.Resampling.BICUBIC)
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float64)
    plane = np.stack([60 + 90 * rows / height, 90 + 80 * columns / width, np.full_like(rows, 110)], axis=2)
    for _ in range(6):
        row, column, radius = random.random() * height, random.random() * width, 8 + random.random() * height / 4
        inside = np.clip(radius - np.hypot(rows - row, columns - column), 0, 3)[:, :, None] / 3
        plane = plane * (1 - inside) + random.integers(30, 225, 3) * inside
    return Image.fromarray(plane.astype(np.uint8), "RGB")


def luma_of(image: Image.Image) -> NDArray[np.float64]:
    """What the decoder should see."""
    return np.asarray(image.convert("L"), dtype=np.float64)


def stored(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The bytes of a file; ``kind`` is Pillow's name of the format."""
    target = io.BytesIO()
    if "append_images" in options:
        # Copies, because saving leaves its settings behind in the pictures.
        options["append_images"] = [further.copy() for further in options["append_images"]]
    image.copy().save(target, kind, **options)
    return target.getvalue()


def decoded(data: bytes, limits: Limits | None = None) -> tuple[Picture, list[Frame]]:
    """Decode in this process."""
    picture = Picture(data, limits or Limits())
    return picture, list(picture.frames())


def the_frame(data: bytes) -> Frame:
    """The only frame of a file."""
    _, (frame,) = decoded(data)
    return frame


def difference(luma: NDArray[np.uint8], expected: NDArray[np.float64]) -> float:
    """Mean absolute difference in grey levels; the shapes must be equal."""
    assert luma.shape == expected.shape
    assert luma.dtype == np.uint8
    return float(np.abs(luma.astype(np.float64) - expected).mean())
