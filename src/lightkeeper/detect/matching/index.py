"""The index of PDQ hashes: exact search within a Hamming radius, in all orientations, open to changes at any time."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lightkeeper.detect.matching.files import IndexFileError, SectionFile, read_sections, write_sections
from lightkeeper.detect.matching.hits import Hits, collect, joined
from lightkeeper.detect.matching.orientations import PLAIN_ONLY
from lightkeeper.detect.matching.queries import MAX_RADIUS, as_values, prepare
from lightkeeper.detect.matching.segments import build, search
from lightkeeper.detect.matching.self_test import run as run_self_test
from lightkeeper.detect.matching.snapshots import Snapshot, Tail, merged
from lightkeeper.detect.matching.words import entry_words

FILE_KIND = "pdq-index"
TAIL_ROOM = 2048
"""Added entries are kept unsorted up to this many, then become a segment."""

MERGE_UP_TO = 1 << 18
"""Segments are merged on the way only up to this size, so that no single addition takes long."""

MAX_ENTRIES = 2**32 - 1
BATCH = 1 << 16


class PdqIndex:
    """Entries are numbered from 0 in the order in which they were given; numbers are never used again.

    Each entry belongs to a list (0 to 65535), and a search may give each list its own radius. Any number of threads
    may search while others add and remove: a search sees the index as it was at one moment.
    """

    def __init__(self) -> None:
        self._snapshot = Snapshot.empty(TAIL_ROOM)
        self._frozen = False
        self._writing = threading.Lock()

    @classmethod
    def build(
        cls, values: NDArray[np.uint8], *, lists: ArrayLike = 0, self_test: bool = True, radius: int = 31
    ) -> PdqIndex:
        """Give an index of (n, 32) bytes; entry numbers are positions. ``lists`` is one number or one for each value.

        Tests itself at ``radius`` unless told not to. Raises ValueError for values or lists of another shape, and
        IndexSelfTestError.
        """
        index = cls()
        index.add(values, lists=lists)
        if self_test:
            index.self_test(radius=radius)
        return index

    def __len__(self) -> int:
        return self._snapshot.live

    @property
    def next_entry(self) -> int:
        """The number that the next entry added will have."""
        return self._snapshot.next_entry

    @property
    def nbytes(self) -> int:
        """Memory held by the index in bytes, mapped files included."""
        return self._snapshot.nbytes

    def add(self, values: NDArray[np.uint8], *, lists: ArrayLike = 0) -> NDArray[np.int64]:
        """Add (n, 32) values; the next search finds them. Returns their entry numbers."""
        values = as_values(values)
        numbers = _list_numbers(lists, len(values))
        words = entry_words(values)
        with self._writing:
            self._check_writable()
            old = self._snapshot
            if old.next_entry + len(values) > MAX_ENTRIES:
                raise ValueError(f"an index holds at most {MAX_ENTRIES} entries")
            entries = np.arange(old.next_entry, old.next_entry + len(values), dtype=np.uint32)
            if len(values) <= old.tail.room:
                self._snapshot = old.with_tail(old.tail.extended(words, entries, numbers))
            elif len(values):
                self._snapshot = self._with_segment(old, words, entries, numbers)
        return entries.astype(np.int64)

    def _with_segment(
        self, old: Snapshot, words: NDArray[np.uint64], entries: NDArray[np.uint32], lists: NDArray[np.uint16]
    ) -> Snapshot:
        """Turn the tail and new entries into a segment, taking in older segments that are not much larger."""
        parts = [*old.tail.parts(), (words, entries, lists)]
        size = sum(len(part[1]) for part in parts)
        kept = list(old.segments)
        while kept and len(kept[-1]) <= 2 * size and len(kept[-1]) + size <= MERGE_UP_TO:
            parts.insert(0, kept[-1].parts())
            size += len(kept.pop())
        return old.with_segments((*kept, build(*merged(parts, old.dead))), len(entries), Tail.empty(TAIL_ROOM))

    def remove(self, entries: ArrayLike) -> int:
        """Remove entries by number; the next search does not find them. Returns how many there were.

        Numbers that are not in the index (any more) are passed over.
        """
        numbers = np.unique(np.asarray(entries, np.int64).reshape(-1))
        with self._writing:
            self._check_writable()
            self._snapshot, count = self._snapshot.without(numbers)
        return count

    def forked(self) -> PdqIndex:
        """Give a copy that may be changed while this one stays as it is for those who search it; costs nothing.

        The two share memory, so this one can be changed no more: ``add`` and ``remove`` then raise RuntimeError. It may
        be forked again when the copy was given up: only the newest copy may be searched.
        """
        copy = PdqIndex()
        with self._writing:
            copy._snapshot = self._snapshot
            self._frozen = True
        return copy

    def _check_writable(self) -> None:
        if self._frozen:
            raise RuntimeError("an index that was forked is changed no more")

    def compact(self) -> None:
        """Merge everything into one segment, leaving removed entries out. Searches go on meanwhile."""
        with self._writing:
            self._snapshot = self._compacted()

    def _compacted(self) -> Snapshot:
        old = self._snapshot
        parts = [*(segment.parts() for segment in old.segments), *old.tail.parts()]
        if not parts or (len(old.segments) == 1 and not len(old.tail) and len(old.segments[0]) == old.live):
            return old
        return old.with_segments((build(*merged(parts, old.dead)),), 0, Tail.empty(TAIL_ROOM))

    def search(self, bases: NDArray[np.uint8], *, orientations: ArrayLike = PLAIN_ONLY, radius: ArrayLike = 31) -> Hits:
        """Every entry within the radius of a query in one of its orientations; exact.

        ``bases`` is (b, 32) bytes: give all variants of a picture at once, near ones share their work.
        ``orientations`` is a mask (see ``orientations``) or one for each query. ``radius`` is 0 to 63 bits, or one for
        each list, by number: there -1 leaves a list out. Raises ValueError for anything else.
        """
        radii = _radii(radius)
        widest = int(radii.max(initial=0))
        snapshot = self._snapshot
        found: list[Hits] = []
        for first in range(0, max(len(bases), 1), BATCH):
            masks = orientations if np.ndim(orientations) == 0 else np.asarray(orientations)[first : first + BATCH]
            batch = prepare(bases[first : first + BATCH], masks, widest)
            if len(batch.masks) == 0:
                continue
            for segment in snapshot.searched():
                packed = search(segment, batch, widest)
                if len(packed):
                    found.append(collect(packed, segment, first, radii, snapshot.dead))
        return joined(found)

    def self_test(self, *, radius: int = 31, sample: int = 64, seed: int = 1) -> None:
        """Search for planted neighbours of a sample of entries; raises IndexSelfTestError unless all are found."""
        run_self_test(self, radius=radius, sample=sample, seed=seed)

    def sample(self, count: int) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """Up to ``count`` live entries spread over the index: numbers and (n, 4) class words."""
        return self._snapshot.sample(count)

    def sections(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """Give the index, compacted, as arrays and metadata for ``files.write_sections``."""
        with self._writing:
            self._snapshot = snapshot = self._compacted()
        return snapshot.sections()

    @classmethod
    def from_sections(cls, sections: Mapping[str, NDArray[Any]], metadata: Mapping[str, Any]) -> PdqIndex:
        """Take up what :meth:`sections` gave; arrays stay where they are. Raises ValueError if they do not fit."""
        index = cls()
        index._snapshot = Snapshot.from_sections(sections, metadata, TAIL_ROOM)
        return index

    def save(self, path: Path | str) -> None:
        """Write the index to a file (mode 0600), replacing it as a whole. Raises OSError."""
        sections, metadata = self.sections()
        write_sections(path, kind=FILE_KIND, sections=sections, metadata=metadata)

    @classmethod
    def open(cls, path: Path | str, *, self_test: bool = True, radius: int = 31) -> PdqIndex:
        """Map a saved index from memory; additions and removals stay in memory.

        Raises IndexFileError for a damaged or foreign file, IndexSelfTestError when it does not find its entries.
        """
        return opened(path, read_sections(path, kind=FILE_KIND), self_test=self_test, radius=radius)


def opened(path: Path | str, content: SectionFile, *, self_test: bool, radius: int) -> PdqIndex:
    """Give the index in a checked file; raises IndexFileError when its sections do not belong together."""
    try:
        index = PdqIndex.from_sections(content.sections, content.metadata)
    except (KeyError, TypeError, ValueError) as error:
        raise IndexFileError(path, f"its sections do not belong together: {error}") from error
    if self_test:
        index.self_test(radius=radius)
    return index


def _list_numbers(lists: ArrayLike, count: int) -> NDArray[np.uint16]:
    numbers = np.asarray(lists)
    if numbers.dtype.kind not in "iu" or numbers.ndim > 1 or (numbers.ndim == 1 and len(numbers) != count):
        raise ValueError(f"lists must be one list number, or one for each of the {count} values")
    if numbers.size and (int(numbers.min()) < 0 or int(numbers.max()) > 65535):
        raise ValueError("list numbers are 0 to 65535")
    return np.ascontiguousarray(np.broadcast_to(numbers, (count,)), np.uint16)


def _radii(radius: ArrayLike) -> NDArray[np.int64]:
    single: object = radius
    if isinstance(single, int) and 0 <= single <= MAX_RADIUS:  # the usual case, without the cost of general arrays
        return np.array(single)
    radii = np.asarray(radius)
    if radii.dtype.kind not in "iu" or radii.ndim > 1:
        raise ValueError("radius must be a whole number of bits, or one for each list")
    lowest = -1 if radii.ndim else 0
    if radii.size and (int(radii.min()) < lowest or int(radii.max()) > MAX_RADIUS):
        raise ValueError(f"radius must be 0 to {MAX_RADIUS} bits")
    return radii.astype(np.int64)
