"""The state of an index at one moment: immutable, so that readers need no lock.

Added entries go to a tail, kept in order of arrival and swept over; a full tail becomes a segment. Removed entries
stay where they are, with a bit set, until a merge leaves them out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lightkeeper.detect.matching.segments import SECTION_TYPES, Segment
from lightkeeper.detect.matching.tables import no_tables

Part = tuple[NDArray[np.uint64], NDArray[np.uint32], NDArray[np.uint16]]
"""Class words, entry numbers and lists of some entries."""


@dataclass(frozen=True, slots=True)
class Tail:
    """Entries in order of arrival: the first ``size`` rows of arrays with room for more.

    Extending writes behind the rows that this tail shows, and so disturbs no reader of it. Only the newest tail is
    extended, one thread at a time.
    """

    words: NDArray[np.uint64]
    entries: NDArray[np.uint32]
    lists: NDArray[np.uint16]
    size: int

    @classmethod
    def empty(cls, room: int) -> Tail:
        """Give a tail with room for so many entries."""
        return cls(np.empty((room, 4), np.uint64), np.empty(room, np.uint32), np.empty(room, np.uint16), 0)

    def __len__(self) -> int:
        return self.size

    @property
    def room(self) -> int:
        """How many more entries it takes."""
        return len(self.words) - self.size

    def extended(self, words: NDArray[np.uint64], entries: NDArray[np.uint32], lists: NDArray[np.uint16]) -> Tail:
        """Give this tail with more entries, in the same arrays."""
        end = self.size + len(entries)
        self.words[self.size : end] = words
        self.entries[self.size : end] = entries
        self.lists[self.size : end] = lists
        return Tail(self.words, self.entries, self.lists, end)

    def parts(self) -> list[Part]:
        """Its entries, if any."""
        return [(self.words[: self.size], self.entries[: self.size], self.lists[: self.size])] if self.size else []

    def segment(self) -> Segment:
        """Give a view of it as a segment without tables."""
        none = np.empty(0, np.uint32)
        size = self.size
        return Segment(self.words[:size], none, self.entries[:size], self.lists[:size], *no_tables(), None)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Segments, tail, the bit set of removed entries, how many entries live, and the next entry's number."""

    segments: tuple[Segment, ...]
    tail: Tail
    dead: NDArray[np.uint8]
    live: int
    next_entry: int

    @classmethod
    def empty(cls, room: int) -> Snapshot:
        """Give the state of an index of nothing."""
        return cls((), Tail.empty(room), np.zeros(1, np.uint8), 0, 0)

    @property
    def nbytes(self) -> int:
        """Size of all arrays in bytes."""
        return sum(segment.nbytes for segment in self.segments) + self.tail.words.nbytes + self.dead.nbytes

    def searched(self) -> list[Segment]:
        """All segments, the tail as one of them."""
        return [*self.segments, *([self.tail.segment()] if len(self.tail) else [])]

    def with_tail(self, tail: Tail) -> Snapshot:
        """Give this state with a longer tail."""
        added = len(tail) - len(self.tail)
        end = self.next_entry + added
        return Snapshot(self.segments, tail, _with_room(self.dead, end), self.live + added, end)

    def with_segments(self, segments: tuple[Segment, ...], added: int, tail: Tail) -> Snapshot:
        """Give this state with other segments, of which ``added`` entries are new."""
        end = self.next_entry + added
        return Snapshot(segments, tail, _with_room(self.dead, end), self.live + added, end)

    def without(self, numbers: NDArray[np.int64]) -> tuple[Snapshot, int]:
        """Give this state without some entries (distinct numbers), and how many of them there were."""
        numbers = numbers[(numbers >= 0) & (numbers < self.next_entry)]
        bits = np.uint8(1) << (numbers & 7).astype(np.uint8)
        living = (self.dead[numbers >> 3] & bits) == 0
        count = int(living.sum())
        dead = self.dead.copy()
        np.bitwise_or.at(dead, numbers[living] >> 3, bits[living])
        return dataclasses.replace(self, dead=dead, live=self.live - count), count

    def sample(self, count: int) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """Up to ``count`` live entries spread over the segments and the tail: numbers and class words."""
        numbers, words = [], []
        segments = self.searched()
        for segment in segments:
            places = np.unique(np.linspace(0, len(segment) - 1, -(-count // len(segments))).astype(np.int64))
            slots = np.searchsorted(segment.starts, places, side="right") - 1 if len(segment.starts) else places
            entries = segment.entries[places].astype(np.int64)
            living = is_live(entries, self.dead)
            numbers.append(entries[living])
            words.append(segment.words[slots[living]])
        if not segments:
            return np.empty(0, np.int64), np.empty((0, 4), np.uint64)
        return np.concatenate(numbers), np.concatenate(words)

    def sections(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """Give the arrays and metadata of a compacted state."""
        segment = self.segments[0] if self.segments else self.tail.segment()
        chunks = segment.layout.chunks if segment.layout else 0
        names = {f"pdq.{name}": array for name, array in segment.sections().items()}
        metadata = {"chunks": chunks, "live": self.live, "next_entry": self.next_entry}
        return names, {"pdq": metadata}

    @classmethod
    def from_sections(cls, sections: Mapping[str, NDArray[Any]], metadata: Mapping[str, Any], room: int) -> Snapshot:
        """Give the state of arrays and metadata; raises ValueError when they do not fit."""
        described = metadata["pdq"]
        segment = Segment.from_sections({name: sections[f"pdq.{name}"] for name in SECTION_TYPES}, described["chunks"])
        end = int(described["next_entry"])
        highest = int(segment.entries.max(initial=0))
        if len(segment) != described["live"] or end < len(segment) or highest >= max(end, 1):
            raise ValueError("the numbers of entries do not fit")
        dead = np.zeros((end >> 3) + 1, np.uint8)
        return cls((segment,) if len(segment) else (), Tail.empty(room), dead, len(segment), end)


def is_live(entries: NDArray[np.int64], dead: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which entries are not in the bit set of removed ones."""
    living: NDArray[np.bool_] = (dead[entries >> 3] >> (entries & 7).astype(np.uint8)) & 1 == 0
    return living


def merged(parts: Sequence[Part], dead: NDArray[np.uint8]) -> Part:
    """All parts as one, without removed entries.

    Entries newer than the bit set are live: they are being added.
    """
    words, entries, lists = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    if not dead.any():
        return words, entries, lists
    living = np.ones(len(entries), np.bool_)
    known = entries.astype(np.int64) >> 3 < len(dead)
    living[known] = is_live(entries[known].astype(np.int64), dead)
    return words[living], entries[living], lists[living]


def _with_room(dead: NDArray[np.uint8], end: int) -> NDArray[np.uint8]:
    """Give the bit set with room for entries up to ``end``, grown by a quarter where it must grow."""
    if end >> 3 < len(dead):
        return dead
    return np.concatenate([dead, np.zeros((end >> 3) + 1 - len(dead) + len(dead) // 4, np.uint8)])
