"""The cells of tables and how they add up.

A cell is named by what holds for it: ``{("age", "3-6"), ("category", "A")}``, the grand total by the empty set. A table
over some dimensions has a cell for each combination of their values and for each of their totals; two tables that both
split by age share the cells of each age. What is added up and what could be subtracted is all in these names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

Key = frozenset[tuple[str, str]]
"""A cell: pairs of a dimension and its value, each dimension once."""
TOTAL: Key = frozenset()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are of each combination of values of some dimensions: what one query gives.

    Raises ValueError where a row has not one value a dimension, or less than none.
    """

    dimensions: tuple[str, ...]
    rows: Mapping[tuple[str, ...], int]

    def __post_init__(self) -> None:
        if len(set(self.dimensions)) != len(self.dimensions):
            raise ValueError("a dimension stands once")
        if any(len(row) != len(self.dimensions) for row in self.rows):
            raise ValueError("a row has a value for each dimension")
        if any(count < 0 for count in self.rows.values()):
            raise ValueError("a count is not below zero")

    def values(self, dimension: str) -> list[str]:
        """The values that occur, in order."""
        place = self.dimensions.index(dimension)
        return sorted({row[place] for row, count in self.rows.items() if count})


def cells_of(counts: Counts) -> dict[Key, int]:
    """All cells of a table with its totals: each total is the sum of its parts, as it is made of them."""
    cells: Counter[Key] = Counter({TOTAL: 0})
    for row, count in counts.rows.items():
        for key in _keys(tuple(zip(counts.dimensions, row, strict=True))):
            cells[key] += count
    return dict(cells)


def sums_of(counts: Counts) -> Iterator[tuple[Key, tuple[Key, ...]]]:
    """Each cell that is a sum, with its parts: along each dimension, at each combination of the others."""
    pairs = {name: [(name, value) for value in counts.values(name)] for name in counts.dimensions}
    there = cells_of(counts)
    for key in there:
        free = set(counts.dimensions) - {name for name, _value in key}
        for name in sorted(free):
            parts = tuple(key | {pair} for pair in pairs[name] if key | {pair} in there)
            if parts:
                yield key, parts


def joined(tables: Iterable[Counts]) -> dict[Key, int]:
    """The cells of several tables about the same things. ValueError where two of them say different things of one."""
    cells: dict[Key, int] = {}
    for table in tables:
        for key, count in cells_of(table).items():
            if cells.setdefault(key, count) != count:
                raise ValueError(f"two tables differ in {sorted(key) or 'their total'}")
    return cells


def _keys(pairs: tuple[tuple[str, str], ...]) -> Iterator[Key]:
    for size in range(len(pairs) + 1):
        for chosen in combinations(pairs, size):
            yield frozenset(chosen)
