"""What can be asked of reports: by ticket, and which there are for triage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Exists, OuterRef, QuerySet

from lightkeeper.intake.public_reports.models import PublicReport, PublicReportAddress
from lightkeeper.intake.public_reports.states import OPEN, ReportState
from lightkeeper.intake.public_reports.tickets import ticket_index
from lightkeeper.review.models import Case

SHOWN: Final = ("triage", "open", "suspected", "folded", "closed")
"""What the list of triage can show."""


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case that came of a report."""

    public: str
    number: int
    state: str


def by_ticket(ticket: bytes) -> PublicReport | None:
    """The report of a ticket, None where there is none; always one look by an index."""
    return PublicReport.objects.select_related("into").filter(ticket_index=ticket_index(ticket)).first()


def reports(show: str = "triage") -> QuerySet[PublicReport]:
    """Reports: those that wait for a person, or of another kind of ``SHOWN``. Danger first, then the oldest."""
    rows = PublicReport.objects.defer("content", "contact").annotate(
        has_cases=Exists(PublicReportAddress.objects.filter(report=OuterRef("pk"), case__isnull=False)),
        repeats=Count("folded", distinct=True),
        named=Count("addresses", distinct=True),
    )
    if show == "suspected":
        rows = rows.filter(suspected=True, state__in=OPEN)
    elif show == "open":
        rows = rows.filter(state__in=OPEN)
    elif show in (ReportState.FOLDED, ReportState.CLOSED):
        return rows.filter(state=show).order_by("-pk")
    else:
        rows = rows.filter(state__in=OPEN, has_cases=False, suspected=False)
    return rows.order_by("-danger", "received_at", "pk")  # yes, unsure, no


def waiting() -> int:
    """How many reports wait for somebody to say what they are about."""
    return reports().count()


def cases_of(report: PublicReport) -> list[CaseView]:
    """The cases that came of a report."""
    rows = Case.objects.filter(pk__in=report.addresses.exclude(case=None).values("case")).order_by("pk")
    return [CaseView(str(row.public), row.pk, row.get_state_display()) for row in rows]


def repeats_of(report: PublicReport) -> QuerySet[PublicReport]:
    """Reports that were folded into this one."""
    return report.folded.defer("content", "contact").order_by("pk")
