"""What a year's figures are as values: cells, the charts they stand in, and the report of a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lightkeeper.figures.changes import Change
from lightkeeper.figures.kinds import Period, Unit

__all__ = ["Cell", "Change", "Chart", "Period", "Unit", "Yearly"]


@dataclass(frozen=True, slots=True)
class Cell:
    """How many there are of one value on each axis of a chart.

    ``count`` is None where it is not printed (``suppressing.py``), ``previous`` where the year before has none or does
    not print it; ``change`` is there where both are.
    """

    key: tuple[str, ...]
    count: int | None
    previous: int | None = None
    change: Change | None = None


YEAR: Final = "year"
NOT_ADDED: Final = frozenset({YEAR, "percentile"})
"""Axes along which numbers do not add up to anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One table of a year with what it counts; ``number`` is its group of the yearly report, 1 to 18.

    Raises ValueError without title, unit, definition, query or its version, and where a cell has not one value an axis:
    a figure that does not say what it counts is none.
    """

    number: int
    name: str
    title: str
    unit: Unit
    words: str
    definition_version: int
    query: str
    axes: tuple[str, ...]
    cells: tuple[Cell, ...]
    total: int | None
    previous_total: int | None = None
    sentences: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        said = (self.name, self.title, self.words, self.query)
        if not all(text.strip() for text in said) or self.definition_version < 1:
            raise ValueError("a figure has a name, a title, a definition in words, a query and a version of it")
        if not isinstance(self.unit, Unit):
            raise ValueError("a figure has a unit")
        if any(len(cell.key) != len(self.axes) for cell in self.cells):
            raise ValueError("a cell has a value for each axis")

    @property
    def adds_up(self) -> bool:
        """Whether its cells are parts of one total."""
        return NOT_ADDED.isdisjoint(self.axes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Yearly:
    """All charts of a year. ``closed_at`` is None while it may change; ``document_id`` is of what it says.

    ``threshold``: a cell that is not printed is from 1 to below this, or would tell one that is.
    """

    year: int
    period: Period
    organisation: str
    closed_at: datetime | None
    document_id: str
    charts: tuple[Chart, ...]
    threshold: int
