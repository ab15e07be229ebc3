"""How much somebody saw today at each level, against what the policy allows: hard stops, over all devices."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.db.models import F

from lightkeeper.people.models import Person
from lightkeeper.record.models import Reveal
from lightkeeper.record.policy import PolicyValues
from lightkeeper.record.types import RevealLevel, Track
from lightkeeper.review.models import DayExposure

TEXT: Final = "text"
"""The level under which the text of user reports is counted; it has no cap."""

CAPPED: Final = (RevealLevel.GREY.value, RevealLevel.FULL.value)
"""The levels of pictures that have caps; a tile shows too little to need one."""

COUNTED: Final = (*RevealLevel.values, TEXT)

History = list[tuple[date, dict[str, tuple[int, float]]]]
"""Count and seconds by level, for each of some days."""


@dataclass(frozen=True, slots=True)
class LevelBudget:
    """What was seen at a level on one day, and what is left of it: None where there is no cap."""

    level: str
    count: int
    seconds: float
    count_cap: int | None
    seconds_cap: int | None

    @property
    def count_left(self) -> int | None:
        """How many reveals are left."""
        return None if self.count_cap is None else max(self.count_cap - self.count, 0)

    @property
    def seconds_left(self) -> int | None:
        """How many whole seconds are left."""
        return None if self.seconds_cap is None else max(math.floor(self.seconds_cap - self.seconds), 0)

    @property
    def spent(self) -> bool:
        """Whether nothing of this level is left today."""
        return 0 in (self.count_left, self.seconds_left)

    @property
    def percent_left(self) -> int | None:
        """The smaller share that is left, of count and seconds, in whole per cent."""
        if self.count_cap is None or self.seconds_cap is None:
            return None
        shares = [
            100 * left // cap if cap else 0
            for left, cap in ((self.count_left or 0, self.count_cap), (self.seconds_left or 0, self.seconds_cap))
        ]
        return min(shares)


def counted_as(track: str, level: str) -> str:
    """The level under which a reveal is counted."""
    return TEXT if track == Track.TEXT else level


def budgets(person: Person, policy: PolicyValues, at: datetime) -> Mapping[str, LevelBudget]:
    """What this person saw on that day (UTC) and what is left, by level."""
    rows = {row.level: row for row in DayExposure.objects.filter(person=person, day=_day(at))}
    return {level: _budget(level, rows.get(level), policy) for level in COUNTED}


def begin(person: Person, level: str, at: datetime) -> None:
    """Count one reveal. The caller holds the person's shift (``shift.locked_shift``)."""
    _row(person, level, at)
    DayExposure.objects.filter(person=person, day=_day(at), level=level).update(count=F("count") + 1)


def end(person: Person, reveal: Reveal, seconds: float, *, shown: bool) -> None:
    """Count a reveal's seconds, on the day on which it began; one of which nothing was shown is not counted at all."""
    level = counted_as(reveal.track, reveal.level)
    _row(person, level, reveal.began_at)
    rows = DayExposure.objects.filter(person=person, day=_day(reveal.began_at), level=level)
    if shown:
        rows.update(seconds=F("seconds") + seconds)
    else:
        rows.filter(count__gt=0).update(count=F("count") - 1)


def history(person: Person, at: datetime, *, days: int = 14) -> History:
    """Count and seconds by level on each of the last days, today first; days without any are there too."""
    first = _day(at) - timedelta(days=days - 1)
    found: dict[date, dict[str, tuple[int, float]]] = {
        first + timedelta(days=number): dict.fromkeys(COUNTED, (0, 0.0)) for number in range(days)
    }
    for row in DayExposure.objects.filter(person=person, day__gte=first, day__lte=_day(at), level__in=COUNTED):
        found[row.day][row.level] = (row.count, row.seconds)
    return sorted(found.items(), reverse=True)


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def _row(person: Person, level: str, at: datetime) -> None:
    DayExposure.objects.get_or_create(person=person, day=_day(at), level=level)


def _budget(level: str, row: DayExposure | None, policy: PolicyValues) -> LevelBudget:
    capped = level in CAPPED
    return LevelBudget(
        level=level,
        count=row.count if row else 0,
        seconds=row.seconds if row else 0.0,
        count_cap=getattr(policy, f"cap_{level}_count") if capped else None,
        seconds_cap=getattr(policy, f"cap_{level}_seconds") if capped else None,
    )
