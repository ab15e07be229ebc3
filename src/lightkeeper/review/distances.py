"""What would have been found with another radius: from the distances that are stored with findings.

They reach as far as was searched: within the radius that the list had, and for possible matches a little further. What
a wider radius would find more nobody has looked for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lightkeeper.review.models import Finding
from lightkeeper.review.precision import told_of
from lightkeeper.review.statistics import Share, share

MOST: Final = 20_000
"""Findings that are read, the newest."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Items at one distance: confirmed, found not to be, and all others: not graded yet, or nobody could tell."""

    distance: int
    right: int
    wrong: int
    others: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a radius would have meant: items that stay, and that go, with what people found of these.

    ``right``: of the items drawn at random that stay, how many people found illegal; None where none was judged.
    """

    radius: int
    stay: int
    go: int
    go_right: int
    go_wrong: int
    right: Share | None


@dataclass(frozen=True, slots=True)
class _Found:
    distance: int
    told: bool | None


class Distances:
    """The items that a list found by PDQ, each once: by its nearest finding, and by the nearest that was drawn."""

    def __init__(self, nearest: dict[int, int], drawn: dict[int, int], told: dict[int, bool | None]) -> None:
        self._all = [_Found(distance, told.get(item)) for item, distance in nearest.items()]
        self._drawn = [_Found(distance, told.get(item)) for item, distance in drawn.items()]
        self.cut = False

    def __len__(self) -> int:
        return len(self._all)

    @property
    def drawn(self) -> int:
        """Items of which a finding was drawn."""
        return len(self._drawn)

    def bars(self) -> list[Bar]:
        """Items by distance, those distances that there are."""
        counted: dict[int, Counter[bool | None]] = defaultdict(Counter)
        for one in self._all:
            counted[one.distance][one.told] += 1
        return [Bar(distance, n[True], n[False], n[None]) for distance, n in sorted(counted.items())]

    def at(self, radius: int) -> Candidate:
        """What this radius would have meant."""
        gone = [one for one in self._all if one.distance > radius]
        judged = [one.told for one in self._drawn if one.distance <= radius and one.told is not None]
        return Candidate(
            radius=radius, stay=len(self._all) - len(gone), go=len(gone),
            go_right=sum(one.told is True for one in gone), go_wrong=sum(one.told is False for one in gone),
            right=share(sum(judged), len(judged)),
        )  # fmt: skip


def distances(list_id: int, since: datetime | None = None) -> Distances:
    """The stored distances of a list's PDQ findings since a time."""
    rows = Finding.objects.filter(list_id=list_id, algorithm="pdq").defer("sealed").select_related("case_item")
    rows = rows if since is None else rows.filter(found_at__gte=since)
    found = list(rows.order_by("-found_at", "-pk")[: MOST + 1])
    told = told_of(row.case_item for row in found)
    answer = Distances(_nearest(found[:MOST]), _nearest(row for row in found[:MOST] if row.sampled), told)
    answer.cut = len(found) > MOST
    return answer


def _nearest(rows: Iterable[Finding]) -> dict[int, int]:
    nearest: dict[int, int] = {}
    for row in rows:
        item = row.case_item.item_id
        nearest[item] = min(row.distance, nearest.get(item, row.distance))
    return nearest
