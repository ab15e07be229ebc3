"""Which pictures a chart has: lines over years, shares of groups, or bars with those of the year before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from django.utils.translation import gettext as _

from lightkeeper.figures.ordering import in_order
from lightkeeper.figures.rendering import labels, wording
from lightkeeper.figures.rendering.drawing import (
    BEFORE,
    LETTER,
    SERIES,
    Box,
    Drawing,
    Line,
    Words,
    fitted,
)
from lightkeeper.figures.rendering.saying import described
from lightkeeper.figures.rendering.trend import trend
from lightkeeper.figures.types import YEAR, Cell, Chart

WIDTH: Final = 640
MOST_ROWS: Final = 20
_LABELS: Final = 190
"""The labels have no more room than this, and less where they are short."""
_NUMBERS: Final = 148
_ROW: Final = 36
_BAR: Final = 13
_THIN: Final = 6
_SHARE: Final = 20
_TOP: Final = 6
Part = Box | Line | Words


def drawings(chart: Chart, year: int) -> tuple[Drawing, ...]:
    """The pictures of a chart; none where nothing was counted, and of a single number."""
    if not chart.axes or not any(cell.count is None or cell.count for cell in chart.cells):
        return ()
    if YEAR in chart.axes:
        return trend(chart, WIDTH)
    if len(chart.axes) > 1 and _can_be_shares(chart):
        return (_shares(chart),)
    return (_bars(chart, year),)


def rows_of(chart: Chart) -> list[Cell]:
    """The cells that a picture has room for, in their order: the largest; what is not printed counts as nothing."""
    if len(chart.cells) <= MOST_ROWS:
        return list(chart.cells)
    places = sorted(range(len(chart.cells)), key=lambda place: -(chart.cells[place].count or 0))
    return [chart.cells[place] for place in sorted(places[:MOST_ROWS])]


def _groups(cells: Sequence[Cell]) -> list[tuple[tuple[str, ...], list[Cell]]]:
    ordered = sorted(cells, key=lambda cell: _first_places(cells)[cell.key[:-1]])
    return [(key, list(group)) for key, group in groupby(ordered, key=lambda cell: cell.key[:-1])]


def _first_places(cells: Sequence[Cell]) -> dict[tuple[str, ...], int]:
    places: dict[tuple[str, ...], int] = {}
    for cell in cells:
        places.setdefault(cell.key[:-1], len(places))
    return places


def _kinds(chart: Chart) -> list[str]:
    return sorted({cell.key[-1] for cell in chart.cells}, key=in_order)


def _can_be_shares(chart: Chart) -> bool:
    """Of a whole that is not printed there is no share, and more series than can be told apart are bars."""
    return len(_kinds(chart)) <= SERIES and all(cell.count is not None for cell in chart.cells)


def _bars(chart: Chart, year: int) -> Drawing:
    """A bar a cell, and a thin one below it for the year before."""
    rows = rows_of(chart)
    left = _left(labels.values(cell.key, chart.axes) for cell in rows)
    most = max([1, *(count for cell in rows for count in (cell.count, cell.previous) if count is not None)])
    parts: list[Part] = []
    for place, cell in enumerate(rows):
        parts += _row(cell, chart.axes, left, _TOP + place * _ROW, (WIDTH - left - _NUMBERS) / most)
    bottom = _TOP + len(rows) * _ROW
    parts.append(Line(((left, _TOP), (left, bottom))))
    before = any(cell.previous is not None for cell in rows)
    legend = ((0, str(year)), (BEFORE, str(year - 1))) if before else ()
    return Drawing(chart.name, chart.title, described(chart, len(rows)), WIDTH, bottom + 4, tuple(parts), legend)


def _row(cell: Cell, axes: tuple[str, ...], left: float, top: float, scale: float) -> list[Part]:
    parts = _label(labels.values(cell.key, axes), left, top)
    long = (cell.count or 0) * scale
    before = (cell.previous or 0) * scale
    if cell.count:
        parts.append(Box(left, top + 5, max(long, 1), _BAR, 0))
    if cell.previous:
        parts.append(Box(left, top + 5 + _BAR + 2, max(before, 1), _THIN, BEFORE))
    at = left + 6 + long
    said = wording.printed(cell.count)
    parts.append(Words(at, top + 16, said, soft=cell.count is None))
    if cell.change is not None:
        parts.append(Words(at + 7.6 * len(said) + 8, top + 16, wording.changed(cell.change), soft=True))
    return parts


def _shares(chart: Chart) -> Drawing:
    """A bar a group, as long as all others, cut into the shares of its values."""
    kinds = _kinds(chart)
    groups = [one for one in _groups(chart.cells) if any(cell.count for cell in one[1])][:MOST_ROWS]
    left = _left(labels.values(key, chart.axes[:-1]) for key, _cells in groups)
    parts: list[Part] = []
    for place, (key, cells) in enumerate(groups):
        top = _TOP + place * _ROW
        whole = sum(cell.count or 0 for cell in cells)
        parts += _label(labels.values(key, chart.axes[:-1]), left, top)
        parts += _cut(sorted(cells, key=lambda cell: kinds.index(cell.key[-1])), kinds, left, top + 5)
        parts.append(Words(WIDTH - _NUMBERS + 8, top + 20, _("of %(n)s") % {"n": wording.number(whole)}, soft=True))
    high = _TOP + len(groups) * _ROW + 4
    legend = tuple((series, labels.value(kind, chart.axes[-1])) for series, kind in enumerate(kinds))
    return Drawing(chart.name, chart.title, described(chart, MOST_ROWS), WIDTH, high, tuple(parts), legend)


def _cut(cells: Sequence[Cell], kinds: Sequence[str], left: float, top: float) -> list[Part]:
    parts: list[Part] = []
    scale = (WIDTH - left - _NUMBERS) / sum(cell.count or 0 for cell in cells)
    for cell in cells:
        wide = scale * (cell.count or 0)
        if wide:
            parts.append(Box(left, top, max(wide - 1, 0.5), _SHARE, kinds.index(cell.key[-1])))
        left += wide
    return parts


def _left(texts: Iterable[str]) -> float:
    """Where bars begin: right of their labels."""
    return min(_LABELS, max((LETTER * len(text) + 18 for text in texts), default=_LABELS))


def _label(text: str, left: float, top: float) -> list[Part]:
    lines = fitted(text, left - 10)
    first = top + (13 if len(lines) > 1 else 19)
    return [Words(left - 8, first + 13 * place, line, "end") for place, line in enumerate(lines)]
