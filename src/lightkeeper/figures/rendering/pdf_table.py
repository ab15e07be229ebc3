"""A table on pages of a PDF: its heading again on each of them, for the eye; once, for whoever has it read out."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Final

from lightkeeper.figures.rendering.pdf_sheet import BOLD, INK, LEFT, SANS, SOFT, WIDTH, Sheet, wide, wrapped
from lightkeeper.figures.rendering.tables import Row, Table

_SIZES: Final = (8.5, 7.5, 6.5)
_GAP: Final = 10.0
_LEAST: Final = 56.0
"""What a row is about has at least so much room."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """The size of its letters, and where columns begin and end."""

    size: float
    heads: tuple[float, ...]
    head_width: float
    ends: tuple[float, ...]

    @property
    def leading(self) -> float:
        """From line to line."""
        return self.size * 1.4


def draw_table(sheet: Sheet, table: Table) -> None:
    """Draw it below what is there."""
    layout = _layout(table)
    sheet.need(80)
    with sheet.tags.element("Table"):
        with sheet.tags.element("Caption"):
            sheet.lines(wrapped(table.caption, BOLD, 9, WIDTH), BOLD, 9, INK)
        sheet.y -= 3
        _headings(sheet, table, layout, again=False)
        for row in table.rows:
            _row(sheet, table, layout, row, SANS)
        if table.total:
            _row(sheet, table, layout, table.total, BOLD)
    sheet.y -= 8


def _layout(table: Table) -> _Layout:
    """The largest letters with which what rows are about keeps its room."""
    rows = [*table.rows, *([table.total] if table.total else [])]
    for size in _SIZES:
        widths = [
            max([wide(name, BOLD, size), *(wide(row.numbers[place], BOLD, size) for row in rows)]) + _GAP
            for place, name in enumerate(table.numbers)
        ]
        room = (WIDTH - sum(widths)) / max(len(table.heads), 1)
        if room >= _LEAST:
            break
    ends = tuple(LEFT + WIDTH - sum(widths[place + 1 :]) for place in range(len(widths)))
    return _Layout(size, tuple(LEFT + room * place for place in range(len(table.heads))), room - _GAP, ends)


def _headings(sheet: Sheet, table: Table, layout: _Layout, *, again: bool) -> None:
    cells = [wrapped(head, BOLD, layout.size, layout.head_width) for head in table.heads]
    high = max(map(len, cells), default=1) * layout.leading + 4
    with sheet.tags.artifact() if again else sheet.tags.element("TR"):
        for x, lines in zip(layout.heads, cells, strict=True):
            with _cell(sheet, "TH", scope="Column", said=not again):
                _lines(sheet, layout, x, lines, BOLD, SOFT, said=not again)
        for x, name in zip(layout.ends, table.numbers, strict=True):
            with _cell(sheet, "TH", scope="Column", said=not again):
                _lines(sheet, layout, x, [name], BOLD, SOFT, "end", said=not again)
    sheet.y -= high
    sheet.rule(sheet.y + 1)


def _row(sheet: Sheet, table: Table, layout: _Layout, row: Row, font: str) -> None:
    span = len(table.heads) - len(row.heads) + 1
    room = layout.head_width + (span - 1) * (layout.head_width + _GAP)
    cells = [wrapped(head, font, layout.size, room) for head in row.heads]
    high = max([1, *map(len, cells)]) * layout.leading + 4
    if sheet.need(high + 2):
        _headings(sheet, table, layout, again=True)
    with sheet.tags.element("TR"):
        for x, lines in zip(layout.heads, cells, strict=False):
            with sheet.tags.element("TH", scope="Row", span=span):
                _lines(sheet, layout, x, lines, font, INK)
        for x, number in zip(layout.ends, row.numbers, strict=True):
            with sheet.tags.element("TD"):
                _lines(sheet, layout, x, [number], font, INK, "end")
    sheet.y -= high
    sheet.rule(sheet.y + 1)


def _cell(sheet: Sheet, kind: str, *, scope: str, said: bool) -> AbstractContextManager[None]:
    return sheet.tags.element(kind, scope=scope) if said else nullcontext()


def _lines(
    sheet: Sheet, layout: _Layout, x: float, lines: list[str], font: str, colour: str, anchor: str = "start", *,
    said: bool = True,
) -> None:  # fmt: skip
    with sheet.tags.content() if said else nullcontext():
        for place, line in enumerate(lines):
            y = sheet.y - layout.leading * (place + 1) + 1
            sheet.write(x, y, line, font, layout.size, colour, anchor)
