"""The compiled inner loops of searching: probing chunk tables, sweeping over entries, checking candidates.

Queries are (b, 8) class words, plain and transposed (``words.query_words``), each with a mask of orientations. They
come in groups of near neighbours: ``members[groups[g]:groups[g + 1]]`` are the queries of group g, the first is its
centre, and ``bounds[g]`` is the radius plus the largest distance of a member from the centre. An entry further than
that from the centre in every orientation is, by the triangle inequality, a match of no member (an orientation moves
and complements bits of both alike, so it keeps distances).

Nearly all the time goes into waiting for memory. So the tables are small, buckets are looked up many at a time, and
entries are fetched ahead of their check.

A hit is packed in a uint64: 23 bits query, 3 orientation, 6 distance, 32 slot. Hits may repeat.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from lightkeeper.detect.matching.compiling import array_of, kernel, part, popcount, prefetch, tuple_of
from lightkeeper.detect.matching.layout import WIDE_BASE
from lightkeeper.detect.matching.tables import bucket_of

BUCKETS = 1024
"""Buckets looked up at a time."""

ROOM = 4096
"""Candidates gathered before they are checked."""

LANES = 256
"""Entries compared at a time."""

TWO_WORD_BOUND, THREE_WORD_BOUND = 46, 68
"""Up to these bounds, two or three of the four words tell nearly every unrelated entry from a near one: in the best
mirror image they are 61 +- 5 and 90 +- 5 bits apart."""

WIDE = np.uint64(WIDE_BASE)
LOW_WORD = np.uint64(0xFFFFFFFF)
ZERO, ONE, TWO, THREE = (np.uint64(n) for n in range(4))
"""Unsigned, so that indexing with them needs no test for negative indices."""

_words = array_of(types.uint64, 2)
_hits = array_of(types.uint64, 1, writable=True)
_longs = array_of(types.int64)
_halves_of_batch = (array_of(types.uint8), _longs, _longs, _longs, types.int64)


@part
def _mirror_distances(e: Any, slot: Any, q: Any, query: Any, h: Any) -> Any:
    """Distances of an entry to a query plain, mirrored, flipped and both."""
    a = popcount(e[slot, ZERO] ^ q[query, h])
    b = popcount(e[slot, ONE] ^ q[query, h + ONE])
    c = popcount(e[slot, TWO] ^ q[query, h + TWO])
    d = popcount(e[slot, THREE] ^ q[query, h + THREE])
    return d + a + b + c, d + 128 - a + b - c, d + 128 - a - b + c, d + 128 + a - b - c


@part
def _examine(entries: Any, slot: Any, words: Any, masks: Any, members: Any, first: Any, last: Any, radius: Any,
             hits: Any, count: Any) -> Any:  # fmt: skip
    """Append the exact hits of one entry among the members of a group."""
    for n in range(first, last):
        query = members[np.uint64(n)]
        for half in range(2):
            wanted = (np.int64(masks[np.uint64(query)]) >> (4 * half)) & 15
            if wanted == 0:
                continue
            distances = _mirror_distances(entries, slot, words, np.uint64(query), np.uint64(4 * half))
            for sign in range(4):
                if (wanted >> sign) & 1 and distances[sign] <= radius:
                    if count == hits.size:
                        larger = np.empty(2 * count, np.uint64)
                        larger[:count] = hits
                        hits = larger
                    packed = (query << 9) | ((4 * half + sign) << 6) | distances[sign]
                    hits[count] = (np.uint64(packed) << np.uint64(32)) | np.uint64(slot)
                    count += 1
    return hits, count


@part
def _union(masks: Any, members: Any, first: Any, last: Any) -> Any:
    """Orientations wanted by any member of a group."""
    union = np.int64(0)
    for n in range(first, last):
        union |= np.int64(masks[members[n]])
    return union


@part
def _near_of_two(lanes: Any, q: Any, near: Any) -> None:
    """Bound distances from below by the words (even, even) and (odd, odd)."""
    p0, p3, t0, t3 = q[0], q[3], q[4], q[7]
    for n in range(LANES):
        i = np.uint64(n)
        e0, e3 = lanes[ZERO, i], lanes[THREE, i]
        a, b = popcount(e0 ^ p0), popcount(e0 ^ t0)
        near[i] = min(popcount(e3 ^ p3) + min(a, 64 - a), popcount(e3 ^ t3) + min(b, 64 - b))


@part
def _near_of_three(lanes: Any, q: Any, near: Any) -> None:
    """Bound distances from below by all words but (odd, even)."""
    p0, p1, p3, t0, t1, t3 = q[0], q[1], q[3], q[4], q[5], q[7]
    for n in range(LANES):
        i = np.uint64(n)
        e0, e1, e3 = lanes[ZERO, i], lanes[ONE, i], lanes[THREE, i]
        a, b = popcount(e0 ^ p0), popcount(e1 ^ p1)
        c, d = popcount(e0 ^ t0), popcount(e1 ^ t1)
        plain = popcount(e3 ^ p3) + min(a, 64 - a) + min(b, 64 - b)
        near[i] = min(plain, popcount(e3 ^ t3) + min(c, 64 - c) + min(d, 64 - d))


@part
def _least(a: Any, b: Any, c: Any, d: Any) -> Any:
    """Give the distance to the nearest mirror image from the distances of the words."""
    return d + min(min(a + b + c, 128 - a + b - c), min(128 - a - b + c, 128 + a - b - c))


@part
def _near_of_all(lanes: Any, q: Any, near: Any) -> None:
    """Find the distances to the nearest of all eight orientations."""
    p0, p1, p2, p3, t0, t1, t2, t3 = q[0], q[1], q[2], q[3], q[4], q[5], q[6], q[7]
    for n in range(LANES):
        i = np.uint64(n)
        e0, e1, e2, e3 = lanes[ZERO, i], lanes[ONE, i], lanes[TWO, i], lanes[THREE, i]
        plain = _least(popcount(e0 ^ p0), popcount(e1 ^ p1), popcount(e2 ^ p2), popcount(e3 ^ p3))
        turned = _least(popcount(e0 ^ t0), popcount(e1 ^ t1), popcount(e2 ^ t2), popcount(e3 ^ t3))
        near[i] = min(plain, turned)


@part
def _near_of_plain(lanes: Any, q: Any, near: Any) -> None:
    """Find the distances to a query as it is."""
    p0, p1, p2, p3 = q[0], q[1], q[2], q[3]
    for n in range(LANES):
        i = np.uint64(n)
        near[i] = (
            popcount(lanes[ZERO, i] ^ p0)
            + popcount(lanes[ONE, i] ^ p1)
            + popcount(lanes[TWO, i] ^ p2)
            + popcount(lanes[THREE, i] ^ p3)
        )


@part
def _near(lanes: Any, query: Any, union: Any, bound: Any, near: Any) -> None:
    """Fill each lane's distance to the nearest wanted orientation of a query, or a lower bound that serves as well."""
    if union == 1:
        _near_of_plain(lanes, query, near)
    elif bound <= TWO_WORD_BOUND:
        _near_of_two(lanes, query, near)
    elif bound <= THREE_WORD_BOUND:
        _near_of_three(lanes, query, near)
    else:
        _near_of_all(lanes, query, near)


@part
def _within(near: Any, number: Any, bound: Any, places: Any) -> Any:
    """List the lanes within a bound; their number."""
    count = 0
    for n in range(number):
        places[np.uint64(count)] = n
        count += 1 if near[np.uint64(n)] <= bound else 0
    return count


@part
def _check(entries: Any, found: Any, size: Any, lanes: Any, near: Any, places: Any, words: Any, masks: Any,
           members: Any, first: Any, last: Any, union: Any, bound: Any, radius: Any, hits: Any,
           count: Any) -> Any:  # fmt: skip
    """Check gathered candidates against the centre of a group, and the few near ones against its members."""
    for begin in range(0, size, LANES):
        number = min(LANES, size - begin)
        for n in range(number):
            i = np.uint64(n)
            slot = np.uint64(found[np.uint64(begin + n)])
            for w in range(4):
                lanes[np.uint64(w), i] = entries[slot, np.uint64(w)]
        _near(lanes, words[members[first]], union, bound, near)
        for n in range(_within(near, number, bound, places)):
            slot = np.uint64(found[begin + places[n]])
            hits, count = _examine(entries, slot, words, masks, members, first, last, radius, hits, count)
    return hits, count


@part
def _keys(words: Any, masks: Any, members: Any, first: Any, last: Any, table: Any, keys: Any) -> Any:
    """Give the distinct buckets of a group in one table; their number."""
    count = 0
    for n in range(first, last):
        query = members[n]
        for half in range(2):
            if (np.int64(masks[query]) >> (4 * half)) & 15 == 0:
                continue
            key = np.int64(bucket_of(words[query, 4 * half + table[0]], table[1], table[2], table[3]))
            known = False
            for k in range(count):
                known |= keys[k] == key
            if not known:
                keys[count] = key
                count += 1
    return count


@part
def _ranges(packs: Any, wide: Any, table: Any, key: Any, changes: Any, first: Any, last: Any, starts: Any,
            counts: Any) -> Any:  # fmt: skip
    """Find where the slots of the buckets around a key lie: how many buckets are not empty, and how many slots."""
    packs_from = np.uint64(table[4])
    bits = np.uint64(32 >> table[5])
    few = (ONE << np.uint64(table[5])) - ONE
    mask = (ONE << bits) - ONE
    bucket = np.uint64(key)
    number = 0
    total = np.uint64(0)
    for n in range(first, last):
        b = bucket ^ np.uint64(changes[np.uint64(n)])
        prefetch(packs, np.int64(packs_from + (b >> np.uint64(table[5]))))
    for n in range(first, last):
        b = bucket ^ np.uint64(changes[np.uint64(n)])
        pack = packs[packs_from + (b >> np.uint64(table[5]))]
        place = b & few
        start = pack >> np.uint64(32)
        if start >= WIDE:
            place += start - WIDE
            start = np.uint64(wide[place])
            size = np.uint64(wide[place + ONE]) - start
        else:
            ends = pack & LOW_WORD
            before = ((ends << bits) >> (bits * place)) & mask
            size = ((ends >> (bits * place)) & mask) - before
            start += before
        starts[np.uint64(number)] = start
        counts[np.uint64(number)] = size
        number += 1 if size > ZERO else 0
        total += size
    return number, np.int64(total)


@part
def _gather(slots: Any, table: Any, starts: Any, counts: Any, number: Any, found: Any, size: Any) -> Any:
    """Copy the slots of buckets to ``found``, four at a time."""
    t = np.uint64(table)
    for n in range(number):
        prefetch(slots, table * slots.shape[1] + np.int64(starts[np.uint64(n)]))
    for n in range(number):
        place = starts[np.uint64(n)]
        left = np.int64(counts[np.uint64(n)])
        while True:
            to = np.uint64(size)
            found[to] = slots[t, place]
            found[to + ONE] = slots[t, place + ONE]
            found[to + TWO] = slots[t, place + TWO]
            found[to + THREE] = slots[t, place + THREE]
            if left <= 4:
                size += left
                break
            size += 4
            left -= 4
            place += np.uint64(4)
    return size


@part
def _steps(words: Any, masks: Any, members: Any, first: Any, last: Any, tables: Any) -> Any:
    """List what a group looks up, (n, 4): table, bucket, and the changes to it from the third to before the fourth."""
    keys = np.empty(2 * (last - first) + 1, np.int64)
    most = np.int64(0)
    for t in range(tables.shape[0]):
        most += (tables[t, 7] - tables[t, 6] + BUCKETS - 1) // BUCKETS
    steps = np.empty((most * keys.size, 4), np.int64)
    count = 0
    for t in range(tables.shape[0]):
        for k in range(_keys(words, masks, members, first, last, tables[t], keys)):
            for begin in range(tables[t, 6], tables[t, 7], BUCKETS):
                steps[count, 0] = t
                steps[count, 1] = keys[k]
                steps[count, 2] = begin
                steps[count, 3] = min(begin + BUCKETS, tables[t, 7])
                count += 1
    return steps, count


@part
def _probe_group(entries: Any, packs: Any, wide: Any, slots: Any, tables: Any, changes: Any, words: Any, masks: Any,
                 members: Any, first: Any, last: Any, bound: Any, radius: Any, budget: Any, starts: Any, counts: Any,
                 lanes: Any, near: Any, places: Any, hits: Any, count: Any) -> Any:  # fmt: skip
    """Search for one group; hits, their number, and the number of candidates (more than ``budget``: given up)."""
    found = np.empty(ROOM + 8, np.uint32)
    union = _union(masks, members, first, last)
    steps, last_step = _steps(words, masks, members, first, last, tables)
    candidates = np.int64(0)
    size = 0
    for n in range(last_step + 1):
        number = 0
        total = np.int64(0)
        if n < last_step:
            number, total = _ranges(packs, wide, tables[steps[n, 0]], steps[n, 1], changes, steps[n, 2], steps[n, 3],
                                    starts, counts)  # fmt: skip
        candidates += total
        if candidates > budget:
            break
        if n == last_step or size + total > found.size - 8:  # one place for both: code that is compiled once
            hits, count = _check(entries, found, size, lanes, near, places, words, masks, members, first, last, union,
                                 bound, radius, hits, count)  # fmt: skip
            size = 0
            if total > found.size - 8:
                found = np.empty(total + 8, np.uint32)
        if n < last_step:
            before = size
            size = _gather(slots, steps[n, 0], starts, counts, number, found, size)
            for m in range(before, size):
                prefetch(entries, 4 * np.int64(found[np.uint64(m)]))
    return hits, count, candidates


@kernel(tuple_of(_hits, types.int64, types.int64)(
    _words, array_of(types.uint64), array_of(types.uint32), array_of(types.uint32, 2),
    array_of(types.int64, 2), array_of(types.uint32), _words, *_halves_of_batch, types.int64,
))  # fmt: skip
def probe(entries: Any, packs: Any, wide: Any, slots: Any, tables: Any, changes: Any, words: Any,
          masks: Any, members: Any, groups: Any, bounds: Any, radius: Any, budget: Any) -> Any:  # fmt: skip
    """Search by the chunk tables.

    ``tables`` has a row for each: class word, shift, width, folded, start in ``packs``, packing, and the
    first and last of its bucket ``changes``. Returns hits, their number, and the number of candidates; the last is
    -1 when it went over ``budget`` and the search was given up.
    """
    hits = np.empty(256, np.uint64)
    count = 0
    candidates = np.int64(0)
    starts = np.empty(BUCKETS, np.uint64)
    counts = np.empty(BUCKETS, np.uint64)
    lanes = np.zeros((4, LANES), np.uint64)
    near = np.empty(LANES, np.int64)
    places = np.empty(LANES + 1, np.int64)
    for g in range(groups.size - 1):
        hits, count, more = _probe_group(entries, packs, wide, slots, tables, changes, words, masks, members,
                                         groups[g], groups[g + 1], bounds[g], radius, budget - candidates, starts,
                                         counts, lanes, near, places, hits, count)  # fmt: skip
        candidates += more
        if candidates > budget:
            return hits, count, np.int64(-1)
    return hits, count, candidates


@kernel(tuple_of(_hits, types.int64)(_words, _words, *_halves_of_batch))
def sweep(entries: Any, words: Any, masks: Any, members: Any, groups: Any, bounds: Any, radius: Any) -> Any:
    """Search by comparing every entry with every group's centre. Returns hits and their number."""
    hits = np.empty(256, np.uint64)
    count = 0
    lanes = np.zeros((4, LANES), np.uint64)
    near = np.empty(LANES, np.int64)
    places = np.empty(LANES + 1, np.int64)
    unions = np.empty(groups.size, np.int64)
    for g in range(groups.size - 1):
        unions[g] = _union(masks, members, groups[g], groups[g + 1])
    for begin in range(0, entries.shape[0], LANES):
        number = min(LANES, entries.shape[0] - begin)
        for n in range(number):
            for w in range(4):
                lanes[np.uint64(w), np.uint64(n)] = entries[np.uint64(begin + n), np.uint64(w)]
        for g in range(groups.size - 1):
            first = groups[g]
            last = groups[g + 1]
            _near(lanes, words[members[first]], unions[g], bounds[g], near)
            for n in range(_within(near, number, bounds[g], places)):
                slot = np.uint64(begin + places[n])
                hits, count = _examine(entries, slot, words, masks, members, first, last, radius, hits, count)
    return hits, count
