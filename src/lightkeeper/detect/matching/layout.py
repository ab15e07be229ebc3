"""How the 256 bits are cut into chunks, and how far around a query's chunks the tables must be probed.

Pigeonhole: cut two hashes into T chunks and probe table t to distance r_t. If sum(r_t + 1) = radius + 1, two hashes
within the radius agree to within r_t in some chunk t (were every chunk further apart than r_t, the distance would be
at least radius + 1). So no match is missed, whatever the r_t; they are chosen for the least estimated work.
"""

from __future__ import annotations

import functools
import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_REACH = 4
"""The furthest distance within a chunk that a table is probed to."""

BUCKET_NS = 12.0
SLOTS_NS = 15.0
CANDIDATE_NS = 20.0
SWEEP_ENTRY_NS = 2.0
SWEEP_GROUP_NS = 2.7
"""Measured cost of looking into a bucket, fetching its slots if there are any, checking a candidate, sweeping over an
entry, and comparing it with one group, in nanoseconds. They steer the choice between plans, which all give the same
hits."""

WIDE_BASE = 1 << 31
"""Where a table keeps the places of crowded buckets apart, see ``tables``; a segment has fewer slots than this."""

UNFOLDED_WORD = 3
"""The class word that no orientation complements."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The tables of a segment: table t covers ``widths[t]`` bits of class word ``words[t]`` from ``shifts[t]``."""

    chunks: int
    magnitude: int
    words: tuple[int, ...]
    shifts: tuple[int, ...]
    widths: tuple[int, ...]

    @property
    def folded(self) -> tuple[bool, ...]:
        """Whether a table's buckets hold a chunk and its complement alike."""
        return tuple(word != UNFOLDED_WORD for word in self.words)

    @property
    def buckets(self) -> tuple[int, ...]:
        """Number of buckets of each table."""
        return tuple(1 << (width - fold) for width, fold in zip(self.widths, self.folded, strict=True))

    @property
    def packings(self) -> tuple[int, ...]:
        """How many buckets share a word of each table, as a power of two: fewer the fuller they are."""
        return tuple(_packing(2.0**self.magnitude / buckets) for buckets in self.buckets)

    @property
    def packs_size(self) -> int:
        """Number of words that hold the bucket ends of all tables."""
        return sum(buckets >> packing for buckets, packing in zip(self.buckets, self.packings, strict=True))

    def columns(self) -> NDArray[np.int64]:
        """Give (T, 6): word, shift, width, folded, start in the packs, packing."""
        sizes = (buckets >> packing for buckets, packing in zip(self.buckets, self.packings, strict=True))
        starts = list(itertools.accumulate(sizes, initial=0))[:-1]
        rows = zip(self.words, self.shifts, self.widths, self.folded, starts, self.packings, strict=True)
        return np.array(list(rows), np.int64)


def _packing(occupancy: float) -> int:
    """Choose how many buckets share a word, so that few words are too crowded."""
    return 3 if occupancy <= 1.1 else 2 if occupancy <= 50 else 1


@functools.lru_cache(maxsize=64)
def layout_of(chunks: int, magnitude: int) -> Layout:
    """Give the layout with ``chunks`` (3 or 4) chunks a class word, for about ``2 ** magnitude`` entries."""
    edges = [round(64 * c / chunks) for c in range(chunks + 1)]
    pieces = [(w, low, high - low) for w in range(4) for low, high in itertools.pairwise(edges)]
    words, shifts, widths = zip(*pieces, strict=True)
    return Layout(chunks, magnitude, words, shifts, widths)


@functools.lru_cache(maxsize=16)
def ball(width: int, folded: bool) -> NDArray[np.uint32]:
    """Give all bucket changes within MAX_REACH bits of a chunk, nearest first, to be XORed to a bucket.

    In a folded table, changing the highest bit of a chunk changes every bit of its bucket.
    """
    bits = width - folded
    single = [1 << bit for bit in range(bits)] + [(1 << bits) - 1] * folded
    changes = [0]
    for weight in range(1, MAX_REACH + 1):
        chosen = itertools.combinations(single, weight)
        changes.extend(functools.reduce(int.__xor__, some) for some in chosen)
    return np.array(changes, np.uint32)


def ball_size(width: int, reach: int) -> int:
    """Count the chunks within ``reach`` bits of a chunk; none for reach -1."""
    return sum(math.comb(width, weight) for weight in range(reach + 1))


@dataclass(frozen=True, slots=True)
class Plan:
    """How far to probe each table (-1: not at all), and what one base is estimated to cost in nanoseconds.

    For the kernel: ``tables`` (T, 8), the columns of the layout with where each table's bucket changes begin and end,
    and ``changes``.
    """

    reaches: tuple[int, ...]
    cost: float
    tables: NDArray[np.int64]
    changes: NDArray[np.uint32]


@functools.lru_cache(maxsize=1024)
def plan(chunks: int, radius: int, magnitude: int, orientations: int) -> Plan | None:
    """Give the cheapest reaches for a radius, about ``2 ** magnitude`` entries and a set of orientations.

    None where no reaches up to MAX_REACH suffice.
    """
    layout = layout_of(chunks, magnitude)
    keys = bool(orientations & 15) + bool(orientations >> 4)
    looks = [_look_cost(2.0**magnitude / buckets) * keys for buckets in layout.buckets]
    reaches = [-1] * len(layout.words)
    for _ in range(radius + 1):
        steps = [
            (looks[t] * math.comb(layout.widths[t], reach + 1), t)
            for t, reach in enumerate(reaches)
            if reach < MAX_REACH
        ]
        if not steps:
            return None
        reaches[min(steps)[1]] += 1
    sizes = [ball_size(width, reach) for width, reach in zip(layout.widths, reaches, strict=True)]
    tables, changes = _for_kernel(layout, sizes)
    return Plan(tuple(reaches), sum(look * size for look, size in zip(looks, sizes, strict=True)), tables, changes)


def _look_cost(occupancy: float) -> float:
    """Estimate the cost of looking into a bucket that holds so many slots on average."""
    return BUCKET_NS + SLOTS_NS * (1 - math.exp(-occupancy)) + CANDIDATE_NS * occupancy


def _for_kernel(layout: Layout, sizes: list[int]) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Give the table columns with where each table's bucket changes begin and end, and the changes."""
    kinds = sorted(set(zip(layout.widths, layout.folded, strict=True)))
    balls = {kind: ball(*kind) for kind in kinds}
    begins = dict(zip(kinds, itertools.accumulate((len(b) for b in balls.values()), initial=0), strict=False))
    first = np.array([begins[kind] for kind in zip(layout.widths, layout.folded, strict=True)], np.int64)
    return np.column_stack([layout.columns(), first, first + sizes]), np.concatenate(list(balls.values()))
