"""A year made up for tests: its numbers are drawn by hand and tell of nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from lightkeeper.figures.changes import change
from lightkeeper.figures.types import Cell, Chart, Period, Unit, Yearly

YEAR = 2023
AGES = ("0-2", "3-6", "7-10", "11-13", "14-15", "16-17")
CATEGORIES = ("A", "B", "C")


def cell(*key: str, count: int | None, previous: int | None = None) -> Cell:
    """A cell with its change."""
    moved = None if count is None or previous is None else change(count, previous)
    return Cell(key, count, previous, moved)


def chart(number: int, name: str, title: str, unit: Unit, axes: tuple[str, ...], cells: tuple[Cell, ...]) -> Chart:
    """A chart whose totals are the sums of its cells, where those are printed."""
    counts, before = [one.count for one in cells], [one.previous for one in cells]
    return Chart(
        number=number, name=name, title=title, unit=unit, definition_version=1, axes=axes, cells=cells,
        words=f"Each of the {unit.value}s that a person looked at in the year, by the day of the assessment.",
        query=f"COUNT facts WHERE kind = '{unit.value}' AND start <= happened_at < end GROUP BY {', '.join(axes)}",
        total=None if None in counts else sum(count or 0 for count in counts),
        previous_total=None if None in before else sum(count or 0 for count in before),
    )  # fmt: skip


def _severity() -> Chart:
    found = (
        cell("A", count=62_652, previous=51_369),
        cell("B", count=57_000, previous=58_100),
        cell("C", count=156_000, previous=145_900),
    )
    made = chart(3, "severity", "Confirmed, by category", Unit.URL, ("category",), found)
    return replace(made, sentences=("275,652 URLs confirmed, up 8 %.", "Category A up 22 %."))


def _ages_by_category() -> Chart:
    found = tuple(
        cell(age, category, count=(place + 1) * 1_000 * (3 - kind) + 17, previous=(place + 1) * 900)
        for place, age in enumerate(AGES)
        for kind, category in enumerate(CATEGORIES)
    )
    return chart(4, "age-by-category", "Confirmed, by age of the youngest child and category", Unit.URL,
                 ("age_bracket", "category"), found)  # fmt: skip


def _self_generated() -> Chart:
    found = (
        *(cell("3-6", sex, count=count) for sex, count in (("girls", 2_050), ("boys", 340), ("both", None))),
        *(cell("7-10", sex, count=count) for sex, count in (("girls", 99_000), ("boys", 4_100), ("both", None))),
    )
    return chart(6, "self-generated", "Self-generated, by age and sex", Unit.IMAGE, ("age_bracket", "sex"), found)


def _trend() -> Chart:
    sources = (("public", 120_000), ("proactive", 180_000), ("police", 900))
    found = tuple(
        cell(str(year), source, count=None if (year, source) == (2021, "police") else most + (year - 2019) * 9_000)
        for year in range(2019, YEAR + 1)
        for source, most in sources
    )
    return chart(1, "reports-by-year", "Reports assessed, by year and source", Unit.REPORT, ("year", "source"), found)


def _countries() -> Chart:
    names = "NL US SK BG RU FR DE RO UA LV SG CA MY HK GB CH SE PL IT ES LT FI NO CZ".split()  # noqa: SIM905
    found = tuple(cell(name, count=90_000 // (place + 1), previous=70_000 // (place + 1))
                  for place, name in enumerate(names))  # fmt: skip
    return chart(8, "hosting", "Hosting countries of confirmed URLs", Unit.URL, ("hosting_country",), found)


def made_year(**changed: object) -> Yearly:
    """The year, closed, of an organisation with letters beyond English."""
    number = Chart(
        number=15, name="self-reports", title="Reports by children themselves", unit=Unit.REPORT, axes=(),
        words="Reports that came from a child about pictures of themselves.", definition_version=2,
        query="COUNT facts WHERE kind = 'report' AND source = 'child_self_report'", cells=(), total=508,
        previous_total=101,
    )  # fmt: skip
    made = Yearly(
        year=YEAR, period=Period.of_year(YEAR), organisation="Meldestelle für Kinderschutz Łódź–Köln",
        closed_at=datetime(2024, 2, 1, 9, 30, tzinfo=UTC), document_id="2023-0f3a9c55e1d24b7788aa66d0c1b2a3f4",
        charts=(_trend(), _severity(), _ages_by_category(), _self_generated(), _countries(), number), threshold=5,
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]
