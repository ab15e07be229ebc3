"""A batch of queries prepared for searching: class words, orientation masks, groups of near neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lightkeeper.detect.matching.grouping import group_queries
from lightkeeper.detect.matching.words import query_words

CENTRE_BOUND = 100
"""How far from a group's centre an entry may be and still be worth comparing with each member. Entries unrelated to a
query are 128 +- 8 bits away, so that about one in 500 is this near in any orientation."""

MAX_RADIUS = 63
"""The largest radius; distances of hits take six bits."""


_FIRST = np.zeros(1, np.int64)
_FROM_TO = np.arange(2)
"""Members, groups and spans of a single query."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Queries in groups: ``members[groups[g]:groups[g + 1]]``, the centre first, none further off than ``spans[g]``.

    ``words`` is (b, 8) uint64, ``masks`` (b,) uint8, ``union`` the orientations of any query.
    """

    words: NDArray[np.uint64]
    masks: NDArray[np.uint8]
    members: NDArray[np.int64]
    groups: NDArray[np.int64]
    spans: NDArray[np.int64]
    union: int


def prepare(bases: NDArray[np.uint8], orientations: ArrayLike, radius: int) -> Batch:
    """Group a batch for a search with ``radius``.

    Raises ValueError when ``bases`` is not (b, 32) bytes or ``orientations`` not one mask or one for each base.
    """
    values = as_values(bases)
    masks = _masks(orientations, len(values))
    words = query_words(values)
    count = len(values)
    if count == 1:
        return Batch(words, masks, _FIRST, _FROM_TO, _FIRST, int(masks[0]))
    group_of, centres, spans, sizes = (np.zeros(count, np.int64) for _ in range(4))
    number = group_queries(words, max(CENTRE_BOUND - radius, 0), group_of, centres, spans, sizes)
    groups = np.zeros(number + 1, np.int64)
    np.cumsum(sizes[:number], out=groups[1:])
    members = np.argsort(group_of, kind="stable")
    union = int(np.bitwise_or.reduce(masks)) if count else 0
    return Batch(words, masks, members, groups, spans[:number], union)


def as_values(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Check that values are (n, 32) bytes; raises ValueError."""
    array = np.asarray(values)
    if array.dtype != np.uint8 or array.ndim != 2 or array.shape[1] != 32:
        raise ValueError(f"PDQ values must be bytes of shape (n, 32), not {array.dtype} of shape {array.shape}")
    return array


def _masks(orientations: ArrayLike, count: int) -> NDArray[np.uint8]:
    single: object = orientations
    if isinstance(single, int) and 0 <= single <= 255:  # the usual case, without the cost of general arrays
        return np.full(count, single, np.uint8)
    masks = np.asarray(orientations)
    if masks.dtype.kind not in "iu" or masks.ndim > 1 or (masks.ndim == 1 and len(masks) != count):
        raise ValueError(f"orientations must be one mask, or one for each of the {count} queries")
    if masks.size and (int(masks.min()) < 0 or int(masks.max()) > 255):
        raise ValueError("an orientation mask has eight bits, 0 to 255")
    return np.ascontiguousarray(np.broadcast_to(masks, (count,)), np.uint8)
