"""What a chart says in words, from the numbers that it prints and by rule: shares as parts, changes as percent.

A sentence names its unit. It is left out where a number of it is withheld, as it would tell it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Final

from lightkeeper.figures.types import Chart

NUMBERS: Final = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
AGES: Final = {
    "0-2": "children up to two years old", "3-6": "three- to six-year-olds", "7-10": "seven- to ten-year-olds",
    "11-13": "eleven- to thirteen-year-olds", "14-15": "fourteen- to fifteen-year-olds",
    "16-17": "sixteen- to seventeen-year-olds",
}  # fmt: skip
PARTS: Final = (
    *((1, of) for of in range(2, 11)), (2, 3), (3, 4), (3, 10), (4, 10), (6, 10), (7, 10), (8, 10), (9, 10),
)  # fmt: skip
NEAR: Final = Fraction(1, 400)
"""A share this near to a part is said to be it; the nearest part is said with almost or just over otherwise."""


def share_in_words(count: int, whole: int) -> str:
    """A share as people say it: ``six in ten``, ``almost one in seven``, ``just over one in four``.

    The nearest counts of one in two to ten, tenths, two in three and three in four; of two as near, the one with the
    smaller denominator. What is below one in twenty, or above nineteen, is said in percent. Raises ValueError where
    ``count`` is not from 0 to ``whole``, or the whole is nothing.
    """
    if not 0 <= count <= whole or whole == 0:
        raise ValueError("a share is of its whole")
    share = Fraction(count, whole)
    if count == whole:
        return "all"
    if share < Fraction(1, 20) or share > Fraction(19, 20):
        return f"{percent(count, whole)} %"
    n, of = min(PARTS, key=lambda part: (abs(share - Fraction(*part)), part[1]))
    said = "half" if (n, of) == (1, 2) else f"{NUMBERS[n]} in {NUMBERS[of]}"
    away = share - Fraction(n, of)
    if abs(away) <= NEAR and away >= 0:
        return said
    return f"almost {said}" if away < 0 else f"just over {said}"


def percent(count: int, whole: int) -> int:
    """A share in whole percent, halves away from nothing."""
    return rounded(Fraction(100 * count, whole))


def change_in_words(count: int, previous: int) -> str:
    """``up 8 %``, ``down 3 %``, ``as many``: against the year before, in whole percent."""
    if previous == 0:
        return "none in the year before" if count else "as many"
    change = rounded(Fraction(100 * (count - previous), previous))
    if change == 0:
        return "nearly as many" if count != previous else "as many"
    return f"{'up' if change > 0 else 'down'} {abs(change)} %"


def rounded(value: Fraction) -> int:
    """To a whole number, halves away from nothing: as people round, and the same everywhere."""
    size = int(abs(value) + Fraction(1, 2))
    return size if value >= 0 else -size


def with_sentences(chart: Chart, year: int) -> Chart:
    """The chart with what can be said of it."""
    says = SAYS.get(chart.name)
    if says is None or (chart.adds_up and chart.total is None):
        return chart
    return replace(chart, sentences=tuple(says(chart, year)))


def _changed(count: int | None, previous: int | None) -> str:
    return "" if count is None or previous is None else f", {change_in_words(count, previous)} on the year before"


def _reports(chart: Chart, year: int) -> list[str]:
    return [f"{chart.total:,} reports were assessed in {year}{_changed(chart.total, chart.previous_total)}."]


def _urls(chart: Chart, year: int) -> list[str]:
    changed = _changed(chart.total, chart.previous_total)
    said = [f"{chart.total:,} URLs were confirmed as child sexual abuse material in {year}{changed}."]
    for cell in chart.cells:
        if cell.key[0] in {"A", "B", "C"} and cell.count is not None and chart.total:
            share = share_in_words(cell.count, chart.total)
            said.append(f"Category {cell.key[0]}: {cell.count:,} URLs, {share}{_changed(cell.count, cell.previous)}.")
    return said


def _accuracy(chart: Chart, year: int) -> list[str]:
    """How many reports of the public and of children were right: the accuracy that hotlines publish."""
    del year
    said = []
    for source, named in {"public_report": "the public", "child_self_report": "children about themselves"}.items():
        counts = [cell.count for cell in chart.cells if cell.key[0] == source]
        right = [cell.count for cell in chart.cells if cell.key == (source, "actioned")]
        whole = sum(count or 0 for count in counts)
        if whole and None not in counts and right and right[0] is not None:
            percent = rounded(Fraction(100 * right[0], whole))
            said.append(f"Of {whole:,} reports by {named}, {right[0]:,} were acted on: {percent} %.")
    return said


def _gone(chart: Chart, year: int) -> list[str]:
    del year
    hours = {cell.key[0]: cell.count for cell in chart.cells}
    if hours.get("p50") is None or hours.get("p90") is None:
        return []
    return [f"Half of what was removed was gone within {hours['p50']:,} hours, nine in ten within {hours['p90']:,}."]


def _agreed(chart: Chart, year: int) -> list[str]:
    del year
    of = {cell.key[1]: cell.count for cell in chart.cells if cell.key[0] == "drawn"}
    counts = list(of.values())
    if None in counts or not (same := of.get("agreed")):
        return []
    whole = sum(count or 0 for count in counts)
    percent = rounded(Fraction(100 * same, whole))
    return [f"Two people agreed on {same:,} of {whole:,} items drawn by chance: {percent} %."]


def _self_generated(chart: Chart, year: int) -> list[str]:
    del year
    said = []
    for age, named in AGES.items():
        of = {cell.key[1]: cell.count for cell in chart.cells if cell.key[0] == age}
        counts = {key: count for key, count in of.items() if count is not None}
        if not counts or len(counts) < len(of):
            continue
        whole = sum(counts.values())
        shown = [(key, n) for key, n in sorted(counts.items()) if n and key in {"A", "B", "C"}]
        parts = [f"{share_in_words(n, whole)} of category {key}" for key, n in shown]
        said.append(f"{whole:,} self-generated images showed {named}" + (f": {', '.join(parts)}." if parts else "."))
    return said


def _self_share(chart: Chart, year: int) -> list[str]:
    of = {cell.key[0]: cell.count for cell in chart.cells}
    count = of.get("true")
    if count is None or not chart.total:
        return []
    return [f"{count:,} of the URLs of {year} had self-generated material: {share_in_words(count, chart.total)}."]


def _youngest(chart: Chart, year: int) -> list[str]:
    del year
    return [
        f"{cell.count:,} URLs, {share_in_words(cell.count, chart.total)}: {AGES[cell.key[0]]}"
        f"{_changed(cell.count, cell.previous)}."
        for cell in chart.cells
        if cell.key[0] in AGES and cell.count and chart.total
    ]


SAYS: Final[Mapping[str, Callable[[Chart, int], list[str]]]] = {
    "reports_by_source": _reports,
    "reports_by_outcome": _accuracy,
    "hours_until_gone": _gone,
    "pairs_by_agreement": _agreed,
    "urls_by_category": _urls,
    "urls_by_age": _youngest,
    "urls_self_generated": _self_share,
    "images_self_generated": _self_generated,
}
