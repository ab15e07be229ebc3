"""The yearly report for machines: one row a cell, and a dictionary of its columns, charts, axes and values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from lightkeeper.figures.changes import Change, change
from lightkeeper.figures.rendering import labels, wording
from lightkeeper.figures.types import Cell, Chart, Yearly
from lightkeeper.runtime.services import csv_line

AXES: Final = 4
"""A chart with more axes than this has no row that could hold a cell."""
Row = tuple[object, ...]
COLUMNS: Final = {
    "year": ("integer", _("The calendar year of the report, of UTC.")),
    "document": ("text", _("What the report is known by; other numbers have another one.")),
    "chart": ("text", _("The name of the chart; the dictionary has its definition.")),
    "part": ("integer", _("The part of the report that the chart stands in, 1 to 18.")),
    "unit": ("text", _("What one of the count is. Counts of different units cannot be compared.")),
    "definition_version": ("integer", _("The version of the chart's definition.")),
    **{
        name: ("text", words)
        for place in range(1, AXES + 1)
        for name, words in (
            (f"axis_{place}", _("An axis of the chart; empty where it has fewer, and in the row of its total.")),
            (f"value_{place}", _("The cell's value on the axis before.")),
        )
    },
    "is_total": ("boolean", _("true: the row is of all cells of the chart; false: of one.")),
    "printed": ("boolean", _("false: the count is not printed, as it is small or would tell one that is.")),
    "count": ("integer", _("How many; empty where it is not printed.")),
    "previous_count": ("integer", _("How many in the year before; empty where that has none that is printed.")),
    "ratio": ("number", _("The count divided by that of the year before.")),
    "ratio_low": ("number", _("The lower end of the ratio's interval of 95 %.")),
    "ratio_high": ("number", _("The upper end of the ratio's interval of 95 %.")),
}
"""The columns in their order: the type and the meaning of each."""
DICTIONARY: Final = ("what", "name", "of", "type", "title", "unit", "definition_version", "words", "query")


def csv(yearly: Yearly) -> bytes:
    """All cells and totals, a row each (RFC 4180, UTF-8). Raises ValueError where a chart has too many axes."""
    return _bytes([tuple(COLUMNS), *_rows(yearly)])


def dictionary(yearly: Yearly) -> bytes:
    """What the columns are, how each chart is defined, and what the values on its axes are called."""
    with override(wording.LANGUAGE):
        rows: list[Row] = [DICTIONARY]
        rows += [("column", name, "", kind, "", "", "", str(words), "") for name, (kind, words) in COLUMNS.items()]
        for chart in yearly.charts:
            rows += _defined(chart)
        return _bytes(rows)


def _rows(yearly: Yearly) -> Iterator[Row]:
    for chart in yearly.charts:
        if len(chart.axes) > AXES:
            raise ValueError(f"a row has room for {AXES} axes; the chart {chart.name} has more")
        head = (yearly.year, yearly.document_id, chart.name, chart.number, chart.unit.value, chart.definition_version)
        for cell in chart.cells if chart.axes else ():
            yield (*head, *_placed(chart.axes, cell.key), "false", *_numbers(cell))
        if not chart.adds_up:
            continue
        now, before = chart.total, chart.previous_total
        moved = None if now is None or before is None else change(now, before)
        yield (*head, *_placed((), ()), "true", *_numbers(Cell((), now, before, moved)))


def _placed(axes: tuple[str, ...], key: tuple[str, ...]) -> Row:
    """Axes and values in turns, as many as there is room for."""
    pairs = [text for pair in zip(axes, key, strict=True) for text in pair]
    return (*pairs, *[""] * (2 * AXES - len(pairs)))


def _numbers(cell: Cell) -> Row:
    known = ("true", cell.count) if cell.count is not None else ("false", "")
    return (*known, "" if cell.previous is None else cell.previous, *_ratios(cell.change))


def _ratios(moved: Change | None) -> Row:
    return ("", "", "") if moved is None else tuple(round(value, 6) for value in (moved.ratio, moved.low, moved.high))


def _defined(chart: Chart) -> Iterator[Row]:
    about = (chart.title, chart.unit.value, chart.definition_version, chart.words, chart.query)
    yield ("chart", chart.name, "", "", *about)
    for place, name in enumerate(chart.axes):
        yield ("axis", name, chart.name, "text", labels.axis(name), "", "", "", "")
        for code in dict.fromkeys(cell.key[place] for cell in chart.cells):
            yield ("value", code, f"{chart.name}/{name}", "", labels.value(code, name), "", "", "", "")


def _bytes(rows: Iterable[Row]) -> bytes:
    return "".join(csv_line(row) for row in rows).encode()
