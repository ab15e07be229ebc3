"""Putting rows of words in order: quick for random rows, safe for equal and hostile ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def row_order(rows: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Give the order that sorts (n, w) rows by all their words, equal rows in the order given.

    Sorting by the first word settles random rows; only those that share it are sorted by the others.
    """
    first = np.ascontiguousarray(rows[:, 0])
    order = np.argsort(first)
    key = first[order]
    same = key[1:] == key[:-1]
    if same.any():
        tied = np.zeros(len(rows), np.bool_)
        tied[1:] |= same
        tied[:-1] |= same
        places = np.flatnonzero(tied)
        among = order[places]
        columns = [among] + [rows[among, w] for w in range(rows.shape[1] - 1, -1, -1)]
        order[places] = among[np.lexsort(columns)]
    return order
