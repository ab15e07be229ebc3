"""Finds upright rectangles by their edges: a picture within a picture, or on a ground that is not even.

Where a picture is laid over another, its sides are long straight steps. For every column boundary of the plane the
run of rows with the largest excess of steps is taken, and for every row boundary the run of columns; of the best of
both all rectangles are formed, and those proposed whose four sides are steps over most of their length.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from lightkeeper.detect.media.plane import SIDE, Box, Plane
from lightkeeper.detect.media.surroundings import sharpened

STEP = 7
"""Levels between neighbouring cells that count as a step."""

EXPECTED = 0.5
"""A run gains where more than this share of its places are steps."""

LINES = 24
SMALLEST = SIDE // 6
"""How many lines of each direction are combined; the shortest side of a rectangle, in cells."""

SIDE_SHARE = 0.55
"""What share of the weakest side, frame sides apart, must be steps."""


def rectangles(luma: NDArray[np.uint8], plane: Plane, *, limit: int) -> list[Box]:
    """At most ``limit`` boxes of a picture of shape (rows, columns), the clearest first."""
    cells = plane.cells.astype(np.int16)
    across, down = _steps(cells), _steps(cells.T).T  # across[y, x]: a step between columns x and x + 1
    columns = [-1, *_strongest(across.T), SIDE - 1]
    rows = [-1, *_strongest(down), SIDE - 1]
    upright, level = _sums(across.T), _sums(down)
    found: list[tuple[float, tuple[int, int, int, int]]] = []
    for left, right in itertools.combinations(sorted(columns), 2):
        if right - left < SMALLEST:
            continue
        for top, bottom in itertools.combinations(sorted(rows), 2):
            if bottom - top < SMALLEST or (right - left) * (bottom - top) > 0.95 * SIDE * SIDE:
                continue
            shares = [
                _share(upright, left, top, bottom),
                _share(upright, right, top, bottom),
                _share(level, top, left, right),
                _share(level, bottom, left, right),
            ]
            inner = [share for share in shares if share is not None]
            if len(inner) >= 2 and min(inner) >= SIDE_SHARE:
                found.append((sum(inner) + 0.9 * (4 - len(inner)), (left, top, right, bottom)))
    return [_box(luma, cell_box) for cell_box in _distinct(found, limit)]


def _steps(cells: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Where neighbouring columns differ, and clearly more than those two further to either side, as texture would."""
    # A boundary rarely falls between cells, so the difference is taken over two cells.
    size = np.zeros((len(cells), cells.shape[1] - 1), np.int16)
    size[:, 1:] = np.abs(cells[:, 2:] - cells[:, :-2])
    size[:, :-1] = np.maximum(size[:, :-1], size[:, 1:])
    around = np.zeros_like(size)
    around[:, 3:] += size[:, :-3]
    around[:, :-3] += size[:, 3:]
    return np.asarray((size > STEP) & (4 * size > 3 * around))


def _strongest(steps: NDArray[np.bool_]) -> list[int]:
    """The boundaries with the largest run of steps; ``steps`` has a boundary in each row; neighbours count once."""
    sums = np.cumsum(steps - EXPECTED, axis=1)
    sums = np.concatenate([np.zeros((len(sums), 1)), sums], axis=1)
    gains = (sums - np.minimum.accumulate(sums, axis=1)).max(axis=1)
    chosen: list[int] = []
    for place in np.argsort(-gains):
        if gains[place] < (1 - EXPECTED) * SMALLEST / 2 or len(chosen) == LINES:
            break
        if all(abs(int(place) - other) > 1 for other in chosen):
            chosen.append(int(place))
    return chosen


def _sums(steps: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Running sums along each boundary, from 0; the best of the boundary and its neighbours is meant by a line."""
    wide = steps.copy()
    wide[1:] |= steps[:-1]
    wide[:-1] |= steps[1:]
    return np.concatenate([np.zeros((len(wide), 1), np.int64), np.cumsum(wide, axis=1, dtype=np.int64)], axis=1)


def _share(sums: NDArray[np.int64], line: int, start: int, stop: int) -> float | None:
    """The share of steps on a line between two places; None for a side of the plane itself."""
    if line in (-1, SIDE - 1):
        return None
    return float(sums[line, stop + 1] - sums[line, start + 1]) / (stop - start)


def _distinct(found: list[tuple[float, tuple[int, int, int, int]]], limit: int) -> list[tuple[int, int, int, int]]:
    chosen: list[tuple[int, int, int, int]] = []
    for _, box in sorted(found, reverse=True):
        if len(chosen) == limit:
            break
        if all(max(abs(a - b) for a, b in zip(box, other, strict=True)) > 1 for other in chosen):
            chosen.append(box)
    return chosen


def _box(luma: NDArray[np.uint8], cell_box: tuple[int, int, int, int]) -> Box:
    height, width = luma.shape
    left, top, right, bottom = ((edge + 1) / SIDE for edge in cell_box)
    whole = (0.0, 0.0, float(width), float(height))
    return sharpened(luma, (left * width, top * height, right * width, bottom * height), whole)
