"""Small plots as SVG text for one page: lines and bars, each with a sentence that says what it shows.

Colours are the page's (``currentColor`` and classes), and no two series differ by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final, NamedTuple

WIDTH: Final = 440
HIGH: Final = 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 24, 12, 44
_BAR: Final = 16
_ROW: Final = 2 * _BAR + 26
_LABEL: Final = 16
_DOTS: Final = 12
"""Points of a line that are shown one by one, at most."""
Points = Sequence[tuple[float, float]]


class Axis(NamedTuple):
    """What an axis measures, where it ends, and its marks as (value, how it is written)."""

    name: str
    low: float
    high: float
    marks: Sequence[tuple[float, str]]


class Series(NamedTuple):
    """One line: its name and points; ``steps`` draws it as a staircase."""

    name: str
    points: Points
    steps: bool = False


PERCENT: Final = tuple((part / 4, f"{25 * part} %") for part in range(5))
"""Marks of a share."""


def lines(says: str, series: Sequence[Series], x: Axis, y: Axis) -> str:
    """Lines over two axes; what lies beyond the end of an axis is cut off at it."""
    drawn = [_frame(x, y)]
    for number, one in enumerate(series):
        points = [(_x(x, px), _y(y, py)) for px, py in _within(one, x)]
        path = "".join(f"{'L' if place else 'M'}{px:.1f} {py:.1f}" for place, (px, py) in enumerate(points))
        drawn.append(f'<path class="line s{number}" d="{path}"/>')
        if len(one.points) <= _DOTS and not one.steps:
            drawn += [f'<circle class="dot s{number}" cx="{px:.1f}" cy="{py:.1f}" r="3.5"/>' for px, py in points]
    return _svg(says, HIGH, "".join(drawn)) + _legend([one.name for one in series])


class Bars(NamedTuple):
    """A row of two bars: its name, how long each is, and how that is written."""

    name: str
    lengths: tuple[float, float]
    said: tuple[str, str]


def bars(says: str, names: tuple[str, str], rows: Sequence[Bars], most: float) -> str:
    """Two bars a row, as long as their part of ``most``."""
    drawn = []
    room = WIDTH - 170
    for number, row in enumerate(rows):
        top = number * _ROW
        drawn.append(f'<text class="text" x="0" y="{top + _LABEL - 3}">{escape(row.name)}</text>')
        for place, (length, said) in enumerate(zip(row.lengths, row.said, strict=True)):
            long = room * min(1.0, length / most) if most else 0.0
            y = top + _LABEL + 4 + place * _BAR
            drawn.append(f'<rect class="bar s{place}" x="0" y="{y}" width="{max(long, 1):.1f}" height="{_BAR - 3}"/>')
            drawn.append(f'<text class="text" x="{long + 6:.1f}" y="{y + 11}">{escape(said)}</text>')
    return _svg(says, max(len(rows), 1) * _ROW, "".join(drawn)) + _legend(names, bar=True)


def _within(one: Series, x: Axis) -> list[tuple[float, float]]:
    """Points up to the end of the axis, as a staircase where that is asked for."""
    made: list[tuple[float, float]] = []
    for px, py in one.points:
        if px > x.high:
            if made:
                made.append((x.high, made[-1][1]))
            break
        if one.steps and made:
            made.append((px, made[-1][1]))
        made.append((px, py))
    return made


def _x(axis: Axis, value: float) -> float:
    return _LEFT + (WIDTH - _LEFT - _RIGHT) * (value - axis.low) / (axis.high - axis.low)


def _y(axis: Axis, value: float) -> float:
    return HIGH - _BOTTOM - (HIGH - _TOP - _BOTTOM) * (value - axis.low) / (axis.high - axis.low)


def _frame(x: Axis, y: Axis) -> str:
    """Axes, their marks and names."""
    floor, left, end = HIGH - _BOTTOM, _LEFT, WIDTH - _RIGHT
    drawn = [f'<path class="axis" d="M{left} {_TOP}V{floor}H{end}"/>']
    for value, said in y.marks:
        at = _y(y, value)
        drawn.append(f'<path class="grid" d="M{left} {at:.1f}H{end}"/>')
        drawn.append(f'<text class="text end" x="{left - 6}" y="{at + 4:.1f}">{escape(said)}</text>')
    for value, said in x.marks:
        drawn.append(f'<text class="text middle" x="{_x(x, value):.1f}" y="{floor + 16}">{escape(said)}</text>')
    drawn.append(f'<text class="text middle" x="{(left + end) / 2}" y="{HIGH - 6}">{escape(x.name)}</text>')
    drawn.append(
        f'<text class="text middle" transform="translate(12 {(_TOP + floor) / 2}) rotate(-90)">{escape(y.name)}</text>'
    )
    return "".join(drawn)


def _svg(says: str, high: int, drawn: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {high}" width="{WIDTH}" height="{high}" role="img" aria-label="{escape(says)}">'
        f"{drawn}</svg>"
    )


def _legend(names: Sequence[str], *, bar: bool = False) -> str:
    """Names beside their stroke; with one series there is nothing to tell apart."""
    if len(names) < 2:
        return ""
    kind = "bar" if bar else "line"
    keys = "".join(
        f'<li><svg class="key" viewBox="0 0 28 10" width="28" height="10" aria-hidden="true">'
        f"{_stroke(kind, number)}</svg> {escape(name)}</li>"
        for number, name in enumerate(names)
    )
    return f'<ul class="legend">{keys}</ul>'


def _stroke(kind: str, number: int) -> str:
    if kind == "bar":
        return f'<rect class="bar s{number}" x="0" y="0" width="28" height="10"/>'
    return f'<path class="line s{number}" d="M0 5H28"/>'
