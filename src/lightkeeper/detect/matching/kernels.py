"""The compiled inner loops of searching: probing chunk tables, sweeping over entries, checking candidates.

Queries are (b, 8) class words, plain and transposed (``words.query_words``), each with a mask of orientations. They
come in groups of near neighbours: ``members[groups[g]:groups[g + 1]]`` are the queries of group g, the first is its
centre, and ``bounds[g]`` is the radius plus the largest distance of a member from the centre. An entry further than
that from the centre in every orientation is, by the triangle inequality, a match of no member (an orientation moves
and complements bits of both alike, so it keeps distances).

A hit is packed in a uint64: 23 bits query, 3 orientation, 6 distance, 32 slot. Hits may repeat.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from lightkeeper.detect.matching.compiling import array_of, kernel, part, popcount, prefetch, tuple_of
from lightkeeper.detect.matching.layout import AS_IS, COMPLEMENTED

BLOCK = 1024
"""Buckets looked up at a time."""

ROOM = 8192
"""Candidates gathered before they are checked."""

AHEAD = 12
"""How many candidates ahead of its check an entry is fetched."""

ZERO, ONE, TWO, THREE, FOUR, FIVE, SIX, SEVEN = (np.uint64(n) for n in range(8))
"""Unsigned, so that indexing with them needs no test for negative indices."""

_words = array_of(types.uint64, 2)
_hits = array_of(types.uint64, 1, writable=True)
_longs = array_of(types.int64, 1)


@part
def _mirror_distances(e0: Any, e1: Any, e2: Any, e3: Any, q0: Any, q1: Any, q2: Any, q3: Any) -> Any:
    """Distances of an entry to a query plain, mirrored, flipped and both."""
    a = popcount(e0 ^ q0)
    b = popcount(e1 ^ q1)
    c = popcount(e2 ^ q2)
    d = popcount(e3 ^ q3)
    return d + a + b + c, d + 128 - a + b - c, d + 128 - a - b + c, d + 128 + a - b - c


@part
def _nearest(entries: Any, slot: Any, centres: Any, g: Any, halves: Any) -> Any:
    """Smallest distance of an entry to the orientations of a centre: half 1 plain, 2 mirrors, 4 transposed too."""
    e0 = entries[slot, ZERO]
    e1 = entries[slot, ONE]
    e2 = entries[slot, TWO]
    e3 = entries[slot, THREE]
    near = np.int64(256)
    if halves & 3:
        p, m, f, t = _mirror_distances(
            e0, e1, e2, e3, centres[g, ZERO], centres[g, ONE], centres[g, TWO], centres[g, THREE]
        )
        near = min(min(p, m), min(f, t)) if halves & 2 else p
    if halves & 4:
        p, m, f, t = _mirror_distances(
            e0, e1, e2, e3, centres[g, FOUR], centres[g, FIVE], centres[g, SIX], centres[g, SEVEN]
        )
        near = min(near, min(min(p, m), min(f, t)))
    return near


@part
def _halves(union: Any) -> Any:
    """Which distances the orientations in a mask need, for :func:`_nearest`."""
    halves = 0
    if union & 15:
        halves = 1 if (union & 15) == 1 else 2
    if union >> 4:
        halves |= 4
    return halves


@part
def _grown(hits: Any) -> Any:
    larger = np.empty(2 * hits.size, np.uint64)
    larger[: hits.size] = hits
    return larger


@part
def _examine(entry: Any, slot: Any, words: Any, masks: Any, members: Any, radius: Any, hits: Any, count: Any) -> Any:
    """Append the exact hits of one entry among the members of a group."""
    for n in range(members.size):
        query = members[n]
        for half in range(2):
            wanted = (np.int64(masks[query]) >> (4 * half)) & 15
            if wanted == 0:
                continue
            h = 4 * half
            distances = _mirror_distances(
                entry[slot, 0], entry[slot, 1], entry[slot, 2], entry[slot, 3],
                words[query, h], words[query, h + 1], words[query, h + 2], words[query, h + 3],
            )  # fmt: skip
            for sign in range(4):
                distance = distances[sign]
                if (wanted >> sign) & 1 and distance <= radius:
                    if count == hits.size:
                        hits = _grown(hits)
                    packed = (query << 9) | ((h + sign) << 6) | distance
                    hits[count] = (np.uint64(packed) << np.uint64(32)) | np.uint64(slot)
                    count += 1
    return hits, count


@part
def _union(masks: Any, members: Any) -> Any:
    union = np.int64(0)
    for n in range(members.size):
        union |= np.int64(masks[members[n]])
    return union


@part
def _bucket(word: Any, shift: Any, width: Any) -> Any:
    """Bucket number of a chunk: folded with its complement, which has the same number but for the lowest bit."""
    full = (ONE << np.uint64(width - 1)) - ONE
    chunk = (word >> np.uint64(shift)) & ((full << ONE) | ONE)
    high = chunk >> np.uint64(width - 1)
    low = chunk & full
    if high:
        low = low ^ full
    return np.int64((low << ONE) | high)


@part
def _keys(words: Any, masks: Any, members: Any, table: Any, keys: Any) -> Any:
    """Get the distinct bucket numbers of a group in one table, doubled; plus one where the complement is wanted too."""
    word, shift, width = table[0], table[1], table[2]
    count = 0
    for n in range(members.size):
        for half in range(2):
            wanted = (np.int64(masks[members[n]]) >> (4 * half)) & 15
            plain = (wanted & AS_IS[word]) != 0
            turned = (wanted & COMPLEMENTED[word]) != 0
            if not (plain or turned):
                continue
            bucket = _bucket(words[members[n], 4 * half + word], shift, width)
            key = 2 * (bucket & ~1) + 1 if plain and turned else 2 * (bucket if plain else bucket ^ 1)
            known = False
            for k in range(count):
                known |= keys[k] == key
            if not known:
                keys[count] = key
                count += 1
    return count


@part
def _check(entries: Any, found: Any, size: Any, words: Any, masks: Any, members: Any, centre: Any, halves: Any,
           bound: Any, radius: Any, hits: Any, count: Any) -> Any:  # fmt: skip
    """Check gathered candidates against the centre, and the few near ones against the members."""
    for n in range(size, size + AHEAD):
        found[np.uint64(n)] = 0
    for n in range(min(AHEAD, size)):
        prefetch(entries, 4 * np.int64(found[np.uint64(n)]))
    for n in range(size):
        prefetch(entries, 4 * np.int64(found[np.uint64(n + AHEAD)]))
        slot = np.uint64(found[np.uint64(n)])
        if _nearest(entries, slot, words, centre, halves) <= bound:
            hits, count = _examine(entries, slot, words, masks, members, radius, hits, count)
    return hits, count


@part
def _ranges(offsets: Any, slots: Any, key: Any, changes: Any, low: Any, high: Any) -> Any:
    """Where the slots of the buckets around a key lie; their number."""
    pair = np.int64(key & 1)
    bucket = np.int64(key >> 1)
    total = np.int64(0)
    for n in range(changes.size):
        first = (bucket ^ np.int64(changes[np.uint64(n)])) & ~pair
        start = np.int64(offsets[np.uint64(first)])
        stop = np.int64(offsets[np.uint64(first + 1 + pair)])
        prefetch(slots, start)
        low[n] = start
        high[n] = stop
        total += stop - start
    return total


@kernel(tuple_of(_hits, types.int64, types.int64)(
    _words, array_of(types.uint32), array_of(types.uint32, 2), array_of(types.int64, 2), _longs,
    array_of(types.uint32), _longs, _words, array_of(types.uint8), _longs, _longs, _longs, types.int64, types.int64,
))  # fmt: skip
def probe(entries: Any, offsets: Any, slots: Any, tables: Any, reaches: Any, balls: Any, ball_ends: Any, words: Any,
          masks: Any, members: Any, groups: Any, bounds: Any, radius: Any, budget: Any) -> Any:  # fmt: skip
    """Search by the chunk tables.

    ``reaches`` is the number of bucket changes per table, taken from ``balls`` where the table's begin
    (``ball_ends``). Returns hits, their number, and the number of candidates; the last is -1 when it went over
    ``budget`` and the search was given up.
    """
    hits = np.empty(256, np.uint64)
    count = 0
    candidates = 0
    found = np.empty(ROOM + AHEAD + 8, np.uint32)
    low = np.empty(BLOCK, np.int64)
    high = np.empty(BLOCK, np.int64)
    keys = np.empty(2 * members.size + 1, np.int64)
    for g in range(groups.size - 1):
        group = members[groups[g] : groups[g + 1]]
        halves = _halves(_union(masks, group))
        size = 0
        for t in range(tables.shape[0]):
            if reaches[t] == 0:
                continue
            part_offsets = offsets[tables[t, 3] :]
            part_slots = slots[t]
            number = _keys(words, masks, group, tables[t], keys)
            for k in range(number):
                for begin in range(0, reaches[t], BLOCK):
                    end = min(begin + BLOCK, reaches[t])
                    changes = balls[ball_ends[t] + begin : ball_ends[t] + end]
                    candidates += _ranges(part_offsets, part_slots, keys[k], changes, low, high)
                    if candidates > budget:
                        return hits, count, np.int64(-1)
                    for n in range(end - begin):
                        place = low[n]
                        while place < high[n]:
                            if size > ROOM - 4:
                                hits, count = _check(entries, found, size, words, masks, group, group[0], halves,
                                                     bounds[g], radius, hits, count)  # fmt: skip
                                size = 0
                            for ahead in range(4):
                                found[np.uint64(size + ahead)] = part_slots[np.uint64(place + ahead)]
                            taken = min(high[n] - place, 4)
                            size += taken
                            place += taken
        hits, count = _check(entries, found, size, words, masks, group, group[0], halves, bounds[g], radius,
                             hits, count)  # fmt: skip
    return hits, count, candidates


@kernel(tuple_of(_hits, types.int64)(
    _words, _words, array_of(types.uint8), _longs, _longs, _longs, types.int64,
))  # fmt: skip
def sweep(entries: Any, words: Any, masks: Any, members: Any, groups: Any, bounds: Any, radius: Any) -> Any:
    """Search by comparing every entry with every group's centre. Returns hits and their number."""
    hits = np.empty(256, np.uint64)
    count = 0
    number = groups.size - 1
    halves = np.empty(number, np.int64)
    for g in range(number):
        halves[g] = _halves(_union(masks, members[groups[g] : groups[g + 1]]))
    for slot in range(np.uint64(entries.shape[0])):
        for g in range(number):
            if _nearest(entries, slot, words, members[groups[g]], halves[g]) <= bounds[g]:
                group = members[groups[g] : groups[g + 1]]
                hits, count = _examine(entries, slot, words, masks, group, radius, hits, count)
    return hits, count


@kernel(tuple_of(types.int64, types.int64)(
    _words, types.int64, array_of(types.int64, 1, writable=True), array_of(types.int64, 1, writable=True),
    array_of(types.int64, 1, writable=True), array_of(types.int64, 1, writable=True),
))  # fmt: skip
def group_queries(words: Any, span: Any, group_of: Any, centres: Any, spans: Any, sizes: Any) -> Any:
    """Put each query to its nearest centre within ``span`` bits, or make it a centre.

    Fills the group of each query, and each group's centre, largest distance and size. Returns the number of groups
    and the largest span.
    """
    number = 0
    widest = np.int64(0)
    for query in range(words.shape[0]):
        best = number
        nearest = span + 1
        for g in range(number):
            apart = np.int64(0)
            for w in range(4):
                apart += popcount(words[query, w] ^ words[centres[g], w])
            if apart < nearest:
                nearest = apart
                best = g
        if best == number:
            centres[number] = query
            spans[number] = 0
            sizes[number] = 0
            number += 1
            nearest = np.int64(0)
        group_of[query] = best
        sizes[best] += 1
        spans[best] = max(spans[best], nearest)
        widest = max(widest, nearest)
    return np.int64(number), widest


@kernel(types.void(_words, array_of(types.int64, 2), array_of(types.uint32, 1, writable=True),
                   array_of(types.uint32, 2, writable=True)))  # fmt: skip
def fill_tables(entries: Any, tables: Any, offsets: Any, slots: Any) -> None:
    """Sort the slots of all entries into the buckets of each table by counting."""
    for t in range(tables.shape[0]):
        word, shift, width, start = tables[t, 0], tables[t, 1], tables[t, 2], tables[t, 3]
        buckets = np.int64(1) << width
        ends = offsets[start : start + buckets + 1]
        ends[:] = 0
        for n in range(entries.shape[0]):
            ends[_bucket(entries[n, word], shift, width)] += np.uint32(1)
        total = np.uint32(0)
        for b in range(buckets + 1):
            total += ends[b]
            ends[b] = total
        # Filled from the last, each bucket's end moves down to its start; slots within a bucket ascend.
        for n in range(entries.shape[0] - 1, -1, -1):
            bucket = _bucket(entries[n, word], shift, width)
            ends[bucket] -= np.uint32(1)
            slots[t, ends[bucket]] = np.uint32(n)
