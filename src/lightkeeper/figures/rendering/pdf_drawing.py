"""A drawing on a page of a PDF: the same boxes, lines, marks and words as on the screen, on paper's colours."""

from __future__ import annotations

from math import floor
from typing import Final

from reportlab.pdfgen.canvas import Canvas

from lightkeeper.figures.rendering.drawing import (
    BEFORE,
    HATCH_WIDTH,
    HATCHES,
    MARKS,
    ROUND,
    SERIES,
    SIZE,
    TILE,
    Box,
    Dot,
    Drawing,
    Line,
    Words,
)
from lightkeeper.figures.rendering.pdf_sheet import INK, LEFT, LINE, SANS, SOFT, WIDTH, Sheet, wide

COLOURS: Final = ("#17507a", "#b35900", "#1c7a4d", "#8a3f8f", "#5b6770", "#0f7280", "#a32c3f", "#766700")
"""Those of the stylesheet for the light."""
_FIELD: Final = "#77848f"
_PAPER: Final = "#ffffff"
_KEY: Final = 28
_LEGEND_ROW: Final = 20


def height_of(drawing: Drawing) -> float:
    """How much of a page it takes."""
    return (drawing.height + _legend(drawing)[1] * _LEGEND_ROW) * WIDTH / drawing.width


def draw(sheet: Sheet, drawing: Drawing) -> None:
    """Draw it below what is there, with its legend, as one picture with its words."""
    brush = _Brush(sheet, WIDTH / drawing.width)
    parts, _rows = _legend(drawing)
    high = height_of(drawing)
    sheet.need(high + 6)
    brush.top = sheet.y
    with sheet.tags.element("Figure", alt=f"{drawing.title}. {drawing.says}"), sheet.tags.content():
        for part in (*drawing.parts, *parts):
            brush.part(part)
    sheet.y -= high + 8


def _legend(drawing: Drawing) -> tuple[list[Box | Line | Dot | Words], int]:
    """Its keys, as many rows as they take, in the drawing's measure."""
    parts: list[Box | Line | Dot | Words] = []
    x, row = 0.0, 0
    for series, words in drawing.legend:
        long = _KEY + 8 + wide(words, SANS, SIZE)
        if x and x + long > drawing.width:
            x, row = 0.0, row + 1
        y = drawing.height + row * _LEGEND_ROW + 4
        if drawing.lines:
            parts += [Line(((x, y + 6), (x + _KEY, y + 6)), series), Dot(x + _KEY / 2, y + 6, series)]
        else:
            parts.append(Box(x, y, _KEY, 12, series))
        parts.append(Words(x + _KEY + 6, y + 10, words))
        x += long + 22
    return parts, row + 1 if drawing.legend else 0


class _Brush:
    """Draws parts at their places on the page: there y counts upward."""

    def __init__(self, sheet: Sheet, scale: float) -> None:
        self.scale = scale
        self.top = sheet.y
        self._sheet = sheet

    @property
    def _canvas(self) -> Canvas:
        return self._sheet.canvas

    def part(self, part: Box | Line | Dot | Words) -> None:
        """Draw one part."""
        if isinstance(part, Box):
            self._box(part)
        elif isinstance(part, Line):
            colour = LINE if part.series is None else COLOURS[part.series % SERIES]
            self._path(part.points, colour, 0.7 if part.series is None else 2)
        elif isinstance(part, Dot):
            self._dot(part)
        else:
            size = SIZE * self.scale
            colour = SOFT if part.soft else INK
            x, y = self._at(part.x, part.y)
            self._sheet.write(x, y, part.text, SANS, size, colour, part.anchor)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return LEFT + x * self.scale, self.top - y * self.scale

    def _box(self, box: Box) -> None:
        x, y = self._at(box.x, box.y + box.height)
        before = box.series == BEFORE
        self._canvas.setFillColor(_PAPER if before else COLOURS[box.series])
        self._canvas.setStrokeColor(_FIELD)
        self._canvas.setLineWidth(1.2 * self.scale)
        self._canvas.rect(x, y, box.width * self.scale, box.height * self.scale, stroke=int(before), fill=1)
        if box.series in HATCHES:
            self._hatch(box)

    def _hatch(self, box: Box) -> None:
        """The tiles that the box touches, cut at its sides."""
        x, y = self._at(box.x, box.y + box.height)
        self._canvas.saveState()
        clip = self._canvas.beginPath()
        clip.rect(x, y, box.width * self.scale, box.height * self.scale)
        self._canvas.clipPath(clip, stroke=0, fill=0)
        for across in range(floor(box.x / TILE), floor((box.x + box.width) / TILE) + 1):
            for down in range(floor(box.y / TILE), floor((box.y + box.height) / TILE) + 1):
                for line in HATCHES[box.series]:
                    moved = tuple((across * TILE + px, down * TILE + py) for px, py in line)
                    self._path(moved, _PAPER, HATCH_WIDTH)
        self._canvas.restoreState()

    def _dot(self, dot: Dot) -> None:
        mark = MARKS[dot.series % SERIES]
        self._canvas.setFillColor(COLOURS[dot.series % SERIES])
        if not mark:
            x, y = self._at(dot.x, dot.y)
            self._canvas.circle(x, y, ROUND * self.scale, stroke=0, fill=1)
            return
        path = self._canvas.beginPath()
        for place, (px, py) in enumerate(mark):
            at = self._at(dot.x + px, dot.y + py)
            (path.lineTo if place else path.moveTo)(*at)
        path.close()
        self._canvas.drawPath(path, stroke=0, fill=1)

    def _path(self, points: tuple[tuple[float, float], ...], colour: str, width: float) -> None:
        self._canvas.setStrokeColor(colour)
        self._canvas.setLineWidth(width * self.scale)
        path = self._canvas.beginPath()
        for place, (px, py) in enumerate(points):
            at = self._at(px, py)
            (path.lineTo if place else path.moveTo)(*at)
        self._canvas.drawPath(path, stroke=1, fill=0)
