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

    points: tuple[tuple[float, float], ...]
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
