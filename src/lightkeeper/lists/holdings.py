"""All entries of all lists in memory, ready to be searched, as they were after one change.

Two numberings: perceptual hashes count from 0 in their index; all others count from ``EXACT``: digests in a table of
their blind indexes, addresses and phrases in an index of their own.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lightkeeper.detect.matching.columns import TextsBuilder
from lightkeeper.detect.matching.digests import DigestTable
from lightkeeper.detect.matching.index import PdqIndex
from lightkeeper.detect.matching.written import WrittenBatch, WrittenIndex
from lightkeeper.detect.places import KINDS
from lightkeeper.lists.sealing import Content, Place, index_of
from lightkeeper.lists.shelf import Block, Shelf, Shelved
from lightkeeper.lists.types import LARGEST_RADIUS, Algorithm
from lightkeeper.runtime.services import derived_key

EXACT: Final = 1 << 40
ALGORITHMS: Final = tuple(Algorithm)
_NUMBERS: Final = {str(algorithm): number for number, algorithm in enumerate(ALGORITHMS)}
_KEYED: Final = "sha256"
"""The table's columns for values of 32 bytes: blind indexes are HMAC-SHA256."""
WRITTEN: Final = "lists:written"
"""What the key of the index of addresses and phrases is derived for."""


@dataclass(slots=True)
class Batch:
    """Entries to be added, by column; ten million of them cost their bytes.

    ``values`` holds PDQ hashes or blind indexes, 32 bytes each, of the rows that are named by ``valued``; addresses and
    phrases are in ``written``, by row.
    """

    refs: array[int] = field(default_factory=lambda: array("q"))
    lists: array[int] = field(default_factory=lambda: array("H"))
    algorithms: array[int] = field(default_factory=lambda: array("B"))
    valued: array[int] = field(default_factory=lambda: array("q"))
    values: list[bytes] = field(default_factory=list)
    written: WrittenBatch | None = None
    ids: TextsBuilder = field(default_factory=TextsBuilder)
    categories: TextsBuilder = field(default_factory=TextsBuilder)
    disputed: array[int] = field(default_factory=lambda: array("B"))

    def add(self, ref: int, number: int, place: Place, content: Content, *, disputed: bool = False) -> None:
        """Add one entry of the list with this number."""
        if place.algorithm in KINDS:
            self.written = self.written or written_index().batch()
            self.written.add(len(self.refs), str(place.algorithm), content.value)
        else:
            self.valued.append(len(self.refs))
            self.values.append(content.value if place.algorithm == Algorithm.PDQ else place.value_index)
        self.refs.append(ref)
        self.lists.append(number)
        self.algorithms.append(_NUMBERS[place.algorithm])
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


def written_index() -> WrittenIndex:
    """An empty index of addresses and phrases, under this installation's key for it."""
    return WrittenIndex(derived_key(WRITTEN))


class Holdings:
    """Entries that can be searched. Never changed once it is made: ``changed`` gives another one that shares memory."""

    def __init__(self, *, list_numbers: Mapping[int, int] | None = None) -> None:
        self.index = PdqIndex()
        self.table = DigestTable()
        self.written: WrittenIndex | None = None
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
        new.index, new.table, new.written = self.index.forked(), self.table.forked(), self.written
        new.hashes, new.exact = self.hashes.without(gone), self.exact.without(gone_exact)
        if len(gone):
            new.index.remove(gone)
        if hashes.refs:
            block = hashes.block()
            new.index.add(hashes.matrix(), lists=block.lists)
            new.hashes = new.hashes.extended(block)
        if exact.refs:
            start = len(new.exact)
            new.table.add(_KEYED, exact.matrix(), np.array(exact.valued, np.int64) + start)
            if exact.written is not None:
                new.written = (self.written or written_index()).changed(exact.written, first=start)
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

    def find_value(self, algorithm: str, value: bytes) -> list[int]:
        """Numbers of the entries of one algorithm, other than PDQ, that have exactly this value."""
        if algorithm not in KINDS:
            return self.find(index_of(algorithm, value))
        found = [] if self.written is None else self.written.find(str(algorithm), value)
        return [EXACT + n for n in found if self.exact.lives(n)]

    def find_addresses(self, forms: Sequence[str]) -> list[list[tuple[int, str]]]:
        """For each address in its canonical form the entries it is on, the most specific first: number and scope."""
        if self.written is None:
            return [[] for _ in forms]
        found = self.written.find_addresses(forms)
        return [[(EXACT + n, scope) for n, scope in one if self.exact.lives(n)] if one else [] for one in found]

    def find_phrases(self, texts: Sequence[list[str]]) -> list[list[int]]:
        """For each text, given as its words, the numbers of the phrases in it, each once, in the text's order."""
        if self.written is None:
            return [[] for _ in texts]
        found = self.written.find_phrases(texts)
        return [list(dict.fromkeys(EXACT + hit.entry for hit in one if self.exact.lives(hit.entry))) for one in found]

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
