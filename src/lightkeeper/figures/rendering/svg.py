"""A drawing as SVG: colours are the page's, and no two series differ by colour alone."""

from __future__ import annotations

import re

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from lightkeeper.figures.rendering.drawing import (
    BEFORE,
    HATCHES,
    MARKS,
    ROUND,
    SERIES,
    Box,
    Dot,
    Drawing,
    Line,
    Points,
    Words,
)


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
    rows = ((name, number, "".join(map(_path, lines))) for number, lines in HATCHES.items() if number in used)
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
        return _dot(part)
    if isinstance(part, Line):
        kind = "frame" if part.series is None else f"line l{part.series}"
        return format_html('<path class="{}" d="{}"/>', kind, _path(part.points))
    return format_html(
        '<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>',
        "soft" if part.soft else "text", _n(part.x), _n(part.y), part.anchor, part.text,
    )  # fmt: skip


def _dot(dot: Dot) -> SafeString:
    mark = MARKS[dot.series % SERIES]
    if not mark:
        return format_html('<circle class="s{}" cx="{}" cy="{}" r="{}"/>', dot.series, _n(dot.x), _n(dot.y), _n(ROUND))
    path = _path(tuple((dot.x + x, dot.y + y) for x, y in mark))
    return format_html('<path class="s{}" d="{}z"/>', dot.series, path)


def _path(points: Points) -> str:
    return "".join(f"{'L' if place else 'M'}{_n(x)} {_n(y)}" for place, (x, y) in enumerate(points))


def _box(box: Box, name: str) -> SafeString:
    place = format_html('x="{}" y="{}" width="{}" height="{}"', _n(box.x), _n(box.y), _n(box.width), _n(box.height))
    if box.series == BEFORE:
        return format_html('<rect class="before" {}/>', place)
    plain = format_html('<rect class="s{}" {}/>', box.series, place)
    if box.series not in HATCHES:
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
