"""What can be asked of reports: which there are, how each came to where it is, what its receipt says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from lightkeeper.act.reports.models import Receipt, Report, ReportStep
from lightkeeper.act.reports.registry import AUTHORITIES
from lightkeeper.act.reports.states import ENDED, Mode, ReportState, StepEnd, StepKind
from lightkeeper.act.reports.submitting import RECEIPT
from lightkeeper.review.models import Case
from lightkeeper.runtime.services import unseal


@dataclass(frozen=True, slots=True)
class StepView:
    """One request that was made, in words."""

    kind: str
    position: int
    opening: int
    began_at: datetime
    end: str
    code: str
    request_id: str


def mode_of(authority: str) -> Mode:
    """Whether reports leave for an authority, and where to."""
    return AUTHORITIES[authority].mode()


def modes() -> set[Mode]:
    """The modes in which reports leave this installation."""
    return {each.mode() for each in AUTHORITIES.values()} - {Mode.OFF}


def reports(state: str = "") -> QuerySet[Report]:
    """Reports, the last changed first; those that need a person before all others where no state is asked for."""
    rows = Report.objects.select_related("case", "drafted_by", "approved_by").order_by("-changed_at", "-pk")
    return rows.filter(state=state) if state in ReportState.values else rows


def needing_a_person() -> int:
    """How many reports wait for somebody: to be approved, to be mended, to be corrected."""
    return Report.objects.filter(state__in=[ReportState.REVIEWED, ReportState.HELD, ReportState.FAILED]).count()


def reports_of(case: Case) -> list[Report]:
    """The reports of a case, the newest first."""
    return list(Report.objects.filter(case=case).order_by("-pk"))


def on_its_way(case: Case, authority: str) -> Report | None:
    """The report of a case that is not ended yet, None where there is none."""
    return Report.objects.filter(case=case, authority=authority, supplements=None).exclude(state__in=ENDED).first()


def steps_of(report: Report) -> list[StepView]:
    """Every request that was made for a report, in order."""
    return [
        StepView(
            str(StepKind(row.kind).label), row.position, row.opening, row.began_at,
            str(StepEnd(row.end).label) if row.end else "", row.code, row.request_id,
        )
        for row in ReportStep.objects.filter(report=report).order_by("pk")
    ]  # fmt: skip


def receipt_of(report: Report) -> tuple[Receipt, bytes, Mapping[str, str]] | None:
    """A report's receipt, word for word and as names and values; None before it is filed. Raises SealError."""
    row = Receipt.objects.filter(report=report).first()
    if row is None:
        return None
    body = unseal(RECEIPT, bytes(row.body), context=report.public.bytes)
    return row, body, AUTHORITIES[report.authority].receipt(body)
