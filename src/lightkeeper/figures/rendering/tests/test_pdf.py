"""The PDF says what it is to whoever has it read out, and looks as the pages do."""

from __future__ import annotations

import base64
import re
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from lightkeeper import figures
from lightkeeper.figures.rendering.pdf import pdf
from lightkeeper.figures.rendering.pdf_drawing import COLOURS
from lightkeeper.figures.rendering.pdf_sheet import SANS, register_fonts, wide, wrapped
from lightkeeper.figures.rendering.sections import TITLES
from lightkeeper.figures.rendering.tests.made import AGES, cell, chart, made_year
from lightkeeper.figures.types import Unit


@pytest.fixture(scope="module")
def made() -> bytes:
    return pdf(made_year())


def _contents(made: bytes) -> list[bytes]:
    """What is drawn on the pages."""
    streams = re.findall(rb"/Length \d+\s*>>\s*stream\r?\n(.*?)endstream", made, re.DOTALL)
    found = []
    for stream in streams:
        try:
            # Of a page it is base 85 around the compressed bytes.
            text = zlib.decompress(_base85(stream.strip()))
        except (zlib.error, ValueError):
            continue
        if b"BDC" in text:
            found.append(text)
    return found


def _base85(stream: bytes) -> bytes:
    return base64.a85decode(stream, adobe=False) if not stream.endswith(b"~>") else base64.a85decode(stream[:-2])


def test_it_has_a_title_a_language_the_years_date_and_an_outline(made: bytes) -> None:
    assert made.startswith(b"%PDF-1.7")
    assert b"/Lang (en-GB)" in made
    assert made.count(b"D:20240201093000+00'00'") == 2
    assert b"/DisplayDocTitle true" in made
    assert b"/PageMode /UseOutlines" in made
    assert made.count(b"/Dest [") >= len(TITLES)


def test_it_is_tagged_with_words_for_every_picture(made: bytes) -> None:
    assert b"/MarkInfo" in made
    assert b"/ParentTree" in made
    for kind in ("Document", "Sect", "H1", "H2", "H3", "P", "Table", "Caption", "TR", "TH", "TD", "TOC", "TOCI"):
        assert f"/S /{kind} ".encode() in made
    assert made.count(b"/S /Figure") == made.count(b"/Alt ") == 5
    assert made.count(b"/Scope /Row") > made.count(b"/Scope /Column") > 0


def test_all_that_is_drawn_is_content_of_an_element_or_an_artifact(made: bytes) -> None:
    pages = _contents(made)
    assert len(pages) == made.count(b"/StructParents ")
    for page in pages:
        depth = 0
        for line in page.split(b"\n"):
            depth += (b" BDC" in line or b" BMC" in line) - (line.strip() == b"EMC")
            assert depth in {0, 1}
            if b"BT" in line:
                assert depth == 1, "text outside of the tree is not read out"
        assert depth == 0


def test_its_colours_are_those_of_the_pages() -> None:
    css = (Path(figures.__file__).parent / "static" / "figures" / "charts.css").read_text("utf-8")
    assert re.findall(r"--s\d: (#\w{6});", css.split("@media")[0]) == list(COLOURS)


def test_lines_are_no_wider_than_their_room() -> None:
    register_fonts()
    text = "Donaudampfschifffahrtsgesellschaft " * 5 + "x" * 300 + " 數字 \x00\x1b[31m"
    lines = wrapped(text, SANS, 9, 120)
    assert all(wide(line, SANS, 9) <= 120 for line in lines)
    assert "x" * 300 in "".join(lines)
    assert "\x1b" not in "".join(lines)


def test_tables_longer_than_a_page_and_long_names_are_no_hindrance() -> None:
    names = [f"{age} {'a very long name of a kind of site ' * 3}{place}" for age in AGES for place in range(30)]
    cells = tuple(cell(name, "both", "commercial", count=7_654_321, previous=1_234_567) for name in names)
    long = chart(7, "sites", "Sites " * 40, Unit.URL, ("site_type", "sex", "commercial"), cells)
    made = pdf(made_year(charts=(replace(long, sentences=("A sentence. " * 60,)),), organisation="Ö" * 500))
    assert made.count(b"/StructParents ") > 8


def test_text_that_looks_like_pdf_stays_text() -> None:
    hostile = ") Tj ET EMC /JS (app.alert(1)) << >> \\"
    first = replace(made_year().charts[1], title=hostile, sentences=(hostile,))
    made = pdf(made_year(organisation=hostile, document_id=hostile, charts=(first,)))
    assert b"/JS (app" not in made.replace(b"\\(", b"").replace(b"\\)", b"")
    for page in _contents(made):
        assert page.count(b" BDC") + page.count(b" BMC") == page.count(b"\nEMC")


def test_a_year_without_figures_has_a_report_too() -> None:
    assert pdf(made_year(charts=(), closed_at=None)).endswith(b"%%EOF\n")
