"""What a chart is made of, whoever draws it: boxes, lines, marks and words at places. Pixels from the upper left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SERIES: Final = 8
"""So many kinds of boxes and lines are told apart by colour, and by pattern or mark too."""
BEFORE: Final = -1
"""In place of a series: the year before."""
LETTER: Final = 7.0
"""How wide a letter of ``SIZE`` is taken to be; those of DejaVu Sans, which are wide, are a little less on average."""
SIZE: Final = 12
Points = tuple[tuple[float, float], ...]
TILE: Final = 8
HATCHES: Final[dict[int, tuple[Points, ...]]] = {
    1: (((-2, 2), (2, -2)), ((0, 8), (8, 0)), ((6, 10), (10, 6))),
    2: (((4, 0), (4, 8)),),
    3: (((0, 4), (8, 4)),),
    4: (((-2, 6), (2, 10)), ((0, 0), (8, 8)), ((6, -2), (10, 2))),
    5: (((0, 4), (8, 4)), ((4, 0), (4, 8))),
    6: (((2, 2), (5, 2)), ((6, 6), (9, 6)), ((-2, 6), (1, 6))),
    7: (((0, 0), (8, 8)), ((8, 0), (0, 8))),
}
"""The lines that are drawn over the boxes of a series, in squares of ``TILE`` side by side; the first has none."""
HATCH_WIDTH: Final = 1.4
ROUND: Final = 4.0
"""The radius of the marks of the first line."""
MARKS: Final[tuple[Points, ...]] = (
    (),
    ((-4, -4), (4, -4), (4, 4), (-4, 4)),
    ((0, -5), (5, 4), (-5, 4)),
    ((0, -5.5), (5.5, 0), (0, 5.5), (-5.5, 0)),
    ((0, 5), (5, -4), (-5, -4)),
    ((-5, -2), (-2, -2), (-2, -5), (2, -5), (2, -2), (5, -2), (5, 2), (2, 2), (2, 5), (-2, 5), (-2, 2), (-5, 2)),
    ((-6, -2.5), (6, -2.5), (6, 2.5), (-6, 2.5)),
    ((-2.5, -6), (2.5, -6), (2.5, 6), (-2.5, 6)),
)
"""The marks of the points of lines, about their middle; the first is round."""


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle of a series."""

    x: float
    y: float
    width: float
    height: float
    series: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points; ``series`` None is one of the frame."""

    points: Points
    series: int | None = None


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a line; each series has a mark of its own."""

    x: float
    y: float
    series: int


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text; ``anchor`` is start, middle or end of it, ``y`` where it stands. ``soft`` is less important."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """One picture with its title, and what it shows in words."""

    name: str
    title: str
    says: str
    width: int
    height: int
    parts: tuple[Box | Line | Dot | Words, ...]
    legend: tuple[tuple[int, str], ...] = ()
    lines: bool = False


def fitted(text: str, width: float, lines: int = 2) -> tuple[str, ...]:
    """A text in at most so many lines of a width; what does not fit ends in "…" (the table has all of it)."""
    most = max(int(width / LETTER), 4)
    made = [""]
    for word in text.split():
        longer = f"{made[-1]} {word}".strip()
        if len(longer) <= most or not made[-1]:
            made[-1] = longer
        else:
            made.append(word)
    cut = made[:lines]
    if len(made) > lines:
        cut[-1] += "…"
    return tuple(line if len(line) <= most else line[: most - 1].rstrip("…") + "…" for line in cut)
