"""A drawing as SVG: colours are the page's, and no two series differ by colour alone."""

from __future__ import annotations

import re
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from lightkeeper.figures.rendering.drawing import BEFORE, SERIES, Box, Dot, Drawing, Line, Words

PATTERNS: Final = {
    1: "M-2 2 L2 -2 M0 8 L8 0 M6 10 L10 6",
    2: "M4 0 V8",
    3: "M0 4 H8",
    4: "M-2 6 L2 10 M0 0 L8 8 M6 -2 L10 2",
    5: "M0 4 H8 M4 0 V8",
    6: "M3 3 h2 v2 h-2 z",
    7: "M0 0 L8 8 M8 0 L0 8",
}
"""What is drawn over the boxes of a series, again and again in squares of 8; the first has nothing."""
MARKS: Final = (
    "M-4 0 a4 4 0 1 0 8 0 a4 4 0 1 0 -8 0 z",
    "M-4 -4 h8 v8 h-8 z",
    "M0 -5 L5 4 H-5 z",
    "M0 -5.5 L5.5 0 L0 5.5 L-5.5 0 z",
    "M0 5 L5 -4 H-5 z",
    "M-5 -1.5 h3.5 v-3.5 h3 v3.5 h3.5 v3 h-3.5 v3.5 h-3 v-3.5 h-3.5 z",
    "M-5 -3 h10 v6 h-10 z",
    "M-3 -5 h6 v10 h-6 z",
)
"""The marks of the points of lines, about their middle."""


def svg(drawing: Drawing) -> SafeString:
    """One picture, its title and description in it, its legend below."""
    name = re.sub(r"[^a-z0-9-]+", "-", drawing.name.lower())
    used = {part.series for part in drawing.parts if isinstance(part, Box)}
    return format_html(
        '<svg class="chart" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-labelledby="{n}-t {n}-d">'
        '<title id="{n}-t">{title}</title><desc id="{n}-d">{says}</desc>{patterns}{parts}</svg>{legend}',
        w=drawing.width, h=drawing.height, n=name, title=drawing.title, says=drawing.says,
        patterns=_patterns(name, used), legend=_legend(drawing, name),
        parts=format_html_join("", "{}", ((_part(part, name),) for part in drawing.parts)),
    )  # fmt: skip


def _patterns(name: str, used: set[int]) -> SafeString:
    rows = ((name, number, path) for number, path in PATTERNS.items() if number in used)
    inner = format_html_join(
        "",
        '<pattern id="{}-p{}" width="8" height="8" patternUnits="userSpaceOnUse">'
        '<path class="hatch" d="{}"/></pattern>',
        rows,
    )
    return format_html("<defs>{}</defs>", inner) if inner else SafeString()


def _part(part: Box | Line | Dot | Words, name: str) -> SafeString:
    if isinstance(part, Box):
        return _box(part, name)
    if isinstance(part, Dot):
        return format_html(
            '<path class="s{}" transform="translate({} {})" d="{}"/>',
            part.series, _n(part.x), _n(part.y), MARKS[part.series % SERIES],
        )  # fmt: skip
    if isinstance(part, Line):
        path = "".join(f"{'L' if place else 'M'}{_n(x)} {_n(y)}" for place, (x, y) in enumerate(part.points))
        kind = "frame" if part.series is None else f"line l{part.series}"
        return format_html('<path class="{}" d="{}"/>', kind, path)
    return format_html(
        '<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>',
        "soft" if part.soft else "text", _n(part.x), _n(part.y), part.anchor, part.text,
    )  # fmt: skip


def _box(box: Box, name: str) -> SafeString:
    place = format_html('x="{}" y="{}" width="{}" height="{}"', _n(box.x), _n(box.y), _n(box.width), _n(box.height))
    if box.series == BEFORE:
        return format_html('<rect class="before" {}/>', place)
    plain = format_html('<rect class="s{}" {}/>', box.series, place)
    if box.series not in PATTERNS:
        return plain
    return format_html('{}<rect fill="url(#{}-p{})" {}/>', plain, name, box.series, place)


def _legend(drawing: Drawing, name: str) -> SafeString:
    """What each series is called, beside its colour and pattern; the picture's patterns are used again."""
    if not drawing.legend:
        return SafeString()
    keys = format_html_join(
        "",
        '<li><svg class="key" viewBox="0 0 28 14" width="28" height="14" aria-hidden="true">{}</svg>{}</li>',
        ((_key(series, name, lines=drawing.lines), words) for series, words in drawing.legend),
    )
    return format_html('<ul class="chart-legend">{}</ul>', keys)


def _key(series: int, name: str, *, lines: bool) -> SafeString:
    if lines:
        line = _part(Line(((0, 7), (28, 7)), series), name)
        return format_html("{}{}", line, _part(Dot(14, 7, series), name))
    return _box(Box(0, 1, 28, 12, series), name)


def _n(value: float) -> str:
    """A length to a tenth, as short as it can be."""
    return f"{value:.1f}".removesuffix(".0")
