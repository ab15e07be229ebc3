"""Which pictures a chart has: lines over years, shares of groups, or bars with those of the year before."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from django.utils.translation import gettext as _

from lightkeeper.figures.rendering import labels, wording
from lightkeeper.figures.rendering.drawing import (
    BEFORE,
    SERIES,
    Box,
    Drawing,
    Line,
    Words,
    fitted,
)
from lightkeeper.figures.rendering.saying import described
from lightkeeper.figures.rendering.trend import YEAR, trend
from lightkeeper.figures.types import Cell, Chart

WIDTH: Final = 640
MOST_ROWS: Final = 20
_LABELS: Final = 172
_NUMBERS: Final = 148
_ROOM: Final = WIDTH - _LABELS - _NUMBERS
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
    return list(dict.fromkeys(cell.key[-1] for cell in chart.cells))


def _can_be_shares(chart: Chart) -> bool:
    """Of a whole that is not printed there is no share, and more series than can be told apart are bars."""
    return len(_kinds(chart)) <= SERIES and all(cell.count is not None for cell in chart.cells)


def _bars(chart: Chart, year: int) -> Drawing:
    """A bar a cell, and a thin one below it for the year before."""
    rows = rows_of(chart)
    most = max([1, *(count for cell in rows for count in (cell.count, cell.previous) if count is not None)])
    parts: list[Part] = []
    for place, cell in enumerate(rows):
        parts += _row(cell, _TOP + place * _ROW, _ROOM / most)
    bottom = _TOP + len(rows) * _ROW
    parts.append(Line(((_LABELS, _TOP), (_LABELS, bottom))))
    before = any(cell.previous is not None for cell in rows)
    legend = ((0, str(year)), (BEFORE, str(year - 1))) if before else ()
    return Drawing(chart.name, chart.title, described(chart, len(rows)), WIDTH, bottom + 4, tuple(parts), legend)


def _row(cell: Cell, top: float, scale: float) -> list[Part]:
    lines = fitted(labels.values(cell.key), _LABELS - 10)
    first = top + (16 if len(lines) > 1 else 19)
    parts: list[Part] = [Words(_LABELS - 8, first + 13 * n, line, "end") for n, line in enumerate(lines)]
    long = (cell.count or 0) * scale
    before = (cell.previous or 0) * scale
    if cell.count:
        parts.append(Box(_LABELS, top + 5, max(long, 1), _BAR, 0))
    if cell.previous:
        parts.append(Box(_LABELS, top + 5 + _BAR + 2, max(before, 1), _THIN, BEFORE))
    at = _LABELS + 6 + long
    said = wording.printed(cell.count)
    parts.append(Words(at, top + 16, said, soft=cell.count is None))
    if cell.change is not None:
        parts.append(Words(at + 7.6 * len(said) + 8, top + 16, wording.changed(cell.change), soft=True))
    return parts


def _shares(chart: Chart) -> Drawing:
    """A bar a group, as long as all others, cut into the shares of its values."""
    kinds = _kinds(chart)
    groups = [one for one in _groups(chart.cells) if any(cell.count for cell in one[1])][:MOST_ROWS]
    parts: list[Part] = []
    for place, (key, cells) in enumerate(groups):
        top = _TOP + place * _ROW
        whole = sum(cell.count or 0 for cell in cells)
        lines = fitted(labels.values(key), _LABELS - 10)
        first = top + (14 if len(lines) > 1 else 20)
        parts += [Words(_LABELS - 8, first + 13 * n, line, "end") for n, line in enumerate(lines)]
        parts += _cut(sorted(cells, key=lambda cell: kinds.index(cell.key[-1])), kinds, top + 5, whole)
        parts.append(Words(WIDTH - _NUMBERS + 8, top + 20, _("of %(n)s") % {"n": wording.number(whole)}, soft=True))
    high = _TOP + len(groups) * _ROW + 4
    legend = tuple((series, labels.value(kind)) for series, kind in enumerate(kinds))
    return Drawing(chart.name, chart.title, described(chart, MOST_ROWS), WIDTH, high, tuple(parts), legend)


def _cut(cells: Sequence[Cell], kinds: Sequence[str], top: float, whole: int) -> list[Part]:
    parts: list[Part] = []
    left = float(_LABELS)
    for cell in cells:
        wide = _ROOM * (cell.count or 0) / whole
        if wide:
            parts.append(Box(left, top, max(wide - 1, 0.5), _SHARE, kinds.index(cell.key[-1])))
        left += wide
    return parts
