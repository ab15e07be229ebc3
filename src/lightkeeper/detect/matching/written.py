"""The index of addresses and phrases: which entries an address is on, and which phrases stand in a text.

Everything is exact: what is listed is found by its keyed 128-bit index (``keyed``), at every path and label border and
at every run of words that the hints say could be listed (``candidates``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lightkeeper.detect.hosts import is_address
from lightkeeper.detect.links import SCHEME
from lightkeeper.detect.matching.candidates import (
    KIND,
    NO_HINTS,
    Candidates,
    Hints,
    hints_of,
    joined,
    of_addresses,
    of_words,
)
from lightkeeper.detect.matching.digests import DigestTable
from lightkeeper.detect.matching.keyed import as_rows, indexes_of, key_words
from lightkeeper.detect.places import DIGESTED, DOMAIN, KINDS, MOST_WORDS, PREFIX, URL

EXACT: Final = "exact"
"""The address itself is listed; else ``prefix`` or ``domain``."""

SCOPES: Final = (EXACT, "prefix", "domain")
_SCOPE_OF: Final = {URL: 0, PREFIX: 1, DOMAIN: 2}
_MARKS: Final = {b"": 0, b"p": 1, b"d": 2}
_HASHES: Final = {"url_sha256": hashlib.sha256, "url_md5": hashlib.md5}
_PAGE: Final = 4096


class Place(NamedTuple):
    """An entry that an address is on, and how: ``exact``, ``prefix`` or ``domain``."""

    entry: int
    scope: str


class Phrase(NamedTuple):
    """An entry that a text holds, from which word to which (the last is not part of it)."""

    entry: int
    start: int
    end: int


@dataclass(slots=True)
class WrittenBatch:
    """Entries to be added: their numbers, their indexes once a page of them is there, and the hints."""

    key: NDArray[np.uint64]
    numbers: list[NDArray[np.int64]] = field(default_factory=list)
    indexes: list[NDArray[np.uint64]] = field(default_factory=list)
    hints: list[Hints] = field(default_factory=list)
    digested: set[tuple[str, int]] = field(default_factory=set)
    _page: list[tuple[int, str, bytes]] = field(default_factory=list)

    def add(self, number: int, kind: str, value: bytes) -> None:
        """Add one entry of a kind of ``places.KINDS`` with its value. ValueError for another kind."""
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is no kind of address or phrase")
        self._page.append((number, kind, value))
        if len(self._page) >= _PAGE:
            self.settle()

    def settle(self) -> None:
        """Make indexes of what was added since."""
        if not self._page:
            return
        numbers, kinds, values = map(list, zip(*self._page, strict=True))
        self.numbers.append(np.array(numbers, np.int64))
        self.indexes.append(indexes_of(self.key, [KIND[kind] for kind in kinds], values))
        self.hints.append(hints_of(self.key, kinds, values))
        self.digested |= {(kind, _MARKS[value[DIGESTED[kind] :]]) for _, kind, value in self._page if kind in DIGESTED}
        self._page = []


class WrittenIndex:
    """Addresses and phrases with entry numbers chosen by the caller, under a key of at least 16 bytes.

    Never changed once it is made: ``changed`` gives another one that shares memory. Threads may look up at any time.
    """

    def __init__(self, key: bytes) -> None:
        self._secret = key
        self.key = key_words(key)
        self._table = DigestTable()
        self._hints = NO_HINTS
        self._digested: frozenset[tuple[str, int]] = frozenset()

    def __len__(self) -> int:
        return len(self._table)

    def batch(self) -> WrittenBatch:
        """An empty batch for this index."""
        return WrittenBatch(self.key)

    def changed(self, batch: WrittenBatch, *, first: int = 0, removed: ArrayLike = ()) -> WrittenIndex:
        """With the entries of a batch, ``first`` added to their numbers, and without some."""
        batch.settle()
        new = WrittenIndex(self._secret)
        new._table = self._table.forked()
        new._hints, new._digested = self._hints.extended(joined(batch.hints)), self._digested | batch.digested
        if np.size(removed):
            new._table.remove(removed)
        if batch.numbers:
            new._table.add("md5", as_rows(np.concatenate(batch.indexes)), np.concatenate(batch.numbers) + first)
        return new

    def find(self, kind: str, value: bytes) -> list[int]:
        """The entries of one kind that have exactly this value."""
        words = indexes_of(self.key, [KIND[kind]], [value])
        return [entry for _, entries in self._table.find_words(words) for entry in entries]

    def find_addresses(self, forms: Sequence[str]) -> list[list[Place]]:
        """For each address in its canonical form the entries that it is on, the most specific first."""
        found: list[list[tuple[int, int, int]]] = [[] for _ in forms]
        asked = of_addresses(self.key, self._hints, list(forms))
        begins = np.cumsum([0, *map(len, forms)])[:-1] if len(forms) else np.empty(0, np.int64)
        for row, entries in self._table.find_words(asked.words):
            scope, owner, length = _scope(asked, row, begins)
            found[owner] += [(scope, -length, entry) for entry in entries]
        if self._digested:
            for owner, scope, length, entries in self._by_digest(forms):
                found[owner] += [(scope, -length, entry) for entry in entries]
        return [[Place(entry, SCOPES[scope]) for scope, _, entry in sorted(set(one))] if one else [] for one in found]

    def find_phrases(self, texts: Sequence[list[str]]) -> list[list[Phrase]]:
        """For each text, given as its words, the phrases that stand in it, in the order of the text."""
        found: list[list[Phrase]] = [[] for _ in texts]
        if not len(self._hints.keys):
            return found
        firsts = np.cumsum([0, *map(len, texts)]).tolist()
        asked = of_words(self.key, self._hints, list(texts), MOST_WORDS)
        for row, entries in self._table.find_words(asked.words):
            owner = int(asked.owners[row])
            start, end = (int(places[row]) - firsts[owner] for places in (asked.starts, asked.ends))
            found[owner] += [Phrase(entry, start, end) for entry in entries]
        return [sorted(one, key=lambda phrase: (phrase.start, -phrase.end, phrase.entry)) for one in found]

    def _by_digest(self, forms: Sequence[str]) -> Iterator[tuple[int, int, int, list[int]]]:
        """What lists that are delivered hashed have: address, scope, length of what was digested, entries."""
        asked: list[tuple[int, int, int]] = []
        kinds: list[int] = []
        values: list[bytes] = []
        for kind, scope in sorted(self._digested):
            digest, mark = _HASHES[kind], next(mark for mark, number in _MARKS.items() if number == scope)
            for owner, form in enumerate(forms):
                for length, text in _spellings(form, scope):
                    asked.append((owner, scope, length))
                    kinds.append(KIND[kind])
                    values.append(digest(text.encode("ascii")).digest() + mark)
        if values:
            for row, entries in self._table.find_words(indexes_of(self.key, kinds, values)):
                yield (*asked[row], entries)

    def sections(self) -> dict[str, NDArray[Any]]:
        """The index as arrays, removed entries left out: ``from_sections`` takes them up with the same key."""
        table = {f"written.{name}": array for name, array in self._table.sections().items() if name[:4] == "md5."}
        digested = np.array([KIND[kind] * 8 + scope for kind, scope in sorted(self._digested)], np.int64)
        hints = {"written.hints": self._hints.keys, "written.masks": self._hints.masks}
        return {**table, **hints, "written.digested": digested}

    @property
    def nbytes(self) -> int:
        """Memory of what is sorted, in bytes."""
        return self._table.nbytes + self._hints.keys.nbytes + self._hints.masks.nbytes

    @classmethod
    def from_sections(cls, key: bytes, sections: dict[str, NDArray[Any]]) -> WrittenIndex:
        """Take up what ``sections`` gave. Raises ValueError if they do not fit."""
        new = cls(key)
        empty = DigestTable().sections()
        own = {name.removeprefix("written."): array for name, array in sections.items()}
        mine = {name: own[name] for name in ("md5.words", "md5.entries")}
        new._table = DigestTable.from_sections({**empty, **mine})
        if own["hints"].shape != own["masks"].shape:
            raise ValueError("the sections of hints do not belong together")
        new._hints = Hints(own["hints"], own["masks"])
        names = {number: name for name, number in KIND.items()}
        new._digested = frozenset((names[one // 8], one % 8) for one in own["digested"].tolist())
        return new


def _scope(asked: Candidates, row: int, begins: NDArray[np.int64]) -> tuple[int, int, int]:
    """Which scope a candidate was of, whose it is and how long: what begins inside an address is a domain."""
    owner, start, end = int(asked.owners[row]), int(asked.starts[row]), int(asked.ends[row])
    if start > begins[owner]:
        return 2, owner, end - start
    first = row == 0 or int(asked.owners[row - 1]) != owner
    return (0 if first else 1), owner, end - start


def _spellings(form: str, scope: int) -> Iterator[tuple[int, str]]:
    """The texts that a hashed list may have digested for an address: with either scheme, or without one."""
    for text in _below(form, scope):
        if scope == 2:
            yield len(text), text
        else:
            bare = text[len(SCHEME) :]
            yield from ((len(bare), spelled) for spelled in (text, "https://" + bare, bare))


def _below(form: str, scope: int) -> Iterator[str]:
    """The address, or its prefixes, or its domains."""
    if scope == 0:
        yield form
        return
    place, _, path = form[len(SCHEME) :].partition("?")[0].partition("/")
    if scope == 1:
        yield SCHEME + place
        yield from (f"{SCHEME}{place}/{path[:at]}" for at in range(1, len(path) + 1) if path[at : at + 1] in ("/", ""))
        return
    host = place if place.endswith("]") else place.partition(":")[0] if place[0] != "[" else place.rpartition(":")[0]
    labels = host.split(".")
    yield host
    if not is_address(host):
        yield from (".".join(labels[at:]) for at in range(1, len(labels) - 1))
