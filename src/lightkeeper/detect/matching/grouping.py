"""Putting queries that lie close together into groups, which share their candidates."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from lightkeeper.detect.matching.compiling import array_of, kernel, popcount

_longs = array_of(types.int64, 1, writable=True)


@kernel(types.int64(array_of(types.uint64, 2), types.int64, _longs, _longs, _longs, _longs))
def group_queries(words: Any, span: Any, group_of: Any, centres: Any, spans: Any, sizes: Any) -> Any:
    """Put each query to its nearest centre within ``span`` bits, or make it a centre.

    Fills the group of each query, and each group's centre, largest distance and size. Returns the number of groups.
    """
    number = 0
    for query in range(words.shape[0]):
        best = number
        nearest = np.int64(span + 1)
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
    return np.int64(number)
