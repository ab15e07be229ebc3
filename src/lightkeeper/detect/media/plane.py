"""The working plane: a picture, or a box of it, as 192 x 192 averaged luma cells, from which variants are hashed.

A PDQ sees a picture as a square, whatever its shape, and nothing finer than a 64th of a side. So variants need not be
made from pixels: they are read from this plane, three cells to a sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 192

Box = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels of the decoded luma."""


@dataclass(frozen=True, slots=True)
class Plane:
    """``cells`` are (192, 192) luma values 0 to 255, ``aspect`` is width over height of what they show."""

    cells: NDArray[np.uint8]
    aspect: float

    def values(self) -> NDArray[np.float32]:
        """The cells as numbers to calculate with."""
        return self.cells.astype(np.float32)


def plane_of(luma: NDArray[np.uint8], box: Box | None = None) -> Plane:
    """Average a picture of shape (rows, columns), or a box of it, into cells; small ones are interpolated."""
    left, top, right, bottom = box or (0.0, 0.0, float(luma.shape[1]), float(luma.shape[0]))
    width, height = right - left, bottom - top
    large = min(width, height) >= SIDE
    picture = Image.fromarray(luma).resize(
        (SIDE, SIDE),
        Image.Resampling.BOX if large else Image.Resampling.HAMMING,
        box=(left, top, right, bottom),
        reducing_gap=1.0 if large else None,  # of a large box whole pixels are averaged first, which is cheaper
    )
    return Plane(np.asarray(picture), width / height)
