"""What rises beyond chance: age brackets, categories and sources, of the last four weeks against the half year before.

It is looked at every day, so that a rise is seen when it happens. Several series are looked at together, so each must
be rarer by chance than all together may be (C. E. Bonferroni, 1936).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Min
from django.utils.timezone import now

from lightkeeper.figures.chance import Rise, rise
from lightkeeper.people.services import raise_alert
from lightkeeper.people.types import AlertKind
from lightkeeper.review.models import CaseItem, Grade, Sighting
from lightkeeper.review.queries import GradeState, ItemState, outcome_of

LATELY: Final = timedelta(days=28)
BEFORE: Final = timedelta(days=182)
SHORTEST: Final = timedelta(days=56)
"""With less than this to compare with, nothing is said to rise: a new installation rises in everything."""
LIKELIHOOD: Final = 0.01
"""How likely one false alarm among all series of a day may be."""
FEWEST: Final = 5
"""Fewer than so many of late are no trend."""

Series = tuple[str, str]
"""A dimension (``age_bracket``, ``category``, ``source``) and one of its values."""


@dataclass(frozen=True, slots=True)
class Trend:
    """One series: items of late, and in the time before; ``beyond`` says whether chance is no explanation."""

    dimension: str
    value: str
    later: int
    earlier: int
    rise: Rise
    beyond: bool


@dataclass(frozen=True, slots=True)
class Trends:
    """All series, those beyond chance first. ``earlier_days`` is the time compared with, 0 where that is too short."""

    until: datetime
    earlier_days: float
    rows: tuple[Trend, ...]


def trends(until: datetime | None = None) -> Trends:
    """Compare the four weeks before a time with up to half a year before them."""
    until = until or now()
    since = until - LATELY
    begin = max(since - BEFORE, _first() or until)
    if since - begin < SHORTEST:
        return Trends(until, 0, ())
    later, earlier = _counted(since, until), _counted(begin, since)
    names, days = sorted(later.keys() | earlier.keys()), (since - begin) / timedelta(days=1)
    rows = [_trend(name, later[name], earlier[name], earlier_days=days, bar=LIKELIHOOD / len(names)) for name in names]
    rows.sort(key=lambda one: (not one.beyond, one.rise.p, one.dimension, one.value))
    return Trends(until, days, tuple(rows))


def warn_of_trends() -> int:
    """Tell whoever is on call of what rises beyond chance, each once in four weeks. Gives how many rise."""
    found = [one for one in trends().rows if one.beyond]
    week = int(now().timestamp() // LATELY.total_seconds())
    for one in found:
        with transaction.atomic():
            raise_alert(
                AlertKind.TREND_RISE, key=f"trend:{one.dimension}:{one.value}:{week}", urgent=False,
                path="/transparency/trends/", details={"later": one.later, "earlier": one.earlier},
            )  # fmt: skip
    return len(found)


def _trend(name: Series, later: int, earlier: int, *, earlier_days: float, bar: float) -> Trend:
    found = rise(later, earlier, later_days=LATELY / timedelta(days=1), earlier_days=earlier_days)
    return Trend(*name, later, earlier, found, later >= FEWEST and found.p < bar)


def _first() -> datetime | None:
    first: datetime | None = CaseItem.objects.aggregate(at=Min("added_at"))["at"]
    return first


def _counted(begin: datetime, end: datetime) -> Counter[Series]:
    """Items that people found illegal, by when that was final; and items by who or what brought them first."""
    return Counter([*_judged(begin, end), *_brought(begin, end)])


def _judged(begin: datetime, end: datetime) -> Iterator[Series]:
    rows = Grade.objects.filter(
        state=GradeState.STANDING, case_item__state=ItemState.SETTLED, case_item__settled_at__gte=begin,
        case_item__settled_at__lt=end,
    ).defer("note")  # fmt: skip
    for grade in {row.case_item_id: row for row in rows.order_by("pk")}.values():
        outcome = outcome_of(grade)
        if outcome is None or not outcome.illegal:
            continue
        for dimension, value in (("age_bracket", grade.age_bracket), ("category", grade.uk_category)):
            if value:
                yield dimension, value


def _brought(begin: datetime, end: datetime) -> Iterator[Series]:
    rows = Sighting.objects.filter(case_item__added_at__gte=begin, case_item__added_at__lt=end).order_by("-pk")
    for reason in dict(rows.values_list("case_item", "reason")).values():
        yield "source", reason
