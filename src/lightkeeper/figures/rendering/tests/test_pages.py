"""The HTML file needs nothing but itself, says all that the charts show, and takes nobody's text for markup."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import lxml.html

from lightkeeper import figures
from lightkeeper.figures.rendering.pages import html
from lightkeeper.figures.rendering.sections import TITLES
from lightkeeper.figures.rendering.tests.made import cell, chart, made_year
from lightkeeper.figures.types import Unit, Yearly

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'&amp;</style></title>"


def _tree(yearly: Yearly) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(html(yearly).decode())


def test_nothing_comes_from_elsewhere_and_nothing_runs() -> None:
    text = html(made_year()).decode()
    assert not re.search(r"https?:|<script|javascript:|@import|<link|<iframe|<img|\son\w+=|\sstyle=", text)
    assert set(re.findall(r"url\(([^)]*)\)", text)) <= {f"#{name}" for name in re.findall(r'id="([^"]+)"', text)}


def test_every_picture_has_a_title_words_a_table_and_a_unit() -> None:
    tree = _tree(made_year())
    pictures = tree.xpath("//svg[@role='img']")
    assert len(pictures) == 5
    for picture in pictures:
        ids = picture.get("aria-labelledby").split()
        assert [picture.xpath(f".//*[@id='{one}']")[0].text_content().strip() != "" for one in ids] == [True, True]
        [article] = picture.xpath("ancestor::article")
        assert article.xpath(".//table/caption")
        assert article.xpath(".//*[@class='chart-unit']")[0].text.startswith("unit: ")


def test_all_parts_stand_there_also_those_without_figures() -> None:
    tree = _tree(made_year())
    assert [one.text for one in tree.xpath("//h2")] == [f"{number}. {title}" for number, title in TITLES.items()]
    assert len(tree.xpath("//*[text()='This organisation has no figures of this for the year.']")) == 18 - 6 - 1


def test_ids_are_of_one_element_each() -> None:
    ids = _tree(made_year()).xpath("//@id")
    assert len(ids) == len(set(ids))


def test_a_count_that_is_kept_back_is_nowhere() -> None:
    kept = chart(5, "sex", "By sex", Unit.URL, ("sex",), (cell("girls", count=71_234), cell("boys", count=None)))
    tree = _tree(made_year(charts=(kept,)))
    text = tree.text_content()
    assert text.count("not printed") >= 2
    assert "fewer than 5, or a number that would tell one that is" in text
    assert "0.0 %" not in text


def test_nobodys_text_is_markup() -> None:
    first = made_year().charts[1]
    named = replace(first, name=HOSTILE, title=HOSTILE, words=HOSTILE, query=HOSTILE, sentences=(HOSTILE,))
    odd = replace(named, axes=(HOSTILE,), cells=(cell(HOSTILE, count=7, previous=3),))
    tree = _tree(made_year(organisation=HOSTILE, document_id=HOSTILE, charts=(odd,)))
    assert not tree.xpath("//script | //img | //@onerror")
    assert len(tree.xpath("//style")) == 1
    assert tree.xpath("//h3")[0].text.strip() == HOSTILE


def test_it_is_well_formed_html() -> None:
    class Balanced(HTMLParser):
        depth: list[str]

        def handle_starttag(self, tag: str, attrs: object) -> None:
            del attrs
            if tag != "meta":
                self.depth.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.depth.pop() == tag

        def handle_startendtag(self, tag: str, attrs: object) -> None:
            """Of SVG: nothing stays open."""
            del tag, attrs

    parser = Balanced()
    parser.depth = []
    parser.feed(html(made_year()).decode())
    assert parser.depth == []


def test_colours_of_charts_have_enough_contrast() -> None:
    css = (Path(figures.__file__).parent / "static" / "figures" / "charts.css").read_text("utf-8")
    light, dark = (dict(re.findall(r"--(s\d): (#\w{6});", part)) for part in css.split("@media"))
    for colours, paper in ((light, "#ffffff"), (dark, "#19222a")):
        assert len(colours) == 8
        assert all(_contrast(colour, paper) >= 3 for colour in colours.values())


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    lines = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * lines[0] + 0.7152 * lines[1] + 0.0722 * lines[2]
