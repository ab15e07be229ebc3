"""The chunk tables of a segment: for every chunk value, the slots of the entries that have it.

A bucket of a folded table holds a chunk value and its complement, so that both are found in one look: the chunk's
lower bits, complemented if its highest bit is set. The places of buckets are kept in a byte or two each, so that the
tables stay in the processor's caches: a word holds, for 2 ** p neighbouring buckets (the packing p is 1, 2 or 3), where
the first begins (32 bits), and in the lower half where each of them ends after that (32 / 2 ** p bits each, the first
lowest). Where they hold too many slots for that, the upper half is WIDE_BASE plus a place in a list of plain starts.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numpy.typing import NDArray

from lightkeeper.detect.matching.compiling import array_of, kernel, part
from lightkeeper.detect.matching.layout import WIDE_BASE, Layout

ONE = np.uint64(1)

PADDING = 4
"""Unused slots at the end of each table, because they are copied four at a time."""


@part
def bucket_of(word: Any, shift: Any, width: Any, folded: Any) -> Any:
    """Give the bucket of a chunk."""
    full = (ONE << np.uint64(width)) - ONE
    chunk = (word >> np.uint64(shift)) & full
    if folded:
        return min(chunk, chunk ^ full)
    return chunk


@kernel(types.void(array_of(types.uint64, 2), types.int64, types.int64, types.int64, types.int64,
                   array_of(types.uint32, 1, writable=True), array_of(types.uint32, 1, writable=True)))  # fmt: skip
def _sort_slots(entries: Any, word: Any, shift: Any, width: Any, folded: Any, starts: Any, slots: Any) -> None:
    """Sort all slots by their bucket, ascending within it. ``starts`` has one more than there are buckets."""
    w = np.uint64(word)
    starts[:] = 0
    for n in range(entries.shape[0]):
        starts[bucket_of(entries[np.uint64(n), w], shift, width, folded)] += np.uint32(1)
    total = np.uint32(0)
    for b in range(starts.size):
        total += starts[b]
        starts[b] = total
    # Filled from the last, each bucket's end moves down to its start.
    for n in range(entries.shape[0] - 1, -1, -1):
        bucket = bucket_of(entries[np.uint64(n), w], shift, width, folded)
        starts[bucket] -= np.uint32(1)
        slots[np.uint64(starts[bucket])] = np.uint32(n)


Tables = tuple[NDArray[np.uint64], NDArray[np.uint32], NDArray[np.uint32]]
"""Packs of bucket ends, wide starts, and (T, m + PADDING) slots."""


def no_tables() -> Tables:
    """Give the arrays of a segment without tables."""
    none = np.empty(0, np.uint32)
    return none.astype(np.uint64), none, none.reshape(0, 0)


def fill(words: NDArray[np.uint64], layout: Layout) -> Tables:
    """Make the tables of (m, 4) class words."""
    slots = np.zeros((len(layout.words), len(words) + PADDING), np.uint32)
    packs = np.empty(layout.packs_size, np.uint64)
    wide: list[NDArray[np.uint32]] = [np.empty(0, np.uint32)]
    wide_size = 0
    for t, (word, shift, width, folded, begin, packing) in enumerate(layout.columns().tolist()):
        starts = np.empty(layout.buckets[t] + 1, np.uint32)
        _sort_slots(words, word, shift, width, folded, starts, slots[t, : len(words)])
        packed, crowded = _packed(starts, packing, wide_size)
        packs[begin : begin + len(packed)] = packed
        wide.append(crowded)
        wide_size += len(crowded)
    return packs, np.concatenate(wide), slots


def _packed(starts: NDArray[np.uint32], packing: int, wide_size: int) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
    """Pack the starts of buckets; the second array continues the wide starts, which are ``wide_size`` so far."""
    few, bits = 1 << packing, 32 >> packing
    first = starts[:-1:few].astype(np.uint64)
    packs = first << np.uint64(32)
    for n in range(few):
        packs |= (starts[n + 1 :: few][: len(first)] - first) << np.uint64(bits * n)
    crowded = np.flatnonzero(starts[few::few] - starts[:-1:few] >= 1 << bits)
    places = WIDE_BASE + wide_size + (few + 1) * np.arange(len(crowded), dtype=np.uint64)
    packs[crowded] = places << np.uint64(32)
    return packs, starts[crowded[:, None] * few + np.arange(few + 1)].reshape(-1)
