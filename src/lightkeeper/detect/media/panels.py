"""The panels of a collage: halves, thirds and quarters of a picture, without the gaps between them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lightkeeper.detect.media.plane import Box, Plane, plane_of
from lightkeeper.detect.media.surroundings import trimmed

GRIDS = ((1, 2), (2, 1), (2, 2), (1, 3), (3, 1))
"""Rows and columns of the collages that people make of two to four pictures."""


def panels(luma: NDArray[np.uint8]) -> list[Plane]:
    """The planes of all panels that a picture of shape (rows, columns) may be made of, as they are and trimmed."""
    planes = []
    for box in _grid_boxes(luma.shape[1], luma.shape[0]):
        plane = plane_of(luma, box)
        planes.append(plane)
        inner = trimmed(luma, box, plane)
        if inner is not None:
            planes.append(plane_of(luma, inner))
    return planes


def _grid_boxes(width: int, height: int) -> Iterator[Box]:
    for rows, columns in GRIDS:
        across, down = width / columns, height / rows
        if min(across, down) < 32:
            continue
        for row in range(rows):
            for column in range(columns):
                yield column * across, row * down, (column + 1) * across, (row + 1) * down
