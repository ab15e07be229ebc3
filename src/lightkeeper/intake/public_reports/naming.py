"""How a report is named: in the audit trail by its number, in a case by a keyed index."""

from __future__ import annotations

from lightkeeper.intake.public_reports.models import PublicReport
from lightkeeper.record.types import Subject
from lightkeeper.runtime.services import blind_index


def subject_of(row: PublicReport) -> Subject:
    """A report, as the audit trail names it."""
    return Subject("public_report", str(row.pk))


def source_of(row: PublicReport) -> bytes:
    """32 bytes by which a case knows what brought it."""
    return blind_index("intake:public-report-source", row.public.bytes)
