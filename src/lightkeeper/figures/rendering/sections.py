"""The eighteen parts of the yearly report, and what each shows of a year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from lightkeeper.figures.rendering import labels, wording
from lightkeeper.figures.rendering.drawing import Drawing
from lightkeeper.figures.rendering.plotting import drawings
from lightkeeper.figures.rendering.svg import svg
from lightkeeper.figures.rendering.tables import Table, table_of
from lightkeeper.figures.types import Chart, Unit, Yearly

METHOD: Final = 18
"""The part that is about the report itself."""
TITLES: Final = {
    1: _("Reports assessed"),
    2: _("Confirmed, and how often reports are right"),
    3: _("Severity"),
    4: _("Age of the youngest child"),
    5: _("Sex"),
    6: _("Self-generated"),
    7: _("Kinds of sites and access"),
    8: _("Where it is hosted"),
    9: _("Domains"),
    10: _("Commercial and disguised sites"),
    11: _("Takedown"),
    12: _("Unique images and hashes"),
    13: _("AI-generated"),
    14: _("Not photographic"),
    15: _("Reports by children"),
    16: _("Quality assurance"),
    17: _("Welfare of the staff"),
    METHOD: _("Method, units and definitions"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A chart with all that is printed of it."""

    chart: Chart
    unit: str
    drawings: tuple[Drawing, ...]
    table: Table
    note: str

    @property
    def pictures(self) -> tuple[SafeString, ...]:
        """Its drawings, for a page."""
        return tuple(svg(drawing) for drawing in self.drawings)


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the report; ``anchor`` is its name in addresses within a document."""

    number: int
    title: str
    charts: tuple[Shown, ...]

    @property
    def anchor(self) -> str:
        """Where links within a document lead."""
        return f"part-{self.number}"


def sections_of(yearly: Yearly) -> tuple[Section, ...]:
    """All parts in their order, those without figures too: that something was not counted is said, not left out."""
    with override(wording.LANGUAGE):
        return tuple(
            Section(number, str(title), tuple(_shown(one, yearly) for one in yearly.charts if one.number == number))
            for number, title in TITLES.items()
        )


def units_of(yearly: Yearly) -> tuple[tuple[str, str], ...]:
    """The units that occur, and what one of each is."""
    used = {chart.unit for chart in yearly.charts}
    with override(wording.LANGUAGE):
        return tuple((labels.unit(one), str(labels.UNIT_WORDS[one])) for one in Unit if one in used)


def _shown(chart: Chart, yearly: Yearly) -> Shown:
    table = table_of(chart, yearly.year)
    note = wording.kept_back(yearly.threshold) if table.holds_back else ""
    return Shown(chart, labels.unit(chart.unit), drawings(chart, yearly.year), table, note)
