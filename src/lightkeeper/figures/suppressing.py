"""Which cells must not be printed, so that nobody can work out a small one, by subtraction within or between tables.

A cell from 1 to ``threshold - 1`` may tell of one child, so it is not printed. For each of them we look for *another
world*: numbers that add up in every table, the same in all that is printed, and other in this cell. Worlds are made by
moves. A move takes one of some things and puts it elsewhere: one of (7-10, B) becomes one of (3-6, B), and one of
(3-6, C) becomes one of (7-10, C); then no total changes. What a move changes is not printed either. We take the
cheapest moves until the small cell can have at least ``threshold`` different values, so that whoever solves all the
equations is left with a range as wide as the threshold. All that is not printed carries one and the same mark, which
says no more than "fewer than n, or it would tell one that is": marks that tell the two apart would bound both.

Zero is printed, as it tells of nobody; so what is not printed is known to be at least one, and no move goes below that.
Method: complementary cell suppression by hypercubes (R. D. Repsilber, "Preservation of confidentiality in aggregated
data", 1994), here over tables that are linked, with an exact certificate for each cell.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Final

from lightkeeper.figures.lattice import TOTAL, Counts, Key, joined

SMALLEST_THRESHOLD: Final = 3
"""Below three nothing is protected: of two, each could subtract itself."""
_MOST_VALUES: Final = 12
_MOST_OTHERS: Final = 4
_PRICE_OF_TOTAL: Final = 1000.0


@dataclass(frozen=True, slots=True)
class Move:
    """Cells that become one more, and cells that become one fewer; everything adds up as before."""

    more: frozenset[Key]
    fewer: frozenset[Key]


@dataclass(slots=True)
class _World:
    """The cells of all tables about the same things, and which of them are not printed so far."""

    tables: Sequence[Counts]
    threshold: int
    cells: dict[Key, int] = field(init=False)
    hidden: set[Key] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        self.cells = joined(self.tables)


def suppressed(tables: Sequence[Counts], threshold: int) -> frozenset[Key]:
    """The cells of tables about the same things that must not be printed.

    All tables that are published of them must be given together. A table whose small cells cannot be protected is
    withheld whole, but for what others print too: of those with such a cell the one with the most dimensions. Raises
    ValueError for a threshold below 3.
    """
    if threshold < SMALLEST_THRESHOLD:
        raise ValueError(f"the threshold is at least {SMALLEST_THRESHOLD}")
    whole = joined(tables)
    left = [Counts((), {(): whole[TOTAL]}), *tables]
    while True:
        world = _World(left, threshold)
        failed = _protect_all(world)
        if failed is None:
            return frozenset(world.hidden) | (whole.keys() - world.cells.keys())
        having = [table for table in left if {name for name, _value in failed} <= set(table.dimensions)]
        left.remove(max(having, key=lambda table: (len(table.dimensions), table.dimensions)))


def _protect_all(world: _World) -> Key | None:
    """Hide the small cells and what protects them; gives the first that cannot be protected."""
    small = sorted((key for key, count in world.cells.items() if 0 < count < world.threshold), key=_order)
    world.hidden.update(small)
    return next((key for key in small if not _protect(world, key)), None)


def _order(key: Key) -> tuple[int, list[tuple[str, str]]]:
    return -len(key), sorted(key)


def _protect(world: _World, key: Key) -> bool:
    """Hide what is needed so that a cell could have ``threshold`` values; False where no moves do that."""
    used: list[Move] = []
    for move in sorted(_moves(world, key), key=lambda one: _price(world, one)):
        if _reach(world, key, [*used, move]) > _reach(world, key, used):
            used.append(move)
        if _reach(world, key, used) >= world.threshold - 1:
            world.hidden.update(*(one.more | one.fewer for one in used))
            return True
    return False


def _reach(world: _World, key: Key, moves: Iterable[Move]) -> int:
    """How far the greatest value that a cell can have is from the least, by these moves one after another."""
    ends = []
    for up in (True, False):
        values: dict[Key, int] = {}
        for move in moves:
            rises, falls = (move.more, move.fewer) if (key in move.more) == up else (move.fewer, move.more)
            steps = min((values.get(one, world.cells[one]) - 1 for one in falls), default=world.threshold)
            values.update({one: values.get(one, world.cells[one]) + steps for one in rises})
            values.update({one: values.get(one, world.cells[one]) - steps for one in falls})
        ends.append(values.get(key, world.cells[key]))
    return ends[0] - ends[1]


def _price(world: _World, move: Move) -> tuple[float, list[list[tuple[str, str]]]]:
    """What is lost to the reader: few and small cells cost least. Equal prices are put in order by name."""
    lost = (move.more | move.fewer) - world.hidden
    price = sum(_PRICE_OF_TOTAL if one == TOTAL else 1 + math.log2(world.cells[one]) for one in lost)
    return price, sorted(sorted(one) for one in move.more)


def _moves(world: _World, key: Key) -> Iterator[Move]:
    """Moves that change a cell: along each choice of its dimensions, to each other value."""
    values = dict(key)
    for size in range(len(values), -1, -1):
        for along in combinations(sorted(values), size):
            touched = [table for table in world.tables if set(along) <= set(table.dimensions)]
            for others in _others(world, key, along, touched):
                for elsewhere in product(*(_elsewhere(world, name, values[name]) for name in along)):
                    swaps = [(name, values[name], other) for name, other in zip(along, elsewhere, strict=True)]
                    move = _move(touched, swaps, others)
                    if all(world.cells.get(one, 0) for one in move.more | move.fewer):
                        yield move


def _move(tables: Iterable[Counts], swaps: Sequence[tuple[str, str, str]], others: Mapping[str, str]) -> Move:
    """One thing more at the first values of all swaps, one fewer where one is the second, and so on by turns."""
    along = {name for name, _here, _there in swaps}
    rest = {
        frozenset((name, others[name]) for name in chosen)
        for table in tables
        for free in [sorted(set(table.dimensions) - along)]
        for size in range(len(free) + 1)
        for chosen in combinations(free, size)
    }
    signs: tuple[set[Key], set[Key]] = (set(), set())
    for turns in product((0, 1), repeat=len(swaps)):
        corner = frozenset((swap[0], swap[1 + turn]) for swap, turn in zip(swaps, turns, strict=True))
        signs[sum(turns) % 2].update(corner | one for one in rest)
    return Move(frozenset(signs[0]), frozenset(signs[1]))


def _others(
    world: _World, key: Key, along: Sequence[str], touched: Sequence[Counts]
) -> Iterator[Mapping[str, str]]:  # fmt: skip
    """Where a move happens in the dimensions that it does not go along: as the cell, else among the most frequent."""
    fixed = {name: value for name, value in key if name not in along}
    free = sorted({name for table in touched for name in table.dimensions} - set(along) - set(fixed))
    choices = [_most(world, name, key)[:_MOST_OTHERS] for name in free]
    for chosen in product(*choices):
        yield {**fixed, **dict(zip(free, chosen, strict=True))}


def _elsewhere(world: _World, name: str, value: str) -> list[str]:
    return [other for other in _most(world, name, TOTAL) if other != value][:_MOST_VALUES]


def _most(world: _World, name: str, within: Key) -> list[str]:
    """The values of a dimension, those first of which there are most within a cell."""
    there = {value for table in world.tables if name in table.dimensions for value in table.values(name)}

    def frequency(value: str) -> tuple[int, int, str]:
        one = (name, value)
        return -world.cells.get(within | {one}, 0), -world.cells.get(frozenset({one}), 0), value

    return sorted(there, key=frequency)
