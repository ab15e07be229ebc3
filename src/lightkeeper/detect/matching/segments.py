"""A segment: an immutable part of an index, with its chunk tables and the exact search in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lightkeeper.detect.matching import kernels
from lightkeeper.detect.matching.layout import CANDIDATE_NS, SWEEP_ENTRY_NS, SWEEP_GROUP_NS, Layout, layout_of, plan
from lightkeeper.detect.matching.queries import Batch
from lightkeeper.detect.matching.sorting import row_order
from lightkeeper.detect.matching.tables import PADDING, fill, no_tables

TABLES_FROM = 1 << 14
"""Segments with fewer values have no tables: sweeping them is as quick."""

WIDE_CHUNKS_FROM = 1 << 18
"""From this many values on, three wide chunks a word are quicker than four narrow ones."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Distinct values in ascending order, each with its entries.

    ``words`` (m, 4) class words; the entries of value v are ``entries[starts[v]:starts[v + 1]]`` (numbers in the
    index) with their ``lists``; ``starts`` is empty when every value has one entry. ``packs``, ``wide`` and
    ``slots`` are the chunk tables of ``layout`` (see ``tables``), empty when it is None.
    """

    words: NDArray[np.uint64]
    starts: NDArray[np.uint32]
    entries: NDArray[np.uint32]
    lists: NDArray[np.uint16]
    packs: NDArray[np.uint64]
    wide: NDArray[np.uint32]
    slots: NDArray[np.uint32]
    layout: Layout | None

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def nbytes(self) -> int:
        """Size of the arrays in bytes."""
        return sum(array.nbytes for array in self.sections().values())

    def sections(self) -> dict[str, NDArray[np.generic]]:
        """Give the arrays by name, for a file."""
        return {name: getattr(self, name) for name in SECTION_TYPES}

    def parts(self) -> tuple[NDArray[np.uint64], NDArray[np.uint32], NDArray[np.uint16]]:
        """Class words, number and list of every entry."""
        words = self.words
        if len(self.starts):
            words = np.repeat(words, np.diff(self.starts), axis=0)
        return words, self.entries, self.lists

    @classmethod
    def from_sections(cls, sections: Mapping[str, NDArray[np.generic]], chunks: int) -> Segment:
        """Give the segment of arrays read from a file. Raises ValueError when they do not belong together."""
        layout = layout_of(chunks, len(sections["words"]).bit_length()) if chunks in (3, 4) else None
        segment = cls(layout=layout, **{name: sections[name] for name in SECTION_TYPES})  # type: ignore[arg-type]
        tables = (len(layout.words), len(segment.words) + PADDING) if layout else (0, 0)
        expected = {
            "packs": (layout.packs_size if layout else 0,),
            "slots": tables,
        }
        shapes = {"words": (len(segment.words), 4), "lists": segment.entries.shape} | expected
        for name, kind in SECTION_TYPES.items():
            array = sections[name]
            if array.dtype != kind or shapes.get(name, array.shape) != array.shape:
                raise ValueError(f"section {name} has type {array.dtype} and shape {array.shape}")
        starts_expected = len(segment.words) + 1 if len(segment.words) != len(segment.entries) else 0
        if len(segment.starts) not in (starts_expected, len(segment.words) + 1):
            raise ValueError("section starts does not fit the values")
        return segment


SECTION_TYPES: dict[str, type[np.generic]] = {
    "words": np.uint64, "starts": np.uint32, "entries": np.uint32, "lists": np.uint16,
    "packs": np.uint64, "wide": np.uint32, "slots": np.uint32,
}  # fmt: skip


def build(words: NDArray[np.uint64], entries: NDArray[np.uint32], lists: NDArray[np.uint16]) -> Segment:
    """Give a segment of (n, 4) class words with their entry numbers and lists, in any order."""
    order = row_order(words)
    words = words[order]
    fresh = np.ones(len(words), np.bool_)
    if len(words) > 1:
        np.any(words[1:] != words[:-1], axis=1, out=fresh[1:])
    starts = np.empty(0, np.uint32)
    if not fresh.all():
        starts = np.append(np.flatnonzero(fresh), len(words)).astype(np.uint32)
        words = words[fresh]
    chunks = 0 if len(words) < TABLES_FROM else 4 if len(words) < WIDE_CHUNKS_FROM else 3
    layout = layout_of(chunks, len(words).bit_length()) if chunks else None
    tables = fill(words, layout) if layout else no_tables()
    segment = Segment(words, starts, entries[order], lists[order], *tables, layout)
    for array in segment.sections().values():
        array.flags.writeable = False
    return segment


def search(segment: Segment, batch: Batch, radius: int) -> NDArray[np.uint64]:
    """Every value within ``radius`` bits of a query, as distinct packed hits (see ``kernels``), ascending."""
    bounds = batch.spans + radius
    hits = _probe(segment, batch, bounds, radius)
    if hits is None:
        found, count = kernels.sweep(
            segment.words, batch.words, batch.masks, batch.members, batch.groups, bounds, radius
        )
        hits = found[:count]
    if len(hits) < 2:
        return hits
    hits = np.sort(hits)
    fresh = np.ones(len(hits), np.bool_)
    np.not_equal(hits[1:], hits[:-1], out=fresh[1:])
    return hits[fresh]


def _probe(segment: Segment, batch: Batch, bounds: NDArray[np.int64], radius: int) -> NDArray[np.uint64] | None:
    """Hits by way of the tables; None where sweeping is estimated, or turns out, to be quicker."""
    if segment.layout is None:
        return None
    sweep_cost = len(segment.words) * (SWEEP_ENTRY_NS + SWEEP_GROUP_NS * len(batch.spans))
    chosen = plan(segment.layout.chunks, radius, segment.layout.magnitude, batch.union)
    if chosen is None or chosen.cost * len(batch.masks) > sweep_cost:
        return None
    found, count, candidates = kernels.probe(
        segment.words, segment.packs, segment.wide, segment.slots, chosen.tables, chosen.changes,
        batch.words, batch.masks, batch.members, batch.groups, bounds, radius,
        int(sweep_cost / CANDIDATE_NS) + 1000,
    )  # fmt: skip
    return None if candidates < 0 else found[:count]
