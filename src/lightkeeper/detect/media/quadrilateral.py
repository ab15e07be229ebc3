"""Finds a picture that lies slanted on an even ground: turned on a larger canvas, or photographed off a screen.

The ground's level is taken from the outer cells; of each side of what differs from it a straight line is fitted that
the majority of places support; the corners are where the lines meet.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lightkeeper.detect.media.plane import SIDE
from lightkeeper.detect.media.warp import Quad, tilted

TOLERANCE = 14
"""Levels by which the picture must differ from the ground."""

MAXIMUM_SHIFT = 0.25
"""Share of a side by which a corner may lie off the copy's corner."""

SMALLEST_TURN, LARGEST_TURN, ANGLE_STEP = 0.7, 15.0, 0.5
"""Degrees: what counts as a turn, and turns nearer than this are one."""

Line = tuple[float, float]
"""``position = line[0] + line[1] * along``, in cells."""


def quadrilaterals(cells: NDArray[np.uint8], grounds: Sequence[float], aspect: float) -> list[Quad]:
    """Where a slanted picture may lie in a plane of shape (192, 192) that shows something ``aspect`` wide.

    First the corners where all four sides meet, then, since a side that is as dark as the ground cannot be fitted,
    what a turn by the angle of one side alone leaves: a canvas that was enlarged, or a copy that lost its corners.
    """
    quads: list[Quad] = []
    for ground in grounds:
        lines = _sides(np.abs(cells.astype(np.int16) - ground) > TOLERANCE)
        quads += _corners(lines)
        for degrees in _angles(lines, aspect):
            quads += [tilted(degrees, aspect, expanded=True), tilted(degrees, aspect)]
    return quads


def grounds_of(cells: NDArray[np.uint8]) -> list[float]:
    """The levels of the ground that a slanted picture may lie on: that of the corners, and that of most of the edge.

    Empty unless all four corners of the plane are of one level: then there is no such ground.
    """
    corners = cells[:: SIDE - 1, :: SIDE - 1]
    if int(np.ptp(corners)) > 2 * TOLERANCE:
        return []
    ground = float(corners.mean())
    ring = float(np.median(np.concatenate([cells[0], cells[-1], cells[:, 0], cells[:, -1]])))
    return [ground] if abs(ring - ground) <= TOLERANCE else [ground, ring]


def _sides(differs: NDArray[np.bool_]) -> tuple[Line | None, ...]:
    """Lines along the left, right, upper and lower end of what differs from the ground."""
    rows = np.flatnonzero(np.count_nonzero(differs, axis=1) > 0.15 * SIDE)
    columns = np.flatnonzero(np.count_nonzero(differs, axis=0) > 0.15 * SIDE)
    if len(rows) < SIDE // 3 or len(columns) < SIDE // 3:
        return None, None, None, None
    return (
        *_edges(differs, int(rows[0]), int(rows[-1]) + 1),
        *_edges(differs.T, int(columns[0]), int(columns[-1]) + 1),
    )


def _corners(lines: tuple[Line | None, ...]) -> list[Quad]:
    left, right, top, bottom = lines
    if left is None or right is None or top is None or bottom is None:
        return []
    quad = (_meeting(left, top), _meeting(right, top), _meeting(right, bottom), _meeting(left, bottom))
    frame = ((0, 0), (1, 0), (1, 1), (0, 1))
    shifts = [abs(a - b) for corner, at in zip(quad, frame, strict=True) for a, b in zip(corner, at, strict=True)]
    return [quad] if 0.006 < max(shifts) <= MAXIMUM_SHIFT else []


def _angles(lines: tuple[Line | None, ...], aspect: float) -> list[float]:
    """The turns in degrees, anticlockwise, that the sides show; at most two that differ."""
    upright, level = lines[:2], lines[2:]
    found = [math.degrees(math.atan(line[1] * aspect)) for line in upright if line is not None]
    found += [-math.degrees(math.atan(line[1] / aspect)) for line in level if line is not None]
    angles: list[float] = []
    for angle in sorted(found, key=lambda angle: sum(abs(angle - other) > ANGLE_STEP for other in found)):
        apart = all(abs(angle - other) > ANGLE_STEP for other in angles)
        if SMALLEST_TURN <= abs(angle) <= LARGEST_TURN and apart and len(angles) < 2:
            angles.append(round(angle, 2))
    return angles


def _edges(differs: NDArray[np.bool_], start: int, stop: int) -> tuple[Line | None, Line | None]:
    """Lines along the first and the last differing cell of the rows; the ends, near other sides, are left out."""
    margin = int((stop - start) * 0.15)
    rows = np.arange(start + margin, stop - margin)
    part = differs[rows]
    some = part.any(axis=1)
    along, part = rows[some] + 0.5, part[some]
    first = part.argmax(axis=1).astype(np.float64)
    last = part.shape[1] - part[:, ::-1].argmax(axis=1).astype(np.float64)
    # A side that runs out of the plane is cut off there: those places say nothing of it.
    seen, also = first > 0, last < part.shape[1]
    if not seen.any() and not also.any():
        return None, None
    shortest = len(along) // 4
    return _line(along[seen], first[seen], shortest), _line(along[also], last[also], shortest)


def _line(along: NDArray[np.float64], position: NDArray[np.float64], shortest: int) -> Line | None:
    """Least squares, refitted to what lies near the line; None unless half of the places do, and ``shortest``."""
    near = np.arange(len(along))
    offset = slope = 0.0
    for _ in range(5):
        if len(near) < max(12, shortest):
            return None
        x, y = along[near], position[near]
        middle, height = x.sum() / len(x), y.sum() / len(y)
        x = x - middle
        slope = float(x @ (y - height) / (x @ x))
        offset = float(height - slope * middle)
        error = np.abs(position - (offset + slope * along))
        limit = max(1.0, 2.5 * float(np.sort(error[near])[len(near) // 2]))
        before, near = len(near), np.flatnonzero(error <= limit)
        if len(near) == before and limit == 1.0:
            break
    return (offset, slope) if 2 * len(near) >= len(along) else None


def _meeting(upright: Line, level: Line) -> tuple[float, float]:
    """Where an upright line (x by y) and a level one (y by x) meet, as shares of the plane, rounded to a 2000th."""
    (a, b), (c, d) = upright, level
    y = (c + d * a) / (1 - b * d)
    return round((a + b * y) / SIDE * 2000) / 2000, round(y / SIDE * 2000) / 2000
