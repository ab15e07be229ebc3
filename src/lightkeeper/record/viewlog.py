"""The view log: who is about to see what, written before they do, and its end. Rows are added, never changed.

The functions that write are part of an act of a room above, which opens the transaction and writes the event.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.timezone import now

from lightkeeper.record.models import Reveal, RevealEnded
from lightkeeper.record.types import RevealEnd, RevealLevel, RevealPurpose, Track

MOST: Final = 1000
"""Rows that are read at once."""


class Place(NamedTuple):
    """Where a reveal stands in the log as it is read, the newest first."""

    began_at: datetime
    number: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the log is asked for: reveals of these items, or by this person, since and until a time; None is all."""

    items: tuple[int, ...] | None = None
    person: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """One reveal as it is read. ``seconds`` and ``how`` are None while its end was not heard of."""

    number: int
    public: UUID
    person: int
    role: str
    item: int
    case_item: int
    track: str
    level: str
    part: str
    purpose: str
    policy: int
    began_at: datetime
    seconds: float | None
    how: str | None


def begin_reveal(
    *, person: int, role: str, item: int, case_item: int, track: Track, level: RevealLevel, part: str,
    purpose: RevealPurpose, policy: int, limit: int,
) -> Reveal:  # fmt: skip
    """Write that somebody is about to see something, for ``limit`` seconds at most. No bytes before it commits."""
    return Reveal.objects.create(
        person=person, role=role, item_id=item, case_item=case_item, track=track, level=level, part=part,
        purpose=purpose, policy=policy, limit=limit, began_at=now(),
    )  # fmt: skip


def end_reveal(reveal: Reveal, *, seconds: float, how: RevealEnd) -> RevealEnded:
    """Write how a reveal ended. ``seconds`` as the browser says, never more than the limit or than have passed.

    One whose end was not heard of counts in full: whoever had it may have seen it as long as they could.
    IntegrityError if it ended already.
    """
    at = now()
    passed = max((at - reveal.began_at).total_seconds(), 0.0)
    counted = reveal.limit if how is RevealEnd.UNKNOWN else min(max(seconds, 0.0), passed, reveal.limit)
    return RevealEnded.objects.create(reveal=reveal, ended_at=at, seconds=counted, how=how)


def looks(wanted: Wanted, *, before: Place | None = None, limit: int = MOST) -> list[Seen]:
    """The newest of what is asked for, or the newest before a place: where one page ended, the next one begins."""
    rows = _wanted(wanted).order_by("-began_at", "-pk")
    if before is not None:
        earlier = Q(began_at__lt=before.began_at) | Q(began_at=before.began_at, pk__lt=before.number)
        rows = rows.filter(earlier, began_at__lte=before.began_at)  # the latter is what an index is read from
    return _read(rows[:limit])


def count_looks(wanted: Wanted) -> int:
    """How many there are of what is asked for."""
    return _wanted(wanted).count()


def _wanted(wanted: Wanted) -> QuerySet[Reveal]:
    asked = {
        "item__in": wanted.items,
        "person": wanted.person,
        "began_at__gte": wanted.since,
        "began_at__lte": wanted.until,
    }
    return Reveal.objects.filter(**{name: value for name, value in asked.items() if value is not None})


def seen_in(case_item: int, *, person: int | None = None) -> list[Seen]:
    """What was seen of an item of a case, by one person or by all, in order."""
    rows = Reveal.objects.filter(case_item=case_item).order_by("pk")
    return _read(rows if person is None else rows.filter(person=person))


def open_reveals(*, before: datetime) -> QuerySet[Reveal]:
    """Reveals that began before a time and have no end, the oldest first."""
    return Reveal.objects.filter(end=None, began_at__lt=before).order_by("pk")


def _read(rows: QuerySet[Reveal]) -> list[Seen]:
    return [
        Seen(*row)
        for row in rows.annotate(lasted=F("end__seconds"), ended=F("end__how")).values_list(
            "pk", "public", "person", "role", "item_id", "case_item", "track", "level", "part", "purpose", "policy",
            "began_at", "lasted", "ended",
        )
    ]  # fmt: skip
