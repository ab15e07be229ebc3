"""What came and went on each of the last days: the counts of a period, a day at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils.timezone import now

from lightkeeper.figures.transparency.measures import MEASURES, Measure
from lightkeeper.record.models import AuditEvent

DAYS: Final = 28
SHOWN: Final = ("cases_opened", "cases_closed", "user_reports", "decisions", "reports_filed")
_BY_NAME: Final = {one.name: one for one in MEASURES}


@dataclass(frozen=True, slots=True)
class Daily:
    """One measure on each of some days of UTC, the last one last."""

    measure: Measure
    days: Sequence[tuple[date, int]]

    @property
    def total(self) -> int:
        """All of them together."""
        return sum(number for _day, number in self.days)


def daily(names: Sequence[str] = SHOWN, *, days: int = DAYS) -> list[Daily]:
    """The counts of measures on each of the last days, today's so far among them. KeyError for a name that is none."""
    today = now().astimezone(UTC).date()
    wanted = [today - timedelta(days=ago) for ago in range(days - 1, -1, -1)]
    return [_of(_BY_NAME[name], wanted) for name in names]


def _of(measure: Measure, wanted: Sequence[date]) -> Daily:
    rows = AuditEvent.objects.filter(event=measure.event.value, at__gte=datetime.combine(wanted[0], time(), UTC))
    for key, value in measure.where.items():
        rows = rows.filter(details__contains=measure.having(key, value))
    grouped = rows.annotate(day=TruncDate("at", tzinfo=UTC)).values_list("day").annotate(number=Count("id"))
    found = dict(grouped.order_by("day"))
    return Daily(measure, [(day, found.get(day, 0)) for day in wanted])
