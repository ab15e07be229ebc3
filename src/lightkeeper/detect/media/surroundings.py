"""Finds the picture inside its surroundings: borders, letterbox, canvas, caption bars, a phone's screen.

Everything here proposes; the look-up decides. Each proposal is a box of the decoded luma, made in one of three ways
from the lines (rows or columns) of the plane's cells:

- *margins*: lines at a side that are even, and of one level with the outermost, are taken off. Since a picture may
  itself end in even lines, the same inset on all sides, and on opposite sides, is proposed as well;
- *busy*: the rows, then the columns, that mostly differ from the ground's level, as the run with the largest sum, so
  that text on the ground is left out and a pale part inside is not;
- *block*: the longest run of lines between blank ones.

A proposal's edges are then set, in full resolution, to the largest step nearby. What is found is searched once more,
for a frame inside a caption.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lightkeeper.detect.media.plane import SIDE, Box, Plane, plane_of

TOLERANCES = (6, 20)
"""Levels by which a cell of an even line may be off: a clean margin, and a noisy one."""

EVEN_SHARE = 0.97
"""Share of a line's cells that must be within the tolerance for the line to be even."""

BLANK_SHARE = 0.985
"""The same for the lines that part text from pictures."""

BUSY_SHARE = 0.4
"""A row belongs to the picture where more than this share of its cells differs from the ground."""

LIKELIEST = 2
"""How many boxes, the likeliest, are searched for more inside."""

GROUND_TOLERANCE = 10
SMALLEST_SIDE = 24
SMALLEST_AREA = 0.04
"""Smaller boxes, in pixels and as a share of the picture, are not proposed."""

WHOLE_AREA = 0.985
"""A box with more than this share is the whole picture."""

USUAL_SHAPES = (1.0, 4 / 3, 3 / 4, 3 / 2, 2 / 3, 16 / 9, 9 / 16)
USUAL_GROWTH, USUAL_TRIES = 0.3, 3
"""Width over height of what cameras make; how much of a side may be hidden, and how many guesses are made."""

_Cells = NDArray[np.uint8]
_CellBox = tuple[int, int, int, int]


def content_boxes(luma: _Cells, plane: Plane, *, depth: int, limit: int) -> list[tuple[Box, Plane]]:
    """At most ``limit`` boxes of a picture of shape (rows, columns), with their planes.

    Boxes are searched ``depth`` times into each other. Empty where no side of the picture ends in an even line: then
    it has no surroundings of the kinds above.
    """
    height, width = luma.shape
    whole = (0.0, 0.0, float(width), float(height))
    found = _Found(whole, limit)
    level = [(whole, plane)]
    for _ in range(depth):
        inside: list[tuple[Box, Plane]] = []
        for box, seen in level[:LIKELIEST]:
            if found.full():
                break
            for proposal in _proposals(seen.cells, box, luma):
                if found.add(proposal):
                    inside.append((proposal, plane_of(luma, proposal)))
                if found.full():
                    break
        found.planes += inside
        level = inside
    return found.planes


def trimmed(luma: _Cells, box: Box, plane: Plane) -> Box | None:
    """A box of a picture without the even margins that its plane shows; None where it has none."""
    inner = _margins(plane.cells, TOLERANCES[-1])
    return None if inner is None else _in_picture(luma, inner, box)


@dataclass(slots=True)
class _Found:
    """Boxes that differ from one another, and from the whole, by more than half a percent of a side."""

    whole: Box
    limit: int
    boxes: list[Box] = field(default_factory=list)
    planes: list[tuple[Box, Plane]] = field(default_factory=list)

    def full(self) -> bool:
        return len(self.boxes) >= self.limit

    def add(self, box: Box) -> bool:
        width, height = box[2] - box[0], box[3] - box[1]
        if min(width, height) < SMALLEST_SIDE or width * height < SMALLEST_AREA * self.whole[2] * self.whole[3]:
            return False
        near = (max(1.5, 0.006 * width), max(1.5, 0.006 * height)) * 2
        for other in (self.whole, *self.boxes):
            if all(abs(a - b) <= c for a, b, c in zip(box, other, near, strict=True)):
                return False
        self.boxes.append(box)
        return True


def _proposals(cells: _Cells, box: Box, luma: _Cells) -> Iterator[Box]:
    """Boxes of the picture for the cells of one box of it, the likeliest first."""
    if not _has_even_side(cells):
        return
    guesses: list[Box] = []
    for tolerance in TOLERANCES:
        inner = _margins(cells, tolerance)
        if inner is not None:
            sharp = _in_picture(luma, inner, box)
            yield sharp
            if tolerance == TOLERANCES[0]:
                yield from _symmetric(sharp, box)
                guesses = list(_of_usual_shape(sharp, box))
    for ground in _grounds(cells):
        inner = _busy(cells, ground)
        if inner is not None:
            yield _in_picture(luma, inner, box)
    spread = _spread(cells)
    for tolerance in TOLERANCES:
        inner = _block(cells, spread, tolerance)
        if inner is not None:
            yield _in_picture(luma, inner, box)
    yield from guesses


def _has_even_side(cells: _Cells) -> bool:
    return any(_even(line[np.newaxis], _middle(line), 16)[0] for line in _outer_lines(cells))


def _middle(line: _Cells) -> int:
    return int(np.sort(line)[len(line) // 2])


def _outer_lines(cells: _Cells) -> tuple[_Cells, _Cells, _Cells, _Cells]:
    return cells[0], cells[-1], cells[:, 0], cells[:, -1]


def _even(lines: _Cells, level: int, tolerance: int) -> NDArray[np.bool_]:
    """Which of the lines, one a row, lie within the tolerance of a level."""
    low, high = max(0, level - tolerance), min(255, level + tolerance)
    inside = np.count_nonzero((lines >= low) & (lines <= high), axis=1)
    return np.asarray(inside >= EVEN_SHARE * lines.shape[1])


# ---- margins -----------------------------------------------------------------------------------------------------


def _margins(cells: _Cells, tolerance: int) -> _CellBox | None:
    """What is left when even lines are taken off all sides, twice, since taking off one side may show another's."""
    left, top, right, bottom = 0, 0, SIDE, SIDE
    for _ in range(2):
        before = (left, top, right, bottom)
        top += _margin(cells[top:bottom, left:right], tolerance)
        bottom -= _margin(cells[top:bottom, left:right][::-1], tolerance)
        left += _margin(cells[top:bottom, left:right].T, tolerance)
        right -= _margin(cells[top:bottom, left:right].T[::-1], tolerance)
        if before == (left, top, right, bottom):
            break
    return _unless_whole((left, top, right, bottom))


def _margin(lines: _Cells, tolerance: int) -> int:
    """How many of the first lines are even and of one level; all of them count as none."""
    if min(lines.shape) < 8:
        return 0
    level = _middle(lines[0])
    if not _even(lines[:1], level, tolerance)[0]:
        return 0
    for start in range(0, len(lines), 16):
        uneven = ~_even(lines[start : start + 16], level, tolerance)
        if uneven.any():
            return start + int(uneven.argmax())
    return 0


def _symmetric(inner: Box, outer: Box) -> Iterator[Box]:
    """The same inset on all sides, and on opposite ones, for pictures that end in even lines themselves."""
    left, top = inner[0] - outer[0], inner[1] - outer[1]
    right, bottom = outer[2] - inner[2], outer[3] - inner[3]
    every = min(left, top, right, bottom)
    across, down = min(left, right), min(top, bottom)
    for x, y in ((every, every), (across, down)):
        if x or y:
            yield outer[0] + x, outer[1] + y, outer[2] - x, outer[3] - y


def _of_usual_shape(inner: Box, outer: Box) -> Iterator[Box]:
    """The box enlarged on one side to a shape that cameras make, for a pale sky on a white canvas; nearest first."""
    width, height = inner[2] - inner[0], inner[3] - inner[1]
    longer = []
    for shape in USUAL_SHAPES:
        for side, missing, room in (
            (0, height * shape - width, inner[0] - outer[0]),
            (2, height * shape - width, outer[2] - inner[2]),
            (1, width / shape - height, inner[1] - outer[1]),
            (3, width / shape - height, outer[3] - inner[3]),
        ):
            size = width if side in (0, 2) else height
            if 0.01 * size < missing <= min(room + 1, USUAL_GROWTH * size):
                longer.append((missing / size, side, missing))
    for _, side, missing in sorted(longer)[:USUAL_TRIES]:
        edges = list(inner)
        edges[side] += missing if side >= 2 else -missing
        yield max(edges[0], outer[0]), max(edges[1], outer[1]), min(edges[2], outer[2]), min(edges[3], outer[3])


# ---- busy lines --------------------------------------------------------------------------------------------------


def _grounds(cells: _Cells) -> list[int]:
    """The levels that the ground may have, by the outer lines."""
    lines = _outer_lines(cells)
    levels: list[int] = []
    for line in (lines[0], lines[1], np.concatenate(lines)):
        level = _middle(line)
        if all(abs(level - other) > 6 for other in levels):
            levels.append(level)
    return levels


def _busy(cells: _Cells, ground: int) -> _CellBox | None:
    """The run of rows, then of columns, that differ most from the ground; None where what is outside differs too."""
    low, high = max(0, ground - GROUND_TOLERANCE), min(255, ground + GROUND_TOLERANCE)
    differs = (cells < low) | (cells > high)
    left, right = 0, SIDE
    top, bottom = 0, SIDE
    for _ in range(2):
        rows = np.count_nonzero(differs[:, left:right], axis=1) / (right - left)
        top, bottom = _largest_run(rows - BUSY_SHARE)
        if bottom - top < 8:
            return None
        columns = np.count_nonzero(differs[top:bottom], axis=0) / (bottom - top)
        left, right = _largest_run(columns - BUSY_SHARE)
        if right - left < 8:
            return None
        for shares, start, stop in ((rows, top, bottom), (columns, left, right)):
            outside = len(shares) - (stop - start)
            if outside and (shares.sum() - shares[start:stop].sum()) / outside > 1 - BUSY_SHARE - 0.25:
                return None
    return _unless_whole((left, top, right, bottom))


def _largest_run(scores: NDArray[np.float64]) -> tuple[int, int]:
    """Start and stop of the run with the largest sum (Kadane)."""
    sums = np.concatenate([[0.0], np.cumsum(scores)])
    lowest = np.minimum.accumulate(sums)
    stop = int(np.argmax(sums - lowest))
    return int(np.argmin(sums[: stop + 1])), stop


# ---- the block between blank lines -------------------------------------------------------------------------------


def _block(cells: _Cells, spread: _Cells, tolerance: int) -> _CellBox | None:
    top, bottom = _longest_between_blanks(spread, tolerance)
    if bottom - top < 12:
        return None
    left, right = _longest_between_blanks(_spread(cells[top:bottom].T), tolerance)
    if right - left < 12:
        return None
    return _unless_whole((left, top, right, bottom))


def _spread(lines: _Cells) -> _Cells:
    """How far each cell is off its line's level."""
    # In a line that is blank but for a few cells the mean is the level, and much cheaper than the median.
    level = lines.mean(axis=1, keepdims=True).astype(np.uint8)
    return np.asarray(np.maximum(lines, level) - np.minimum(lines, level), np.uint8)


def _longest_between_blanks(spread: _Cells, tolerance: int) -> tuple[int, int]:
    """Start and stop of the longest run without lines that are blank, that is, all of the line's own level."""
    blank = np.count_nonzero(spread <= tolerance, axis=1) >= BLANK_SHARE * spread.shape[1]
    changes = np.flatnonzero(np.diff(np.concatenate([[1], blank, [1]]).astype(np.int8)))
    runs = changes.reshape(-1, 2)
    if not len(runs):
        return 0, 0
    start, stop = runs[np.argmax(runs[:, 1] - runs[:, 0])]
    return int(start), int(stop)


# ---- from cells to pixels ----------------------------------------------------------------------------------------


def _unless_whole(box: _CellBox) -> _CellBox | None:
    left, top, right, bottom = box
    area = max(0, right - left) * max(0, bottom - top)
    return box if 0 < area <= WHOLE_AREA * SIDE * SIDE else None


def _in_pixels(box: _CellBox, outer: Box) -> Box:
    across, down = (outer[2] - outer[0]) / SIDE, (outer[3] - outer[1]) / SIDE
    return outer[0] + box[0] * across, outer[1] + box[1] * down, outer[0] + box[2] * across, outer[1] + box[3] * down


def _in_picture(luma: _Cells, inner: _CellBox, outer: Box) -> Box:
    """A box of an outer box's cells as a box of the picture, its edges where the picture changes."""
    return sharpened(luma, _in_pixels(inner, outer), outer)


def sharpened(luma: _Cells, box: Box, outer: Box) -> Box:
    """Each edge that is not the outer box's own moved to the largest step of the picture within a cell and a half."""
    left, top, right, bottom = box
    columns = slice(int(left), max(int(left) + 2, round(right)))
    rows = slice(int(top), max(int(top) + 2, round(bottom)))
    across, down = (outer[2] - outer[0]) / SIDE, (outer[3] - outer[1]) / SIDE
    edges = []
    for position, own, cell, lines in (
        (left, outer[0], across, luma[rows].T),
        (top, outer[1], down, luma[:, columns]),
        (right, outer[2], across, luma[rows].T),
        (bottom, outer[3], down, luma[:, columns]),
    ):
        edges.append(position if abs(position - own) < 0.5 * cell else _step_near(lines, position, 1.5 * cell + 1))
    if edges[2] - edges[0] < 4 or edges[3] - edges[1] < 4:
        return box
    return edges[0], edges[1], edges[2], edges[3]


def _step_near(lines: _Cells, position: float, reach: float) -> float:
    """The boundary within ``reach`` lines of a position across which the picture changes most."""
    start, stop = max(1, int(position - reach)), min(len(lines) - 1, int(position + reach) + 1)
    if stop <= start:
        return position
    part = lines[start - 1 : stop].astype(np.int16)
    return float(start + int(np.abs(np.diff(part, axis=0)).mean(axis=1).argmax()))
