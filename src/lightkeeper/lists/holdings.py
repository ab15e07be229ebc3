"""All entries of all lists in memory, ready to be searched, as they were after one change.

Two numberings: perceptual hashes count from 0 in their index; digests and addresses count from ``EXACT`` in a table of
their blind indexes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lightkeeper.detect.matching.columns import TextsBuilder
from lightkeeper.detect.matching.digests import DigestTable
from lightkeeper.detect.matching.index import PdqIndex
from lightkeeper.lists.sealing import Content, Place
from lightkeeper.lists.shelf import Block, Shelf, Shelved
from lightkeeper.lists.types import LARGEST_RADIUS, Algorithm

EXACT: Final = 1 << 40
ALGORITHMS: Final = tuple(Algorithm)
_NUMBERS: Final = {str(algorithm): number for number, algorithm in enumerate(ALGORITHMS)}
_KEYED: Final = "sha256"
"""The table's columns for values of 32 bytes: blind indexes are HMAC-SHA256."""


@dataclass(slots=True)
class Batch:
    """Entries to be added, by column; ``values`` holds PDQ hashes or blind indexes, 32 bytes each."""

    refs: list[int] = field(default_factory=list)
    lists: list[int] = field(default_factory=list)
    algorithms: list[int] = field(default_factory=list)
    values: list[bytes] = field(default_factory=list)
    ids: TextsBuilder = field(default_factory=TextsBuilder)
    categories: TextsBuilder = field(default_factory=TextsBuilder)
    disputed: list[bool] = field(default_factory=list)

    def add(self, ref: int, number: int, place: Place, content: Content, *, disputed: bool = False) -> None:
        """Add one entry of the list with this number."""
        self.refs.append(ref)
        self.lists.append(number)
        self.algorithms.append(_NUMBERS[place.algorithm])
        self.values.append(content.value if place.algorithm == Algorithm.PDQ else place.value_index)
        self.ids.add(content.id)
        self.categories.add(content.category)
        self.disputed.append(disputed)

    def block(self) -> Block:
        """The columns for the shelf."""
        return Block(
            np.array(self.refs, np.int64), np.array(self.lists, np.uint16), np.array(self.algorithms, np.uint8),
            self.ids.build(), self.categories.build(), np.array(self.disputed, np.bool_),
        )  # fmt: skip

    def matrix(self) -> NDArray[np.uint8]:
        """The values, (n, 32) bytes."""
        return np.frombuffer(b"".join(self.values), np.uint8).reshape(-1, 32)


class Holdings:
    """Entries that can be searched. Never changed once it is made: ``changed`` gives another one that shares memory."""

    def __init__(self, *, list_numbers: Mapping[int, int] | None = None) -> None:
        self.index = PdqIndex()
        self.table = DigestTable()
        self.hashes = Shelf()
        self.exact = Shelf()
        self.list_numbers = dict(list_numbers or {})

    def __len__(self) -> int:
        return self.hashes.living + self.exact.living

    @property
    def removed(self) -> int:
        """How many removed entries still take room."""
        return len(self.hashes) + len(self.exact) - len(self)

    def changed(self, *, refs: Sequence[int], hashes: Batch, exact: Batch, list_numbers: Mapping[int, int]) -> Holdings:
        """With every entry of these keys removed and those of the batches added.

        Raises IndexSelfTestError where the result does not find what it holds.
        """
        new = Holdings(list_numbers=list_numbers)
        keys = np.array(refs, np.int64)
        gone, gone_exact = self.hashes.numbers_of(keys), self.exact.numbers_of(keys)
        new.index, new.table = self.index.forked(), self.table.forked()
        new.hashes, new.exact = self.hashes.without(gone), self.exact.without(gone_exact)
        if len(gone):
            new.index.remove(gone)
        if hashes.refs:
            block = hashes.block()
            new.index.add(hashes.matrix(), lists=block.lists)
            new.hashes = new.hashes.extended(block)
        if exact.refs:
            start = len(new.exact)
            new.table.add(_KEYED, exact.matrix(), np.arange(start, start + len(exact.refs)))
            new.exact = new.exact.extended(exact.block())
        return new

    def self_test(self, *, sample: int = 64) -> None:
        """Search for planted neighbours of a sample of the hashes. Raises IndexSelfTestError."""
        self.index.self_test(radius=LARGEST_RADIUS, sample=sample)

    def find(self, value_index: bytes) -> list[int]:
        """Numbers of the entries with this blind index."""
        return [EXACT + n for n in self.table.find(_KEYED, value_index) if self.exact.lives(n)]

    def find_many(self, indexes: Sequence[bytes]) -> list[list[int]]:
        """The same for each of several."""
        found = self.table.find_many(_KEYED, indexes)
        return [[EXACT + n for n in numbers if self.exact.lives(n)] if numbers else [] for numbers in found]

    def entry(self, number: int) -> Shelved:
        """What is known of an entry."""
        return self.exact[number - EXACT] if number >= EXACT else self.hashes[number]

    def list_number(self, number: int) -> int:
        """The number of an entry's list."""
        return self.exact.list_number(number - EXACT) if number >= EXACT else self.hashes.list_number(number)

    def algorithm(self, number: int) -> Algorithm:
        """The algorithm of an entry."""
        return ALGORITHMS[self.exact.algorithm(number - EXACT)] if number >= EXACT else Algorithm.PDQ

    def disputed(self, number: int) -> bool:
        """Whether an entry is disputed."""
        return self.exact.disputed(number - EXACT) if number >= EXACT else self.hashes.disputed(number)

    def undisputed(self, ref: int) -> bool:
        """Whether the digest or address of this key is here, and nobody disputes it."""
        numbers = self.exact.numbers_of(np.array([ref], np.int64)).tolist()
        return any(not self.exact.disputed(number) for number in numbers)

    def counts(self) -> dict[int, int]:
        """How many entries each list has, by the key of its row."""
        size = len(self.list_numbers)
        counted = self.hashes.counts("lists", size) + self.exact.counts("lists", size)
        return {list_id: int(counted[number]) for list_id, number in self.list_numbers.items()}

    def algorithms(self) -> frozenset[Algorithm]:
        """The algorithms of the digests and addresses that are held."""
        counted = self.exact.counts("algorithms", len(ALGORITHMS)).tolist()
        return frozenset(algorithm for algorithm, count in zip(ALGORITHMS, counted, strict=True) if count)
