"""What the figures are asked: which years there are, and the report of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min
from django.utils.timezone import now

from lightkeeper.figures.chance import Rise
from lightkeeper.figures.changes import change
from lightkeeper.figures.closing import FiguresError, rebuild, yearly
from lightkeeper.figures.matching import Record, due_at, last_review, record
from lightkeeper.figures.models import ClosedYear, Fact, MatchingReview
from lightkeeper.figures.rendering.labels import UNITS
from lightkeeper.figures.statement import Paragraph, statement
from lightkeeper.figures.transparency.lately import Daily, daily
from lightkeeper.figures.transparency.measures import Counted, counts
from lightkeeper.figures.transparency.methods import WORDS as METHOD_WORDS
from lightkeeper.figures.transparency.methods import Method, by_method
from lightkeeper.figures.transparency.timing import Duration, durations
from lightkeeper.figures.trends import Trends, trends
from lightkeeper.figures.types import Cell, Change, Chart, Period, Unit, Yearly
from lightkeeper.record.models import AuditEvent

__all__ = [
    "METHOD_WORDS",
    "UNITS",
    "Cell",
    "Change",
    "Chart",
    "Counted",
    "Daily",
    "Duration",
    "FiguresError",
    "MatchingReview",
    "Method",
    "Paragraph",
    "Period",
    "Record",
    "Rise",
    "Trends",
    "Unit",
    "Year",
    "Yearly",
    "by_method",
    "change",
    "counts",
    "daily",
    "due_at",
    "durations",
    "last_review",
    "rebuild",
    "record",
    "statement",
    "trends",
    "yearly",
    "years",
]


@dataclass(frozen=True, slots=True)
class Year:
    """A year that has a report; ``closed_at`` is None while its numbers may change."""

    number: int
    closed_at: datetime | None


def years() -> tuple[Year, ...]:
    """The years since something was first recorded or counted here, the newest first."""
    last = now().year
    closed = dict(ClosedYear.objects.values_list("year", "closed_at"))
    firsts = (rows.aggregate(at=Min("at"))["at"] for rows in (AuditEvent.objects, Fact.objects))
    first = min([last, *(at.year for at in firsts if at), *closed])
    return tuple(Year(number, closed.get(number)) for number in range(last, first - 1, -1))
