"""A chart as a table of texts: its cells with their shares, those of the year before, and the changes."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lightkeeper.figures.changes import change
from lightkeeper.figures.rendering import labels, wording
from lightkeeper.figures.types import Cell, Chart


@dataclass(frozen=True, slots=True)
class Row:
    """What a row is about, and its numbers."""

    heads: tuple[str, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Headings of what rows are about and of their numbers; ``total`` is of all of them, and stands last."""

    caption: str
    heads: tuple[str, ...]
    numbers: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row | None
    holds_back: bool


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which columns a table has: one that would be empty is not there."""

    whole: int | None
    shares: bool
    before: bool

    def headings(self, year: int) -> tuple[str, ...]:
        shares = (_("Share"),) if self.shares else ()
        before = (str(year - 1), _("Change"), _("95 % interval")) if self.before else ()
        return (str(year), *shares, *before)

    def numbers(self, cell: Cell) -> tuple[str, ...]:
        said = [wording.printed(cell.count)]
        if self.shares:
            said.append(wording.share(cell.count, self.whole))
        if self.before:
            said += [wording.known_before(cell), wording.changed(cell.change), wording.interval(cell.change)]
        return tuple(said)


def table_of(chart: Chart, year: int) -> Table:
    """The table of a chart; where its numbers do not add up it has no total, no shares and no changes."""
    caption = _("%(title)s (%(unit)s)") % {"title": chart.title, "unit": labels.unit(chart.unit)}
    holds_back = any(cell.count is None for cell in chart.cells)
    if not chart.adds_up:
        rows = tuple(Row(_heads(cell, chart.axes), (wording.printed(cell.count),)) for cell in chart.cells)
        return Table(caption, _axes(chart), (capfirst(labels.unit(chart.unit)),), rows, None, holds_back)
    known = chart.previous_total is not None or any(cell.previous is not None for cell in chart.cells)
    columns = _Columns(chart.total, shares=bool(chart.axes and chart.total), before=known)
    return Table(
        caption, _axes(chart) or (_("Counted"),), columns.headings(year),
        tuple(Row(_heads(cell, chart.axes), columns.numbers(cell)) for cell in chart.cells if chart.axes),
        _total(chart, columns), holds_back or chart.total is None,
    )  # fmt: skip


def _total(chart: Chart, columns: _Columns) -> Row:
    now, before = chart.total, chart.previous_total
    moved = None if now is None or before is None else change(now, before)
    name = _("All") if chart.axes else capfirst(labels.unit(chart.unit))
    return Row((name,), columns.numbers(Cell((), now, before, moved)))


def _axes(chart: Chart) -> tuple[str, ...]:
    return tuple(labels.axis(name) for name in chart.axes)


def _heads(cell: Cell, axes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(labels.value(code, name) for code, name in zip(cell.key, axes, strict=True))
