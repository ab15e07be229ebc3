"""What was done in a period, counted from the audit trail: it is append-only, so that every count can be made again.

A count has a unit, a definition in words, and a query that is data: which event, with which details, told apart by
which detail. Nothing that is erased later changes it, for an event names nobody and no content.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from lightkeeper.canonical import canonical_json
from lightkeeper.figures.kinds import Period, Unit
from lightkeeper.record.events import Event
from lightkeeper.record.models import AuditEvent

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One thing that is counted. ``by`` tells the events apart by a detail of theirs, "" where it does not.

    ``where``: details that an event must have. Raises ValueError where a definition in words is missing.
    """

    name: str
    unit: Unit
    title: _StrPromise
    words: _StrPromise
    event: Event
    where: Mapping[str, object] = field(default_factory=dict)
    by: str = ""

    def __post_init__(self) -> None:
        if not (self.name and str(self.title).strip() and str(self.words).strip()):
            raise ValueError("a figure has a name, a title and a definition in words")

    @property
    def query(self) -> str:
        """What is asked, in one line: whoever has the trail can ask the same."""
        having = "".join(f" AND details.{key} = {json.dumps(value)}" for key, value in sorted(self.where.items()))
        grouped = f" GROUP BY details.{self.by}" if self.by else ""
        return f"COUNT events WHERE event = '{self.event.value}'{having} AND start <= at < end{grouped}"

    @staticmethod
    def having(key: str, value: object) -> str:
        """How the text of an event's details, which is canonical JSON, says so: codes and numbers alone stand in it."""
        return canonical_json({key: value})[1:-1]


@dataclass(frozen=True, slots=True)
class Counted:
    """A measure in a period: how many there are, and of what each (``parts``, the most first)."""

    measure: Measure
    total: int
    parts: tuple[tuple[str, int], ...]


def count(measure: Measure, period: Period) -> Counted:
    """Count one measure in a period."""
    found: Counter[str] = Counter()
    for details, number in _grouped(measure.event, period):
        if all(details.get(key) == value for key, value in measure.where.items()):
            found[str(details.get(measure.by, "")) if measure.by else ""] += number
    parts = sorted(found.items(), key=lambda part: (-part[1], part[0])) if measure.by else []
    return Counted(measure, found.total(), tuple(parts))


def _grouped(event: Event, period: Period) -> Iterator[tuple[Mapping[str, object], int]]:
    """Events of a kind by what their details say: few texts, as those of a kind that are counted name nothing."""
    rows = AuditEvent.objects.filter(event=event.value, at__gte=period.start, at__lt=period.end)
    for text, number in rows.values_list("details").annotate(number=Count("id")).order_by("details"):
        yield json.loads(text), number


def counts(period: Period) -> list[Counted]:
    """All measures in a period, in the order in which they are printed."""
    return [count(measure, period) for measure in MEASURES]


def _scanned(kind: str, unit: Unit, title: _StrPromise) -> Measure:
    return Measure(
        name=f"scanned_{kind}", unit=unit, title=title, event=Event.INTAKE_SUBMISSION_FINISHED, where={"kind": kind},
        by="outcome",
        words=_("Submissions of this kind whose search ended in the period, by its outcome. The same thing sent twice"
                " counts twice."),
    )  # fmt: skip


MEASURES: Final = (
    _scanned("picture", Unit.IMAGE, _("Pictures searched")),
    _scanned("video", Unit.VIDEO, _("Videos searched")),
    _scanned("url", Unit.URL, _("Addresses searched")),
    Measure(
        name="withheld_alone", unit=Unit.ITEM, title=_("Withheld before a person looked"),
        event=Event.INTAKE_SUBMISSION_FINISHED, where={"withheld": True}, by="kind",
        words=_("Submissions that the service withheld by itself until a person decides, because their bytes are equal"
                " to those of an entry of a vetted list."),
    ),
    Measure(
        name="user_reports", unit=Unit.REPORT, title=_("User reports"), event=Event.INTAKE_SUBMISSION_RECEIVED,
        where={"kind": "user_report"},
        words=_("Reports by users of a platform that came in the period. Each goes before a person."),
    ),
    Measure(
        name="cases_opened", unit=Unit.CASE, title=_("Cases opened"), event=Event.REVIEW_CASE_OPENED, by="reason",
        words=_("Cases that were opened in the period, by the first reason that brought them before a person."),
    ),
    Measure(
        name="cases_closed", unit=Unit.CASE, title=_("Cases closed"), event=Event.REVIEW_CASE_CLOSED,
        words=_("Cases of which every item was settled by people in the period, whenever they were opened."),
    ),
    Measure(
        name="decisions", unit=Unit.ITEM, title=_("Decisions carried out"), event=Event.ACT_DECISION_CARRIED_OUT,
        by="kind",
        words=_("Items about which what people decided came into force in the period, by what it was."),
    ),
    Measure(
        name="account_actions", unit=Unit.ACCOUNT, title=_("Actions about accounts"),
        event=Event.ACT_ACTION_CARRIED_OUT, by="kind",
        words=_("Actions about accounts that people proposed and that were carried out in the period, by kind. An"
                " account with two actions counts twice."),
    ),
    Measure(
        name="decisions_reversed", unit=Unit.ITEM, title=_("Decisions reversed"), event=Event.ACT_DECISION_REVERSED,
        by="ground", words=_("Decisions that were reversed in the period, by why, whenever they had been made."),
    ),
    Measure(
        name="account_actions_reversed", unit=Unit.ACCOUNT, title=_("Actions about accounts reversed"),
        event=Event.ACT_ACTION_REVERSED, by="ground",
        words=_("Actions about accounts that were reversed in the period, by why, whenever they had been carried out."),
    ),
    Measure(
        name="reports_filed", unit=Unit.REPORT, title=_("Reports filed with authorities"),
        event=Event.ACT_REPORT_FILED, where={"mode": "live"}, by="authority",
        words=_("Reports that an authority took in the period, by authority. Tests are not counted."),
    ),
    Measure(
        name="authority_requests", unit=Unit.REPORT, title=_("Requests of authorities"),
        event=Event.ACT_REQUEST_REGISTERED, by="kind",
        words=_("Requests of authorities that were registered in the period, by kind."),
    ),
    Measure(
        name="entries_corrected", unit=Unit.HASH, title=_("Entries of lists proved wrong"),
        event=Event.INTAKE_ENTRY_CORRECTED, by="state",
        words=_("Entries that people proved wrong in the period, by what became of them; what rested on them was opened"
                " again."),
    ),
)  # fmt: skip
"""All that is counted from the trail."""
