"""Charts over several years: what each year's report printed, side by side.

Each is made from the same chart of the year before and this year's numbers, so that nothing is shown of a year that its
own report withheld.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lightkeeper.figures.types import YEAR, Cell, Chart


@dataclass(frozen=True, slots=True)
class _Line:
    """Of which chart, over how many years; ``total``: its total alone, not its cells."""

    name: str
    title: str
    of: str
    years: int
    total: bool


LONGEST: Final = 5
LINES: Final = (
    _Line("reports_over_years", "Reports assessed, over five years", "reports_by_source", LONGEST, total=True),
    _Line("urls_over_years", "URLs confirmed, over five years", "urls_by_category", LONGEST, total=True),
    _Line("urls_by_age_over_years", "URLs by youngest child, over three years", "urls_by_age", 3, total=False),
)


def over_years(year: int, charts: Mapping[str, Chart], before: Mapping[str, Chart]) -> Iterator[Chart]:
    """The charts of this kind that end with a year; ``charts`` are its own, ``before`` those of the year before."""
    for line in LINES:
        yield _over(line, year, charts[line.of], before.get(line.name))


def _over(line: _Line, year: int, chart: Chart, before: Chart | None) -> Chart:
    first = year - line.years
    earlier = [Cell(cell.key, cell.count) for cell in (before.cells if before else ()) if int(cell.key[0]) > first]
    if line.total:
        own = [Cell((str(year),), chart.total)]
    else:
        own = [Cell((str(year), *cell.key), cell.count) for cell in chart.cells]
    return Chart(
        number=chart.number, name=line.name, title=line.title, unit=chart.unit,
        words=f"{chart.words} Each year as its own report printed it.", definition_version=chart.definition_version,
        query=f"{chart.query} (each year as printed)", axes=(YEAR,) if line.total else (YEAR, *chart.axes),
        cells=(*earlier, *own), total=None,
    )  # fmt: skip
