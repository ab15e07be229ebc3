"""Pages of a PDF from top to bottom: text in lines, headings in the outline, a footer on each page."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Final

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from lightkeeper.figures.rendering.pdf_tags import Tags

SANS: Final = "LightkeeperSans"
BOLD: Final = "LightkeeperSans-Bold"
INK: Final = "#18222c"
SOFT: Final = "#52606d"
LINE: Final = "#d5dce3"
LEFT: Final = 54.0
WIDTH: Final = A4[0] - 2 * LEFT
_TOP: Final = A4[1] - 54.0
_BOTTOM: Final = 62.0
_FOLDER: Final = Path(__file__).parent / "fonts"
_FONTS: Final = Lock()
_SOME_LINES: Final = 90.0
_HEADINGS: Final = {1: 20.0, 2: 14.0, 3: 11.0}


def register_fonts() -> None:
    """Make the letters known to ReportLab, once a process."""
    with _FONTS:
        if SANS not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(BOLD, str(_FOLDER / "DejaVuSans-Bold.ttf")))
            pdfmetrics.registerFont(TTFont(SANS, str(_FOLDER / "DejaVuSans.ttf")))


def wide(text: str, font: str, size: float) -> float:
    """How wide a line of text is."""
    return float(pdfmetrics.stringWidth(text, font, size))


def wrapped(text: str, font: str, size: float, width: float) -> list[str]:
    """A text in lines of a width; a word that is longer is cut. Characters that cannot be drawn are left out."""
    lines = [""]
    for word in "".join(one if one.isprintable() else " " for one in text).split():
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if wide(longer, font, size) <= width:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        rest = word
        while wide(rest, font, size) > width and len(rest) > 1:
            fits = _fitting(rest, font, size, width)
            lines[-1] = rest[:fits]
            lines.append("")
            rest = rest[fits:]
        lines[-1] = rest
    return lines


def _fitting(word: str, font: str, size: float, width: float) -> int:
    fits = 1
    while fits < len(word) and wide(word[: fits + 1], font, size) <= width:
        fits += 1
    return fits


class Sheet:
    """Where the next thing goes. ``footer``: what stands below each page, left of the number of the page."""

    def __init__(self, canvas: Canvas, footer: str, pages: int) -> None:
        self.canvas = canvas
        self.tags = Tags(canvas)
        self.y = _TOP
        self.page = 1
        self._footer = wrapped(footer, SANS, 7.5, WIDTH - 70)[0]
        self._pages = pages

    def need(self, height: float) -> bool:
        """Turn the page where less than this is left of it; says whether it did."""
        if self.y - height >= _BOTTOM:
            return False
        self.turn()
        return True

    def turn(self) -> None:
        """End the page."""
        self._end()
        self.tags.turn()
        self.page += 1
        self.y = _TOP

    def close(self) -> None:
        """End the last page and write what belongs to all."""
        self._end()
        self.tags.write()

    def text(self, text: str, *, font: str = SANS, size: float = 9.5, colour: str = INK, kind: str = "P") -> None:
        """A paragraph."""
        with self.tags.element(kind):
            self.lines(wrapped(text, font, size, WIDTH), font, size, colour)
        self.y -= size * 0.6

    def lines(self, lines: list[str], font: str, size: float, colour: str, indent: float = 0) -> None:
        """Lines of the open element, over pages where they must be."""
        for line in lines:
            self.need(size * 1.45)
            self.y -= size * 1.45
            with self.tags.content():
                self.write(LEFT + indent, self.y + size * 0.35, line, font, size, colour)

    def heading(self, text: str, level: int, key: str, follows: float = 0) -> None:
        """A heading, in the outline too, on the page of what follows: so high, or at least some lines."""
        size = _HEADINGS[level]
        self.need(min(size * 2 + max(follows, _SOME_LINES), _TOP - _BOTTOM))
        self.y -= size * 0.7
        self.canvas.bookmarkPage(key, fit="FitH", top=self.y)
        self.canvas.addOutlineEntry(text, key, level - 1, closed=level > 1)
        self.text(text, font=BOLD, size=size, kind=f"H{level}")

    def write(self, x: float, y: float, text: str, font: str, size: float, colour: str, anchor: str = "start") -> None:
        """One line at a place."""
        self.canvas.setFillColor(colour)
        self.canvas.setFont(font, size)
        draw = {"start": self.canvas.drawString, "middle": self.canvas.drawCentredString}
        draw.get(anchor, self.canvas.drawRightString)(x, y, text)

    def rule(self, y: float) -> None:
        """A line across, which says nothing."""
        with self.tags.artifact():
            self.canvas.setStrokeColor(LINE)
            self.canvas.setLineWidth(0.6)
            self.canvas.line(LEFT, y, LEFT + WIDTH, y)

    def _end(self) -> None:
        number = f"{self.page} / {self._pages}"
        with self.tags.artifact():
            self.write(LEFT, _BOTTOM - 30, self._footer, SANS, 7.5, SOFT)
            self.write(LEFT + WIDTH, _BOTTOM - 30, number, SANS, 7.5, SOFT, "end")
        self.canvas.showPage()
