"""The first pictures of all clusters, in the memory of this process: sealed in the database, searched here.

Exact: memory holds the first picture of every cluster that the transaction sees, and ``PdqIndex`` finds each hash
within a radius, in all eight orientations (why that is so, and its self-tests, are in ``detect/matching``).

Memory may hold what the transaction does not see: rows of another one that was undone, or has not ended yet. So each
search begins by reading the newest row that memory has and those that follow it; if the newest is not there as it was
(no two hashes are sealed to the same bytes), memory takes back all from the first that is not. Looking at the newest
is enough, because clusters are made one transaction after the other and stay: a row is remembered while all before it
are seen, and whoever does not see one of those does not see it either.
"""

from __future__ import annotations

import threading
from array import array
from typing import Final, NamedTuple

import numpy as np

from lightkeeper.detect.matching.index import PdqIndex
from lightkeeper.detect.matching.orientations import ALL_ORIENTATIONS
from lightkeeper.review.clusters import PURPOSE
from lightkeeper.review.models import Cluster
from lightkeeper.runtime.services import unseal_many

_AT_ONCE: Final = 5_000
"""Rows that are read and opened together."""
_NEWEST: Final = 64
"""Rows that can be taken back alone; where more are to go, all are read anew."""


class _Row(NamedTuple):
    """A cluster: its number, and the PDQ of its first picture as it is sealed."""

    number: int
    sealed: bytes


class Leaders:
    """What one process remembers. Any number of threads may ask, each in a transaction of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._start()

    def _start(self) -> None:
        self._index = PdqIndex()
        self._numbers = array("q")
        """The cluster of each entry of the index; what stands for entries that were removed is never asked for."""
        self._newest: list[tuple[int, _Row]] = []
        """The newest rows in order, each with its entry in the index."""

    def forget(self) -> None:
        """Forget everything: the next search reads it anew."""
        with self._lock:
            self._start()

    def nearest(self, pdq: bytes, radius: int) -> tuple[int, int] | None:
        """The number of the nearest cluster within a radius, the oldest of several, and its distance in bits.

        None where none is so near. ``pdq`` has 32 bytes, ``radius`` is 0 to 63. Raises SealError.
        """
        value = np.frombuffer(pdq, np.uint8).reshape(1, 32)
        with self._lock:
            self._catch_up()
            near = self._index.search(value, orientations=ALL_ORIENTATIONS, radius=radius)
            return (self._numbers[near.entry[0]], int(near.distance[0])) if len(near) else None

    def _catch_up(self) -> None:
        rows = self._from_newest()
        if self._newest and rows[:1] != [self._newest[-1][1]]:
            self._take_back()
            rows = self._from_newest()
        while new := rows[bool(self._newest) :]:
            self._remember(new)
            rows = self._from_newest() if len(new) > _AT_ONCE // 2 else []

    def _from_newest(self) -> list[_Row]:
        """The newest row that memory has, and those that follow."""
        first = self._newest[-1][1].number if self._newest else 0
        rows = Cluster.objects.filter(pk__gte=first).order_by("pk").values_list("pk", "sealed")
        return [_Row(number, bytes(sealed)) for number, sealed in rows[:_AT_ONCE]]

    def _remember(self, rows: list[_Row]) -> None:
        plains = unseal_many(PURPOSE, [row.sealed for row in rows])
        entries = self._index.add(np.frombuffer(b"".join(plains), np.uint8).reshape(-1, 32))
        self._numbers.extend(row.number for row in rows)
        self._newest = [*self._newest, *zip(entries.tolist(), rows, strict=True)][-_NEWEST:]

    def _take_back(self) -> None:
        rows = Cluster.objects.filter(pk__in=[row.number for _, row in self._newest]).values_list("pk", "sealed")
        there = {_Row(number, bytes(sealed)) for number, sealed in rows}
        right = next(place for place, (_, row) in enumerate([*self._newest, (0, None)]) if row not in there)
        if not right:
            self._start()
            return
        self._index.remove([entry for entry, _ in self._newest[right:]])
        del self._newest[right:]


LEADERS: Final = Leaders()
