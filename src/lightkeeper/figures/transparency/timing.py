"""How long things took: the median, and the time within which nine of ten were done."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import F, Min, Q
from django.utils.translation import gettext_lazy as _

from lightkeeper.act.models import Action, Report
from lightkeeper.act.queries import ReportState
from lightkeeper.figures.kinds import Period, Unit
from lightkeeper.review.models import CaseItem
from lightkeeper.review.queries import GradeState

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Ends = Iterable[tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class Duration:
    """How long one step took for the ``n`` that ended it in the period; None where there were none."""

    name: str
    unit: Unit
    title: str
    words: str
    n: int
    median: timedelta | None
    p90: timedelta | None

    @property
    def median_words(self) -> str:
        """The median in hours, minutes and seconds."""
        return in_words(self.median)

    @property
    def p90_words(self) -> str:
        """The same of the time within which nine of ten were done."""
        return in_words(self.p90)


def durations(period: Period) -> list[Duration]:
    """Every step, by when it ended."""
    return [
        _of("found_to_judged", Unit.ITEM, _("From found to first judged"), _JUDGED, _first_judged(period)),
        _of("found_to_settled", Unit.ITEM, _("From found to settled"), _SETTLED, _settled(period)),
        _of("decided_to_in_force", Unit.ITEM, _("From decided to in force"), _IN_FORCE, _in_force(period)),
        _of("settled_to_filed", Unit.REPORT, _("From settled to reported"), _FILED, _filed(period)),
    ]


_JUDGED: Final = _("From when an item came before people to the first grade of it that stands.")
_SETTLED: Final = _("From when an item came before people to when their judgement of it was final.")
_IN_FORCE: Final = _(
    "From when a person decided to when the decision was carried out and its platforms were about to be told. It waits"
    " for the minute of undoing and, where one is asked for, for the second person."
)
_FILED: Final = _("From when the case was closed to when the authority gave its receipt. Tests are not counted.")


def quantile(sorted_values: Sequence[timedelta], part: float) -> timedelta | None:
    """The least value within which this part of all lies (nearest rank); None of nothing."""
    if not sorted_values:
        return None
    return sorted_values[max(math.ceil(part * len(sorted_values)), 1) - 1]


def in_words(taken: timedelta | None) -> str:
    """Hours, minutes and seconds, as on a clock that goes on after 24; a dash of nothing."""
    if taken is None:
        return "–"
    minutes, seconds = divmod(int(taken.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _of(name: str, unit: Unit, title: _StrPromise, words: _StrPromise, ends: Ends) -> Duration:
    taken = sorted(max(end - begin, timedelta(0)) for begin, end in ends)
    return Duration(name, unit, str(title), str(words), len(taken), quantile(taken, 0.5), quantile(taken, 0.9))


def _first_judged(period: Period) -> Ends:
    stands = Q(grades__state=GradeState.STANDING)
    rows = CaseItem.objects.annotate(first=Min("grades__made_at", filter=stands))
    return rows.filter(first__gte=period.start, first__lt=period.end).values_list("added_at", "first")


def _settled(period: Period) -> Ends:
    rows = CaseItem.objects.filter(settled_at__gte=period.start, settled_at__lt=period.end)
    return [(row.added_at, row.settled_at) for row in rows.only("added_at", "settled_at") if row.settled_at]


def _in_force(period: Period) -> Ends:
    rows = Action.objects.filter(reversal=None, made_at__gte=period.start, made_at__lt=period.end)
    return (
        rows.values_list("decision", "decision__made_at")
        .annotate(end=Min("made_at"))
        .values_list("decision__made_at", "end")
    )


def _filed(period: Period) -> Ends:
    rows = Report.objects.filter(
        state=ReportState.FINISHED, mode="live", case__closed_at__lte=F("receipt__received_at"),
        receipt__received_at__gte=period.start, receipt__received_at__lt=period.end,
    )  # fmt: skip
    ends = rows.values_list("case__closed_at", "receipt__received_at")
    return [(closed, received) for closed, received in ends if closed is not None]
