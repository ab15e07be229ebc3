"""What a scanner searches: a catalog of list files, or what a service keeps in its place."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lightkeeper.detect.findings import Match, Told
from lightkeeper.detect.matching.catalog import KnownEntry
from lightkeeper.detect.matching.hits import Hits


class Searchable(Protocol):
    """Entries that can be searched, as they were at one moment. Threads may call every method at the same time."""

    @property
    def digest_algorithms(self) -> AbstractSet[str]:
        """The digests that any entry has."""

    def reach(self, radius: int, possible_radius: int) -> ArrayLike:
        """How far to search, in bits, for a scanner with these radii: one number, or one for each list."""

    def search(self, values: NDArray[np.uint8], *, orientations: ArrayLike, radius: ArrayLike) -> Hits:
        """Search for PDQ hashes (n, 32) of one picture's variants; see ``PdqIndex.search``."""

    def find_digests(self, digests: Mapping[str, bytes]) -> list[int]:
        """Numbers of the entries whose digest equals one of those given by algorithm."""

    def entry(self, number: int) -> KnownEntry:
        """What the list says of an entry."""

    def told(self, found: Mapping[int, Match]) -> Told:
        """Of everything that one scan found here, what may be told: a list on trial counts and keeps silent."""
