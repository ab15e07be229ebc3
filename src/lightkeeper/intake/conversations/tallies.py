"""Counts of a day: events, bands, and how scores are spread, which is what thresholds are drawn from. No ids.

A score's bin is its place among ``BINS`` equal steps from 0 to ``HIGHEST``. A pair counts once a day, in the highest
bin it was in: it moves up from the one before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Sum

from lightkeeper.detect.conversations.keys import Key, pair_key
from lightkeeper.intake.conversations.models import ConversationTally
from lightkeeper.intake.conversations.rows import Row

BINS: Final = 400
HIGHEST: Final = 20.0
"""Scores above it count as it."""
_SCORE: Final = "score:"


def bin_of(score: float) -> int:
    """1 to ``BINS``; 0 stands for no score at all."""
    return 1 + min(BINS - 1, max(0, int(score / HIGHEST * BINS)))


def score_of(place: int) -> float:
    """The middle of a bin."""
    return (place - 0.5) * HIGHEST / BINS


def moved(
    scores: Mapping[tuple[bytes, bytes], float], before: Mapping[Key, Row], at: datetime
) -> tuple[dict[Key, int], Counter[str]]:
    """The highest bin of each pair today, and what that changes in today's counts."""
    tops: dict[Key, int] = {}
    changes: Counter[str] = Counter()
    for pair, score in scores.items():
        key = pair_key(*pair)
        row = before.get(key)
        old = row.top if row is not None and row.updated_at.date() == at.date() else 0
        tops[key] = new = max(old, bin_of(score))
        if new != old:
            changes[f"{_SCORE}{new}"] += 1
            if old:
                changes[f"{_SCORE}{old}"] -= 1
    return tops, changes


def add(day: date, counts: Mapping[str, int]) -> None:
    """Add to the counts of a day, in one order; the last thing a transaction does, for others wait for it."""
    lines = sorted((what, count) for what, count in counts.items() if count)
    if not lines:
        return
    table = ConversationTally._meta.db_table  # noqa: SLF001  # Django's API
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} (day, what, count) VALUES (%s, %s, %s)"  # noqa: S608  # our own names
            f" ON CONFLICT (day, what) DO UPDATE SET count = {table}.count + excluded.count",
            [(connection.ops.adapt_datefield_value(day), what, count) for what, count in lines],
        )


def totals(*, since: date | None = None) -> dict[str, int]:
    """The counts of events and bands, over all days that are kept or since one."""
    rows = ConversationTally.objects.exclude(what__startswith=_SCORE)
    rows = rows.filter(day__gte=since) if since else rows
    return dict(rows.values_list("what").annotate(total=Sum("count")).order_by("what"))


def recent_scores(today: date, *, days: int) -> tuple[dict[float, int], int]:
    """How many pairs had which score in these days before today, and on how many of the days there were any."""
    rows = ConversationTally.objects.filter(
        what__startswith=_SCORE, day__gte=today - timedelta(days=days), day__lt=today
    )
    spread: Counter[float] = Counter()
    found = set()
    for day, what, count in rows.values_list("day", "what", "count"):
        spread[score_of(int(what.removeprefix(_SCORE)))] += count
        found.add(day)
    return {score: count for score, count in spread.items() if count > 0}, len(found)
