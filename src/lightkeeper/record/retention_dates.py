"""When a length of time that a law sets is over, whatever zone somebody counts in."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

_REST_OF_THE_DAY: Final = timedelta(days=2)
"""Where it is a day later already when a term begins, its last day ends up to two days after the UTC day's start."""


def ends_at(began_at: datetime, years: int) -> datetime:
    """When so many years are over everywhere: with the end of the last day in whichever zone that day ends last.

    A term from 29 February ends on 1 March where the last year has none: rather a day too long than one too short.
    ``began_at`` is of any zone; the answer is in UTC.
    """
    day = _years_later(began_at.astimezone(UTC).date(), years, month=3, day=1)
    return datetime.combine(day, time(), tzinfo=UTC) + _REST_OF_THE_DAY


def not_after(began_at: datetime, years: int) -> datetime:
    """When to act so that no more than so many years pass: before the last day has ended in any zone. In UTC."""
    day = _years_later(began_at.astimezone(UTC).date(), years, month=2, day=28)
    return datetime.combine(day, time(), tzinfo=UTC)


def _years_later(began: date, years: int, *, month: int, day: int) -> date:
    """The same day so many years later; the given one where that year has no such day."""
    try:
        return began.replace(year=began.year + years)
    except ValueError:
        return began.replace(year=began.year + years, month=month, day=day)
