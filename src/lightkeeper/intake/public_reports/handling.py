"""What people do with reports in triage: look, pass on, fold, close; and see a contact."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lightkeeper.intake import demo
from lightkeeper.intake.public_reports.following import end, look
from lightkeeper.intake.public_reports.models import PublicReport
from lightkeeper.intake.public_reports.naming import subject_of
from lightkeeper.intake.public_reports.receiving import NewReport, open_cases, tell_folded
from lightkeeper.intake.public_reports.saying import Says, contact_of, says_of, sealed_says
from lightkeeper.intake.public_reports.states import (
    BY_HAND,
    MOVES,
    CloseReason,
    Danger,
    PublicReportRefused,
    ReportState,
    SeenOn,
    Voice,
)
from lightkeeper.intake.types import Refused
from lightkeeper.people.matrix import Permission, require
from lightkeeper.people.models import Person
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event


@transaction.atomic
def show(report: PublicReport, person: Person) -> Says:
    """What a report says, once it is written that this person looks. Raises SealError, PublicReportRefused.

    Who looks at one that nobody has looked at takes it up by that.
    """
    require(person, Permission.PUBLIC_REPORT_TRIAGE)
    row = _locked(report)
    says = says_of(row.content, row.public)
    if says is None:
        raise PublicReportRefused(_("What this report said was destroyed on its day."))
    _tell_shown(row, person, "content")
    if row.state == ReportState.RECEIVED and not row.addresses.exclude(case=None).exists():
        look(row, person.actor)
    return says


@transaction.atomic
def show_contact(report: PublicReport, person: Person) -> str:
    """How to reach whoever reports, once it is written that this person looks. SealError, PublicReportRefused."""
    require(person, Permission.PUBLIC_REPORT_CONTACT)
    row = _locked(report)
    contact = contact_of(row.contact, row.public)
    if not contact:
        raise PublicReportRefused(_("No contact was given, or it was destroyed on its day."))
    _tell_shown(row, person, "contact")
    return contact


@transaction.atomic
def pass_on(report: PublicReport, addresses: Sequence[str], note: str, person: Person) -> int:
    """Say which addresses a report is about (none: those that it names): each goes before a person as a case.

    Raises PublicReportRefused.
    """
    require(person, Permission.PUBLIC_REPORT_TRIAGE)
    row = _open(report)
    says = says_of(row.content, row.public)
    if says is None:
        raise PublicReportRefused(_("What this report said was destroyed on its day."))
    addresses = addresses or says.addresses
    if not addresses:
        raise PublicReportRefused(_("Enter one address at least, or close the report."))
    try:
        for one in addresses:
            demo.refuse_other_urls(one)
    except Refused as refused:
        raise PublicReportRefused(refused.detail) from None
    if row.suspected:
        row.suspected = False
        row.save(update_fields=["suspected"])
    _keep_entered(row, says, addresses, note)
    new = NewReport(
        voice=Voice(row.voice), language=row.language, says=Says(tuple(addresses), says.description, note),
        seen_on=SeenOn(row.seen_on), danger=Danger(row.danger),
    )  # fmt: skip
    return open_cases(row, new, person.actor)


@transaction.atomic
def fold(report: PublicReport, into: PublicReport, person: Person) -> None:
    """Say that a report repeats another one that is open. Raises PublicReportRefused."""
    require(person, Permission.PUBLIC_REPORT_TRIAGE)
    rows = {row.pk: row for row in _all_locked(report, into)}
    row, other = rows[report.pk], rows[into.pk]
    if row.pk == other.pk:
        raise PublicReportRefused(_("A report does not repeat itself. Name another one."))
    _may_become(row, ReportState.FOLDED)
    if other.into_id is not None or other.state == ReportState.CLOSED:
        raise PublicReportRefused(_("The other report is not open. Name one that is."))
    if row.addresses.exclude(case=None).exists():
        raise PublicReportRefused(_("This report has cases of its own, and follows them."))
    if row.folded.exists():
        raise PublicReportRefused(_("Others were folded into this one. Fold the other way round."))
    row.state, row.into = ReportState.FOLDED, other
    row.save(update_fields=["state", "into"])
    tell_folded(row, person.actor, by_hand=True)


@transaction.atomic
def close(report: PublicReport, why: CloseReason, person: Person) -> None:
    """Close a report of which no case came. Nobody outside is told why. Raises PublicReportRefused."""
    require(person, Permission.PUBLIC_REPORT_TRIAGE)
    row = _open(report)
    if why not in BY_HAND:
        raise PublicReportRefused(_("Choose why it is closed."))
    if row.addresses.exclude(case=None).exists():
        raise PublicReportRefused(_("This report has cases: it is closed when they are settled."))
    end(row, why, person.actor)


@transaction.atomic
def close_as_spam(reports: Sequence[UUID], person: Person) -> int:
    """Close those of these that were probably sent by a program, unread; all or none. Gives how many.

    What says that a child may be in danger is read first, whoever sent it. Raises PublicReportRefused.
    """
    require(person, Permission.PUBLIC_REPORT_TRIAGE)
    rows = list(PublicReport.objects.select_for_update(of=("self",)).filter(public__in=reports).order_by("pk"))
    if not rows:
        raise PublicReportRefused(_("Choose at least one report."))
    for row in rows:
        _may_become(row, ReportState.CLOSED)
        if not row.suspected or row.danger != Danger.NO or row.addresses.exclude(case=None).exists():
            raise PublicReportRefused(
                _("Report %(number)d may be about danger, or has a case: see what it says first. None was closed.")
                % {"number": row.pk}
            )
        end(row, CloseReason.SPAM, person.actor)
    return len(rows)


def _keep_entered(row: PublicReport, says: Says, addresses: Sequence[str], note: str) -> None:
    """What people entered stays with what the reporter said, so that one destruction is enough."""
    known = dict.fromkeys((*says.addresses, *addresses))
    notes = "\n\n".join(one for one in (says.note, note) if one)
    row.content = sealed_says(Says(tuple(known), says.description, notes), row.public)
    row.save(update_fields=["content"])


def _tell_shown(row: PublicReport, person: Person, what: str) -> None:
    write_event(Event.INTAKE_PUBLIC_REPORT_SHOWN, actor=person.actor, subject=subject_of(row), details={"what": what})


def _open(report: PublicReport) -> PublicReport:
    row = _locked(report)
    _may_become(row, ReportState.CLOSED)
    return row


def _may_become(row: PublicReport, state: ReportState) -> None:
    if state not in MOVES[ReportState(row.state)]:
        raise PublicReportRefused(
            _("This report is “%(state)s”; nothing more is done with it.") % {"state": row.get_state_display()}
        )


def _locked(report: PublicReport) -> PublicReport:
    return PublicReport.objects.select_for_update().get(pk=report.pk)


def _all_locked(*reports: PublicReport) -> list[PublicReport]:
    """Several, locked in one order, so that two who lock the same wait for one another only once."""
    numbers = {one.pk for one in reports}
    return list(PublicReport.objects.select_for_update(of=("self",)).filter(pk__in=numbers).order_by("pk"))
