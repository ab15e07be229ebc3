"""What a search found, and how the kernels' packed hits become entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lightkeeper.detect.matching.segments import Segment
from lightkeeper.detect.matching.snapshots import is_live


@dataclass(frozen=True, slots=True)
class Hits:
    """One row a hit, in four arrays of equal length, sorted by query, distance, entry, orientation.

    ``query`` (int64) is the number of the base, ``orientation`` (uint8) what was applied to it, ``entry`` (int64) the
    number of the entry, ``distance`` (uint8) their distance in bits.
    """

    query: NDArray[np.int64]
    orientation: NDArray[np.uint8]
    entry: NDArray[np.int64]
    distance: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.query)

    def nearest_per_entry(self) -> Hits:
        """For each entry its nearest hit only (the first query and lowest orientation of equals), nearest first."""
        order = np.lexsort((self.orientation, self.query, self.entry, self.distance))
        _, first = np.unique(self.entry[order], return_index=True)
        return self.taken(order[np.sort(first)])

    def taken(self, order: NDArray[np.intp]) -> Hits:
        """Take some of the rows, in an order."""
        return Hits(self.query[order], self.orientation[order], self.entry[order], self.distance[order])


def collect(
    packed: NDArray[np.uint64], segment: Segment, first_query: int, radii: NDArray[np.int64], dead: NDArray[np.uint8]
) -> Hits:
    """Give the live entries behind packed hits of a segment, each within the radius of its list.

    ``radii`` is one radius, or one for each list by number (a list beyond them is not searched); ``dead`` is a bit set
    of removed entries.
    """
    slots = (packed & np.uint64(0xFFFFFFFF)).astype(np.int64)
    high = (packed >> np.uint64(32)).astype(np.int64)
    places = slots
    if len(segment.starts):
        counts = (segment.starts[slots + 1] - segment.starts[slots]).astype(np.int64)
        begins = np.repeat(segment.starts[slots].astype(np.int64) - (np.cumsum(counts) - counts), counts)
        places = begins + np.arange(len(begins))
        high = np.repeat(high, counts)
    entries = segment.entries[places].astype(np.int64)
    keep = is_live(entries, dead)
    if radii.ndim:
        lists = segment.lists[places]
        keep &= (high & 63) <= np.append(radii, np.full(65536 - len(radii), -1))[lists]
    high, entries = high[keep], entries[keep]
    query = (high >> 9) + first_query
    return Hits(query, ((high >> 6) & 7).astype(np.uint8), entries, (high & 63).astype(np.uint8))


def joined(parts: Sequence[Hits]) -> Hits:
    """Give the hits of all parts, sorted."""
    if not parts:
        empty = np.empty(0, np.int64)
        return Hits(empty, empty.astype(np.uint8), empty, empty.astype(np.uint8))
    if len(parts) == 1 and len(parts[0]) < 2:
        return parts[0]
    query, orientation, entry, distance = (
        np.concatenate([getattr(part, name) for part in parts]) for name in Hits.__dataclass_fields__
    )
    hits = Hits(query, orientation, entry, distance)
    return hits.taken(np.lexsort((orientation, entry, distance, query)))
