"""Lines over years: one for each value of the other axes, each with marks of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lightkeeper.figures.rendering import labels, wording
from lightkeeper.figures.rendering.drawing import SERIES, Dot, Drawing, Line, Words
from lightkeeper.figures.rendering.saying import described
from lightkeeper.figures.types import YEAR, Chart

_HIGH: Final = 260
_LEFT: Final = 84
_RIGHT: Final = 44
_TOP: Final = 18
_FLOOR: Final = 222
_MARKS: Final = 4
_STEPS: Final = (1, 2, 2.5, 5, 10)
Part = Line | Dot | Words
Counts = dict[str, int | None]
"""Of a line: how many in each year; None where it is not printed."""


def trend(chart: Chart, width: int) -> tuple[Drawing, ...]:
    """As many pictures as the lines need, each with no more lines than can be told apart."""
    years = sorted({cell.key[chart.axes.index(YEAR)] for cell in chart.cells})
    lines = list(_lines(chart).items())
    batches = [lines[at : at + SERIES] for at in range(0, len(lines), SERIES)]
    return tuple(_drawing(chart, years, batch, width, place) for place, batch in enumerate(batches))


def _lines(chart: Chart) -> dict[tuple[str, ...], Counts]:
    place = chart.axes.index(YEAR)
    lines: dict[tuple[str, ...], Counts] = {}
    for cell in chart.cells:
        lines.setdefault(cell.key[:place] + cell.key[place + 1 :], {})[cell.key[place]] = cell.count
    return lines


def _drawing(
    chart: Chart, years: Sequence[str], batch: Sequence[tuple[tuple[str, ...], Counts]], width: int, place: int
) -> Drawing:
    top = _ceiling(max([1, *(count for _key, counts in batch for count in counts.values() if count)]))
    step = (width - _LEFT - _RIGHT) / max(len(years) - 1, 1)
    across = {year: _LEFT + at * step for at, year in enumerate(years)}
    parts: list[Part] = list(_frame(across, top, width))
    for series, (_key, counts) in enumerate(batch):
        parts += _line([(across[year], counts.get(year)) for year in years], series, top)
    others = tuple(name for name in chart.axes if name != YEAR)
    legend = tuple((series, labels.values(key, others)) for series, (key, _counts) in enumerate(batch) if key)
    name = f"{chart.name}-{place + 1}" if place else chart.name
    says = described(chart, len(chart.cells))
    return Drawing(name, chart.title, says, width, _HIGH, tuple(parts), legend, lines=True)


def _line(points: Sequence[tuple[float, int | None]], series: int, top: float) -> Iterator[Part]:
    """A line is broken where a number is not printed; a point alone is a mark."""
    run: list[tuple[float, float]] = []
    for x, count in [*points, (0.0, None)]:
        if count is not None:
            run.append((x, _up(count, top)))
            continue
        if len(run) > 1:
            yield Line(tuple(run), series)
        yield from (Dot(at, high, series) for at, high in run)
        run = []


def _frame(across: dict[str, float], top: float, width: int) -> Iterator[Part]:
    for part in range(_MARKS + 1):
        value = top * part / _MARKS
        y = _up(value, top)
        yield Line(((_LEFT - 8, y), (width - _RIGHT + 8, y)))
        yield Words(_LEFT - 14, y + 4, wording.number(round(value)), "end", soft=True)
    for year, x in across.items():
        yield Words(x, _FLOOR + 22, year, "middle", soft=True)


def _up(value: float, top: float) -> float:
    return _FLOOR - (_FLOOR - _TOP) * value / top


def _ceiling(most: int) -> int:
    """The least of 4, 8, 10, 20, 40, ... that is not below the most: its quarters are round numbers."""
    power = 1
    while True:
        for step in _STEPS:
            top = int(step * _MARKS * power)
            if top >= most:
                return top
        power *= 10
