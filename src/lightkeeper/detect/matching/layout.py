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

BUCKET_NS = 4.0
CANDIDATE_NS = 6.0
SWEEP_NS = 4.5
"""Measured cost of looking into a bucket, checking a candidate and sweeping over an entry, in nanoseconds."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The chunk tables of a segment: table t covers ``widths[t]`` bits of class word ``words[t]`` from ``shifts[t]``.

    ``starts`` is the place of each table's bucket offsets in the common array; a table has ``2 ** width + 1``.
    """

    chunks: int
    words: tuple[int, ...]
    shifts: tuple[int, ...]
    widths: tuple[int, ...]
    starts: tuple[int, ...]

    @property
    def offsets_size(self) -> int:
        """Number of bucket offsets of all tables together."""
        return sum(2**width + 1 for width in self.widths)

    def columns(self) -> NDArray[np.int64]:
        """For the kernels: (T, 4) word, shift, width, start of offsets."""
        return np.array(list(zip(self.words, self.shifts, self.widths, self.starts, strict=True)), np.int64)


@functools.lru_cache(maxsize=8)
def layout_of(chunks: int) -> Layout:
    """Give the layout with ``chunks`` (3 or 4) chunks in each of the four class words."""
    edges = [round(64 * c / chunks) for c in range(chunks + 1)]
    pieces = [(w, low, high - low) for w in range(4) for low, high in itertools.pairwise(edges)]
    widths = tuple(width for _, _, width in pieces)
    starts = tuple(itertools.accumulate((2**width + 1 for width in widths[:-1]), initial=0))
    return Layout(chunks, tuple(w for w, _, _ in pieces), tuple(low for _, low, _ in pieces), widths, starts)


@functools.lru_cache(maxsize=16)
def ball(width: int) -> NDArray[np.uint32]:
    """All bucket changes within MAX_REACH bits, nearest first, to be XORed to a bucket number.

    Bucket numbers fold a chunk and its complement together: the lower bits, complemented if the highest is set, then
    the highest bit. Changing the highest bit of a chunk therefore changes every bit of its bucket number.
    """
    single = [2 << bit for bit in range(width - 1)] + [2**width - 1]
    changes = [0]
    for weight in range(1, MAX_REACH + 1):
        chosen = itertools.combinations(single, weight)
        changes.extend(functools.reduce(int.__xor__, bits) for bits in chosen)
    return np.array(changes, np.uint32)


def ball_size(width: int, reach: int) -> int:
    """Count the chunks within ``reach`` bits of a chunk; none for reach -1."""
    return sum(math.comb(width, weight) for weight in range(reach + 1))


@dataclass(frozen=True, slots=True)
class Plan:
    """How far to probe each table (-1: not at all), and the estimated cost for one base in nanoseconds."""

    reaches: tuple[int, ...]
    cost: float


@functools.lru_cache(maxsize=1024)
def plan(chunks: int, radius: int, magnitude: int, orientations: int) -> Plan | None:
    """Give the cheapest reaches for a radius, an index of about ``2 ** magnitude`` entries and a set of orientations.

    None where no reaches up to MAX_REACH suffice.
    """
    layout = layout_of(chunks)
    reaches = [-1] * len(layout.words)
    keys = [_keys(word, orientations) for word in layout.words]

    def cost(table: int, reach: int) -> float:
        width = layout.widths[table]
        return keys[table] * ball_size(width, reach) * (BUCKET_NS + CANDIDATE_NS * 2.0 ** (magnitude - width))

    for _ in range(radius + 1):
        steps = [(cost(t, reach + 1) - cost(t, reach), t) for t, reach in enumerate(reaches) if reach < MAX_REACH]
        if not steps:
            return None
        reaches[min(steps)[1]] += 1
    return Plan(tuple(reaches), sum(cost(t, reach) for t, reach in enumerate(reaches)))


def _keys(word: int, orientations: int) -> int:
    """How many values a chunk of this class word has under the orientations."""
    halves = (orientations & 15, orientations >> 4)
    return sum(bool(half & AS_IS[word]) + bool(half & COMPLEMENTED[word]) for half in halves)


AS_IS = (0b1001, 0b0011, 0b0101, 0b1111)
"""For each class word, the mirror orientations (bit 0 plain, 1 mirrored, 2 flipped, 3 both) that leave it as it is."""

COMPLEMENTED = (0b0110, 0b1100, 0b1010, 0b0000)
"""For each class word, the mirror orientations that complement it."""
