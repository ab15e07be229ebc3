"""What the yearly report counts and no fact is written of: our own lists, and how people were protected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db.models import Count, Sum

from lightkeeper.act.queries import own_lists
from lightkeeper.figures.kinds import Period
from lightkeeper.lists.models import Entry
from lightkeeper.review.models import DayExposure, Lease

FEWEST_PEOPLE: Final = 3
"""Of two, each would know from a sum what the other saw."""


def hashes_added(period: Period) -> Mapping[tuple[str, ...], int]:
    """Entries that came to lists of our own, by algorithm and our category."""
    rows = Entry.objects.filter(list__in=own_lists(), added_at__gte=period.start, added_at__lt=period.end)
    found = rows.values_list("algorithm", "category").annotate(number=Count("pk")).order_by()
    return {(algorithm, category or "unknown"): number for algorithm, category, number in found}


def views(period: Period) -> Mapping[tuple[str, ...], int] | None:
    """Looks by level of reveal."""
    rows = DayExposure.objects.filter(day__gte=period.start.date(), day__lt=period.end.date())
    if rows.values("person").distinct().count() < FEWEST_PEOPLE:
        return None
    return {(level,): number for level, number in rows.values_list("level").annotate(Sum("count")).order_by() if number}


def leases_ended(period: Period) -> Mapping[tuple[str, ...], int] | None:
    """Leases by why they ended."""
    rows = Lease.objects.filter(ended_at__gte=period.start, ended_at__lt=period.end)
    if rows.values("person").distinct().count() < FEWEST_PEOPLE:
        return None
    return {(ended,): number for ended, number in rows.values_list("ended").annotate(Count("pk")).order_by()}
