"""What the figures are asked: which years there are, and the report of one."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Final

from django.db.models import Min
from django.utils.timezone import now

from lightkeeper.canonical import canonical_json
from lightkeeper.figures.chance import Rise
from lightkeeper.figures.changes import change
from lightkeeper.figures.matching import Record, due_at, last_review, record
from lightkeeper.figures.models import MatchingReview
from lightkeeper.figures.rendering.labels import UNITS
from lightkeeper.figures.statement import Paragraph, statement
from lightkeeper.figures.transparency.measures import Counted, counts
from lightkeeper.figures.transparency.methods import WORDS as METHOD_WORDS
from lightkeeper.figures.transparency.methods import Method, by_method
from lightkeeper.figures.transparency.timing import Duration, durations
from lightkeeper.figures.trends import Trends, trends
from lightkeeper.figures.types import Cell, Change, Chart, Period, Unit, Yearly
from lightkeeper.record.models import AuditEvent
from lightkeeper.record.services import current_authority

__all__ = [
    "METHOD_WORDS",
    "UNITS",
    "Cell",
    "Change",
    "Chart",
    "Counted",
    "Duration",
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
    "due_at",
    "durations",
    "last_review",
    "record",
    "statement",
    "trends",
    "yearly",
    "years",
]

THRESHOLD: Final = 5
"""Of fewer than so many nothing is printed."""


@dataclass(frozen=True, slots=True)
class Year:
    """A year that has a report; ``closed_at`` is None while its numbers may change."""

    number: int
    closed_at: datetime | None


def years() -> tuple[Year, ...]:
    """The years since something was first recorded here, the newest first."""
    last = now().year
    first = AuditEvent.objects.aggregate(at=Min("at"))["at"]
    return tuple(Year(number, None) for number in range(last, (first.year if first else last) - 1, -1))


def yearly(year: int) -> Yearly:
    """All figures of a year. Raises ValueError for one that cannot be meant."""
    authority = current_authority()
    made = Yearly(
        year=year, period=Period.of_year(year), closed_at=None, document_id="", charts=(), threshold=THRESHOLD,
        organisation=authority.organisation if authority else "Lightkeeper",
    )  # fmt: skip
    return replace(made, document_id=document_id_of(made))


def document_id_of(made: Yearly) -> str:
    """What a report is known by: its year, and a digest of all that it says."""
    said = canonical_json(
        [made.organisation, made.period.words, made.threshold, [asdict(chart) for chart in made.charts]]
    )
    return f"{made.year}-{sha256(said.encode()).hexdigest()[:32]}"
