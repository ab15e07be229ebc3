"""Counting facts into the charts of a year: one query a table; small cells withheld in all tables of a world at once.

Sums of tables that share an axis are the same, as they are of the same facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from django.conf import settings
from django.db.models import Count

from lightkeeper.figures.changes import change
from lightkeeper.figures.continents import continent
from lightkeeper.figures.definitions import DEFINITIONS, FACT_UNITS, WORLDS, Definition, World
from lightkeeper.figures.kinds import Period
from lightkeeper.figures.lattice import TOTAL, Counts, Key, joined
from lightkeeper.figures.models import Fact
from lightkeeper.figures.ordering import OTHER, in_order
from lightkeeper.figures.over_years import over_years
from lightkeeper.figures.removal import days_of, removal_times
from lightkeeper.figures.suppressing import suppressed
from lightkeeper.figures.tlds import kind_of_tld
from lightkeeper.figures.types import Cell, Chart

SELF_MADE: Final = frozenset({"self_generated", "coerced_extortion"})
TOLD: Final[Mapping[str, tuple[str, Callable[[Any], str]]]] = {
    "self_made": ("creation", lambda code: "true" if code in SELF_MADE else "false"),
    "proactive": ("source", lambda code: "true" if code == "proactive" else "false"),
    "continent": ("hosting_country", continent),
    "disguised": ("access", lambda code: "true" if code == "disguised" else "false"),
    "tld_kind": ("tld", kind_of_tld),
    "days": ("hours", days_of),
}
"""Axes that are told from a column."""
MOST: Final = {"hosting_country": 20, "tld": 10}
"""Of these axes the values with the most, and the rest as other."""
Printed = Mapping[Key, int | None]
"""The cells of a world as they are printed: None where one is not."""


def charts_of(period: Period, before: Sequence[Chart]) -> tuple[Chart, ...]:
    """All charts of a period; ``before`` are those of the year before, as they were printed."""
    known = {chart.name: chart for chart in before}
    worlds = {world.name: printed(world, period) for world in WORLDS}
    charts = {one.name: _chart(one, worlds[one.world.name], known.get(one.name)) for one in DEFINITIONS}
    others = [removal_times(period), *over_years(period.start.year, charts, known)]
    return tuple(sorted([*charts.values(), *others], key=lambda chart: chart.number))


def printed(world: World, period: Period) -> Printed:
    """The cells of all tables of a world, with None for those that are withheld."""
    if world.asked is not None:
        said = world.asked(period)
        if said is None:
            return {TOTAL: None}
        tables = [Counts(world.tables[0], said)]
    else:
        tables = [_counted(world, table, period) for table in world.tables]
    hidden = suppressed(tables, settings.LIGHTKEEPER["figures_threshold"])
    return {key: None if key in hidden else count for key, count in joined(tables).items()}


def _counted(world: World, axes: tuple[str, ...], period: Period) -> Counts:
    columns = [TOLD[axis][0] if axis in TOLD else axis for axis in axes]
    unit = FACT_UNITS.get(world.unit, world.unit)
    rows = Fact.objects.filter(unit=unit, at__gte=period.start, at__lt=period.end, **world.where)
    found: Counter[tuple[str, ...]] = Counter()
    number_of = Count("pk")
    if world.distinct:  # of names: a host that is a number has none
        rows, number_of = rows.exclude(tld=""), Count(world.distinct, distinct=True)
    for *values, number in rows.values_list(*dict.fromkeys(columns)).annotate(number=number_of).order_by():
        of = dict(zip(dict.fromkeys(columns), values, strict=True))
        found[tuple(_value(axis, of[column]) for axis, column in zip(axes, columns, strict=True))] += number
    return Counts(axes, _with_other(axes, found))


def _value(axis: str, code: Any) -> str:
    return TOLD[axis][1](code) if axis in TOLD else code or "unknown"


def _with_other(axes: tuple[str, ...], found: Counter[tuple[str, ...]]) -> Mapping[tuple[str, ...], int]:
    """Put what is rare on an axis together as other; where a value comes of a continent, within that continent."""
    for place, axis in enumerate(axes):
        if axis not in MOST:
            continue
        sums: Counter[str] = Counter()
        for row, number in found.items():
            sums[row[place]] += number
        kept = {value for value, _ in sorted(sums.items(), key=lambda one: (-one[1], one[0]))[: MOST[axis]]}
        shorter: Counter[tuple[str, ...]] = Counter()
        for row, number in found.items():
            shorter[(*row[:place], row[place] if row[place] in kept else OTHER, *row[place + 1 :])] += number
        found = shorter
    return found


def _chart(one: Definition, cells: Printed, before: Chart | None) -> Chart:
    only = frozenset(one.only.items())
    rows = _rows(one.axes, only, cells)
    old = {cell.key: cell.count for cell in before.cells} if before else {}
    total = cells.get(only, 0) if only else cells.get(TOTAL, 0)
    return Chart(
        number=one.number, name=one.name, title=one.title, unit=one.world.unit, words=one.words,
        definition_version=one.version, query=one.query, axes=one.axes, total=total,
        previous_total=before.total if before else None,
        cells=tuple(_cell(key, count, old.get(key), compared=before is not None) for key, count in rows),
    )  # fmt: skip


def _rows(axes: tuple[str, ...], only: Key, cells: Printed) -> list[tuple[tuple[str, ...], int | None]]:
    found = []
    for key, count in cells.items():
        of = dict(key - only)
        if only <= key and of.keys() == set(axes) and len(key) == len(axes) + len(only):
            found.append((tuple(of[axis] for axis in axes), count))
    return sorted(found, key=lambda row: _place(axes, row))


def _place(axes: Iterable[str], row: tuple[tuple[str, ...], int | None]) -> tuple[object, ...]:
    """By value, with what is other or unknown last; ranked axes by number, the most first."""
    key, count = row
    ranked = any(axis in MOST for axis in axes)
    places = [in_order(value) for value in key]
    return ([last for last, *_ in places], -(count or 0) if ranked else 0, places)


def _cell(key: tuple[str, ...], count: int | None, previous: int | None, *, compared: bool) -> Cell:
    if count is None or not compared:
        return Cell(key, count, previous)
    return Cell(key, count, previous, None if previous is None else change(count, previous))
