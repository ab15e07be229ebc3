"""Distances by brute force, so that benchmarks see beyond any search radius."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from lightkeeper.detect.matching.compiling import popcount
from lightkeeper.detect.matching.orientations import oriented
from lightkeeper.detect.media.hashing import Queries


def in_all_orientations(made: Queries) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Every hash that is looked up for a frame, as (n, 4) words, and the number of its query."""
    values, numbers = [np.empty((0, 32), np.uint8)], [np.empty(0, np.int64)]
    for orientation in range(8):
        wanted = np.flatnonzero(made.orientations >> orientation & 1)
        values.append(oriented(made.values[wanted], orientation))
        numbers.append(wanted)
    return as_words(np.concatenate(values)), np.concatenate(numbers)


def as_words(values: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """PDQ values (n, 32) as (n, 4) words."""
    return np.ascontiguousarray(values).view(np.uint64)


@numba.njit
def nearest(queries: Any, entries: Any, histogram: Any) -> Any:
    """For each entry the smallest distance of any query and that query; counts all distances in ``histogram`` (257)."""
    best = np.full(entries.shape[0], 256, np.int64)
    by = np.zeros(entries.shape[0], np.int64)
    for query in range(queries.shape[0]):
        for entry in range(entries.shape[0]):
            distance = np.int64(0)
            for word in range(4):
                distance += popcount(queries[query, word] ^ entries[entry, word])
            histogram[distance] += 1
            if distance < best[entry]:
                best[entry] = distance
                by[entry] = query
    return best, by
