"""The yearly report as a PDF: A4, tagged, with an outline; the same bytes for the same year, wherever it is made."""

from __future__ import annotations

import io
from hashlib import sha256
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import override
from reportlab.pdfgen.canvas import Canvas

from lightkeeper import __version__
from lightkeeper.figures.rendering import wording
from lightkeeper.figures.rendering.pages import method_of, period_of, state_of, title_of
from lightkeeper.figures.rendering.pdf_drawing import draw, height_of
from lightkeeper.figures.rendering.pdf_sheet import BOLD, INK, LEFT, SANS, SOFT, WIDTH, Sheet, register_fonts, wrapped
from lightkeeper.figures.rendering.pdf_table import draw_table
from lightkeeper.figures.rendering.pdf_tags import document_of
from lightkeeper.figures.rendering.sections import METHOD, Section, Shown, sections_of, units_of
from lightkeeper.figures.types import Yearly

LOCALE: Final = "en-GB"
_SMALL: Final = 8.0
Places = dict[int, int]
"""Of the parts of the report: the page that each begins on."""


def pdf(yearly: Yearly) -> bytes:
    """The report as a PDF. It is laid out twice: the contents name pages that are known only then."""
    register_fonts()
    with override(wording.LANGUAGE):
        _unused, places, pages = _laid_out(yearly, {}, 0)
        made, _places, _pages = _laid_out(yearly, places, pages)
    return made


def _laid_out(yearly: Yearly, places: Places, pages: int) -> tuple[bytes, Places, int]:
    out = io.BytesIO()
    canvas = _canvas(out, yearly)
    sheet = Sheet(canvas, f"{yearly.document_id} · {title_of(yearly)}", pages)
    _front(sheet, yearly, places)
    found: Places = {}
    for section in sections_of(yearly):
        _section(sheet, section, yearly, found)
    sheet.close()
    canvas.save()
    return out.getvalue(), found, sheet.page


def _canvas(out: io.BytesIO, yearly: Yearly) -> Canvas:
    """A canvas whose dates and identity are the year's, not this moment's."""
    font: Any = SANS  # what is published of ReportLab's types takes it for a number
    canvas = Canvas(out, pageCompression=1, invariant=1, lang=LOCALE, pdfVersion=(1, 7), initialFontName=font)
    canvas.setTitle(title_of(yearly))
    canvas.setAuthor(yearly.organisation)
    canvas.setSubject(yearly.document_id)
    canvas.setCreator(f"Lightkeeper {__version__}")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    canvas.showOutline()
    at = yearly.closed_at or yearly.period.end
    canvas.setDateFormatter(lambda *_now: wording.stamp(at))
    digest = sha256(f"{yearly.organisation}\n{yearly.year}\n{yearly.document_id}".encode()).hexdigest()[:32].upper()
    # What ReportLab would make of the contents could change with its version.
    vars(document_of(canvas))["_ID"] = f"\n[<{digest}><{digest}>]\n".encode()
    return canvas


def _front(sheet: Sheet, yearly: Yearly, places: Places) -> None:
    sheet.heading(title_of(yearly), 1, "title")
    sheet.y -= 6
    facts = ((_("Organisation"), yearly.organisation), (_("Period"), period_of(yearly)),
             (_("State"), state_of(yearly)), (_("Document"), yearly.document_id))  # fmt: skip
    for name, said in facts:
        _fact(sheet, name, said)
    sheet.y -= 14
    sheet.text(_("Contents"), font=BOLD, size=11)
    with sheet.tags.element("TOC"):
        for section in sections_of(yearly):
            _entry(sheet, section, places.get(section.number, 0))
    sheet.turn()


def _fact(sheet: Sheet, name: str, said: str) -> None:
    sheet.need(16)
    with sheet.tags.element("P"):
        lines = wrapped(said, SANS, 9.5, WIDTH - 110)
        sheet.lines([f"{name}:"], BOLD, 9.5, SOFT)
        sheet.y += 9.5 * 1.45
        sheet.lines(lines, SANS, 9.5, INK, indent=110)
    sheet.y -= 2


def _entry(sheet: Sheet, section: Section, page: int) -> None:
    sheet.y -= 15
    with sheet.tags.element("TOCI"), sheet.tags.content():
        sheet.write(LEFT + 20, sheet.y, f"{section.number}.", SANS, 9.5, INK, "end")
        sheet.write(LEFT + 28, sheet.y, section.title, SANS, 9.5, INK)
        sheet.write(LEFT + WIDTH, sheet.y, str(page), SANS, 9.5, INK, "end")


def _section(sheet: Sheet, section: Section, yearly: Yearly, found: Places) -> None:
    with sheet.tags.element("Sect"):
        first = _follows(section.charts[0]) + 40 if section.charts else 0
        sheet.heading(f"{section.number}. {section.title}", 2, section.anchor, first)
        found[section.number] = sheet.page
        for place, shown in enumerate(section.charts):
            _chart(sheet, shown, f"{section.anchor}-{place}")
        if section.number == METHOD:
            for name, words in units_of(yearly):
                _fact(sheet, name, words)
            sheet.y -= 6
            for paragraph in method_of(yearly):
                sheet.text(paragraph)
        elif not section.charts:
            sheet.text(_("This organisation has no figures of this for the year."), colour=SOFT)


def _follows(shown: Shown) -> float:
    """How much of a page a chart takes down to the end of its first picture."""
    return 30 + 18 * len(shown.chart.sentences) + (height_of(shown.drawings[0]) if shown.drawings else 60)


def _chart(sheet: Sheet, shown: Shown, key: str) -> None:
    chart = shown.chart
    unit = _("unit: %(unit)s") % {"unit": shown.unit}
    sheet.heading(f"{chart.title} ({unit})", 3, key, _follows(shown))
    for sentence in chart.sentences:
        sheet.text(sentence, font=BOLD)
    for drawing in shown.drawings:
        draw(sheet, drawing)
    draw_table(sheet, shown.table)
    if shown.note:
        sheet.text(shown.note, size=_SMALL, colour=SOFT)
    sheet.text(chart.words, size=_SMALL, colour=SOFT)
    said = _("Definition %(version)d, by the query") % {"version": chart.definition_version}
    sheet.text(f"{said} {chart.query}", size=_SMALL, colour=SOFT)
    sheet.y -= 8
