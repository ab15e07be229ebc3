"""A report follows its cases, and a ticket says so without telling what was known before.

A ticket says what the report's own course would be if its cases had begun with it: where a case was under way already
when the report came, what happens to it is told as long after the report came as it took since the case was opened.
A folded report is told what happened to the first one as long after it came itself. So no ticket moves sooner because
others reported the same before.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.timezone import now

from lightkeeper.intake.public_reports.models import PublicReport, PublicReportAddress
from lightkeeper.intake.public_reports.naming import subject_of
from lightkeeper.intake.public_reports.states import OPEN, CloseReason, ReportState
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, EventRow
from lightkeeper.review.models import Case
from lightkeeper.review.queries import CaseState


def told(row: PublicReport, at: datetime | None = None) -> ReportState:
    """What a ticket says of a report: received, being looked at, or closed."""
    at = at or now()
    first = row
    if row.into is not None:
        first, at = row.into, at - (row.received_at - row.into.received_at)
    if first.closed_shown_at is not None and first.closed_shown_at <= at:
        return ReportState.CLOSED
    if first.looked_shown_at is not None and first.looked_shown_at <= at:
        return ReportState.LOOKED_AT
    return ReportState.RECEIVED


def case_leased(event: EventRow) -> None:
    """Somebody has taken a case: what waited for that is being looked at. In the event's transaction."""
    for row in _of_case(event, (ReportState.RECEIVED,)):
        look(row, event.actor, shown_after=_delay(row))


def case_closed(event: EventRow) -> None:
    """A case is settled: a report whose cases all are is closed. In the event's transaction."""
    for row in _of_case(event, OPEN):
        if not row.addresses.exclude(case__state=CaseState.CLOSED).exists():
            end(row, CloseReason.ASSESSED, Actor.system(), shown_after=_delay(row))


def case_reopened(event: EventRow) -> None:
    """An item was opened again: reports that are open still wait for its new case. In the event's transaction."""
    if event.subject is None:
        return
    case = Case.objects.get(pk=int(event.subject.id))
    items = list(case.items.values_list("item_id", flat=True))
    PublicReportAddress.objects.filter(
        case_id=int(str(event.details["before"])), item_id__in=items, report__state__in=OPEN
    ).update(case=case)


def look(row: PublicReport, actor: Actor, *, shown_after: timedelta = timedelta(0)) -> None:
    """Note on a locked report that somebody looks at it."""
    row.state, row.looked_at = ReportState.LOOKED_AT, now()
    row.looked_shown_at = max(row.looked_at, row.received_at + shown_after)
    row.save(update_fields=["state", "looked_at", "looked_shown_at"])
    write_event(Event.INTAKE_PUBLIC_REPORT_LOOKED_AT, actor=actor, subject=subject_of(row))


def end(row: PublicReport, why: CloseReason, actor: Actor, *, shown_after: timedelta = timedelta(0)) -> None:
    """Close a locked report. A person who does is named."""
    row.state, row.close_reason, row.closed_at = ReportState.CLOSED, why, now()
    row.closed_shown_at = max(row.closed_at, row.received_at + shown_after)
    row.closed_by_id = None if why is CloseReason.ASSESSED else int(actor.id)
    if why is CloseReason.SPAM:
        row.contact = None
    row.save(update_fields=["state", "close_reason", "closed_at", "closed_shown_at", "closed_by", "contact"])
    write_event(Event.INTAKE_PUBLIC_REPORT_CLOSED, actor=actor, subject=subject_of(row), details={"reason": why.value})


def _of_case(event: EventRow, states: tuple[ReportState, ...]) -> list[PublicReport]:
    """The reports in these states that brought a case, locked."""
    if event.subject is None:
        return []
    brought = PublicReportAddress.objects.filter(case_id=int(event.subject.id)).values("report")
    rows = PublicReport.objects.select_for_update(of=("self",)).filter(pk__in=brought, state__in=states)
    return list(rows.order_by("pk"))


def _delay(row: PublicReport) -> timedelta:
    """How long the oldest of a report's cases has been open: a report that came later is told as much later."""
    brought = PublicReportAddress.objects.filter(report=row).values("case")
    first = Case.objects.filter(pk__in=brought).order_by("opened_at").values_list("opened_at", flat=True).first()
    return timedelta(0) if first is None else now() - first
