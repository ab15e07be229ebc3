"""What is known of entries by their number in an index: compact columns, added to and never changed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lightkeeper.detect.matching.columns import Texts, joined_texts


class Shelved(NamedTuple):
    """One entry: the key of its row, the number of its list, the number of its algorithm, id and category.

    ``disputed``: it is found, and nothing may follow from that by itself.
    """

    ref: int
    list: int
    algorithm: int
    id: str | None
    category: str | None
    disputed: bool


@dataclass(frozen=True)
class Block:
    """Entries in the order of their numbers: ``refs`` int64 (n,), ``lists`` uint16 (n,), ``algorithms`` uint8 (n,).

    ``disputed`` is bool (n,).
    """

    refs: NDArray[np.int64]
    lists: NDArray[np.uint16]
    algorithms: NDArray[np.uint8]
    ids: Texts
    categories: Texts
    disputed: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.refs)

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """The rows by their keys, sorted when first asked for and kept as long as the block."""
        return np.argsort(self.refs, kind="stable")


def joined(blocks: Sequence[Block]) -> Block:
    """One block of several."""
    if len(blocks) == 1:
        return blocks[0]
    return Block(
        np.concatenate([block.refs for block in blocks]),
        np.concatenate([block.lists for block in blocks]),
        np.concatenate([block.algorithms for block in blocks]),
        joined_texts([block.ids for block in blocks]),
        joined_texts([block.categories for block in blocks]),
        np.concatenate([block.disputed for block in blocks]),
    )


_NOTHING = Block(
    np.empty(0, np.int64), np.empty(0, np.uint16), np.empty(0, np.uint8), Texts(0, b"", None), Texts(0, b"", None),
    np.empty(0, np.bool_),
)  # fmt: skip


class Shelf:
    """All entries of one index. A shelf is never changed: ``extended`` and ``without`` give another one."""

    def __init__(self, blocks: Sequence[Block] = (), dead: NDArray[np.bool_] | None = None) -> None:
        self._blocks = tuple(blocks)
        self._ends = np.cumsum([0, *(len(block) for block in blocks)]).tolist()
        self._dead = np.zeros(len(self), np.bool_) if dead is None else dead

    def __len__(self) -> int:
        return int(self._ends[-1])

    @property
    def dead(self) -> NDArray[np.bool_]:
        """Which entries have been removed, by number; not to be written to."""
        return self._dead

    def block(self) -> Block:
        """All entries as one block, the removed ones too."""
        return joined(self._blocks) if self._blocks else _NOTHING

    @property
    def living(self) -> int:
        """How many entries have not been removed."""
        return len(self) - int(np.count_nonzero(self._dead))

    def extended(self, block: Block) -> Shelf:
        """With more entries, numbered on from the last; small blocks are joined, so that there are never many."""
        blocks = list(self._blocks)
        joining = [block]
        size = len(block)
        while blocks and len(blocks[-1]) <= 2 * size:
            joining.insert(0, blocks.pop())
            size += len(joining[0])
        dead = np.concatenate([self._dead, np.zeros(len(block), np.bool_)])
        return Shelf([*blocks, joined(joining)], dead)

    def without(self, numbers: NDArray[np.int64]) -> Shelf:
        """With these entries removed."""
        dead = self._dead.copy()
        dead[numbers] = True
        return Shelf(self._blocks, dead)

    def numbers_of(self, refs: NDArray[np.int64]) -> NDArray[np.int64]:
        """The numbers of the living entries with these keys, in no order; keys that are not there are passed over."""
        found = []
        for place, block in enumerate(self._blocks):
            order = block.order
            ordered = block.refs[order]
            low, high = ordered.searchsorted(refs, "left"), ordered.searchsorted(refs, "right")
            for first, last in zip(low[high > low].tolist(), high[high > low].tolist(), strict=True):
                found.append(order[first:last] + self._ends[place])
        numbers = np.concatenate([np.empty(0, np.int64), *found]).astype(np.int64)
        return numbers[~self._dead[numbers]]

    def lives(self, number: int) -> bool:
        """Whether an entry has not been removed."""
        return not self._dead[number]

    def __getitem__(self, number: int) -> Shelved:
        place = bisect_right(self._ends, number) - 1
        block, row = self._blocks[place], number - self._ends[place]
        return Shelved(
            int(block.refs[row]),
            int(block.lists[row]),
            int(block.algorithms[row]),
            block.ids[row],
            block.categories[row],
            bool(block.disputed[row]),
        )

    def algorithm(self, number: int) -> int:
        """The number of an entry's algorithm."""
        place = bisect_right(self._ends, number) - 1
        return int(self._blocks[place].algorithms[number - self._ends[place]])

    def disputed(self, number: int) -> bool:
        """Whether an entry is disputed."""
        place = bisect_right(self._ends, number) - 1
        return bool(self._blocks[place].disputed[number - self._ends[place]])

    def list_number(self, number: int) -> int:
        """The number of an entry's list."""
        place = bisect_right(self._ends, number) - 1
        return int(self._blocks[place].lists[number - self._ends[place]])

    def counts(self, by: str, size: int) -> NDArray[np.int64]:
        """How many living entries each list (``by="lists"``) or algorithm (``by="algorithms"``) has, by number."""
        if not self._blocks:
            return np.zeros(size, np.int64)
        column = np.concatenate([getattr(block, by) for block in self._blocks])
        return np.bincount(column[~self._dead], minlength=size).astype(np.int64)

    def sample(self, count: int) -> NDArray[np.int64]:
        """Up to so many numbers of living entries, spread over the shelf."""
        living = np.flatnonzero(~self._dead)
        return living[np.unique(np.linspace(0, len(living) - 1, min(count, len(living))).astype(np.int64))]
