"""A report arrives: it is stored, and in the same transaction folded, or its addresses go before a person as cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from lightkeeper.intake import demo
from lightkeeper.intake.identity import body_digest, reference_index, url_index
from lightkeeper.intake.outcomes import actor_of
from lightkeeper.intake.public_reports import tickets
from lightkeeper.intake.public_reports.folding import repeats, same_index
from lightkeeper.intake.public_reports.models import PublicReport, PublicReportAddress
from lightkeeper.intake.public_reports.naming import source_of, subject_of
from lightkeeper.intake.public_reports.saying import Says, sealed_contact, sealed_says
from lightkeeper.intake.public_reports.states import Danger, ReportState, SeenOn, Voice
from lightkeeper.intake.types import Caller, Refused, ReportReason, ReportSource
from lightkeeper.people.alert_types import AlertKind
from lightkeeper.people.services import raise_alert
from lightkeeper.record.events import Event
from lightkeeper.record.services import get_or_create_item, write_event
from lightkeeper.record.types import Actor, ItemKind
from lightkeeper.review.services import open_or_join_case
from lightkeeper.review.types import CaseReason
from lightkeeper.runtime.services import blind_index

CALLS_AN_HOUR: Final = 10
"""Reports of danger without an address, of which each raises an alert of its own; more share one an hour."""

_SOURCES: Final = {Voice.CHILD: ReportSource.CHILD_SELF_REPORT.value, Voice.ADULT: "public_report"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """What somebody reports, cleaned and checked. ``token`` is that of the form; ``suspected``: a trap was sprung."""

    voice: Voice
    language: str
    says: Says
    seen_on: SeenOn = SeenOn.UNKNOWN
    danger: Danger = Danger.NO
    contact: str = ""
    suspected: bool = False
    reason: ReportReason = ReportReason.UNKNOWN

    def sent(self) -> str:
        """All that was sent, as one text: with the form's token it makes the ticket."""
        return repr((self.voice.value, self.says, self.seen_on.value, self.danger.value, self.contact))


def receive(new: NewReport, token: str) -> str:
    """Take a report from the form and give its ticket, as people copy it; the same form again gives the same one.

    Raises Refused (422) where a demonstration does not take its addresses.
    """
    _refuse_in_demo(new.says.addresses)
    ticket = tickets.ticket_for(token, new.sent())
    index = tickets.ticket_index(ticket)
    if not PublicReport.objects.filter(ticket_index=index).exists():
        try:
            _take(new, Actor.system(), {"ticket_index": index})
        except IntegrityError:  # the same form arrived twice in this moment
            if not PublicReport.objects.filter(ticket_index=index).exists():
                raise
    return tickets.written(ticket)


def receive_trusted(new: NewReport, caller: Caller, callers_id: str, body: str) -> PublicReport:
    """Take a report of a trusted reporter; the same again gives the same. Raises Refused: 409, 422."""
    _refuse_in_demo(new.says.addresses)
    reference = blind_index("intake:public-report-reference", reference_index(caller.client_id, callers_id))
    digest = body_digest(body, None)
    index = blind_index("intake:public-report-body", reference, digest)
    row = PublicReport.objects.filter(reference_index=reference).first()
    if row is None:
        named = {"client_id": caller.client_id, "reference_index": reference, "body_index": index}
        try:
            return _take(new, actor_of(caller.client_id), named)
        except IntegrityError:
            row = PublicReport.objects.filter(reference_index=reference).first()
            if row is None:
                raise
    if bytes(row.body_index or b"") != index:
        raise Refused(409, "id-in-use", "This id stands for a report with another body. Use a new id.")
    return row


def of_caller(caller: Caller, callers_id: str) -> PublicReport:
    """The report that a trusted reporter calls so. Raises Refused (404)."""
    reference = blind_index("intake:public-report-reference", reference_index(caller.client_id, callers_id))
    row = PublicReport.objects.select_related("into").filter(reference_index=reference).first()
    if row is None:
        raise Refused(404, "no-report", "There is no report with this id.")
    return row


@transaction.atomic
def _take(new: NewReport, actor: Actor, named: dict[str, Any]) -> PublicReport:
    row = PublicReport(
        voice=new.voice, language=new.language, seen_on=new.seen_on, danger=new.danger, suspected=new.suspected,
        received_at=now(), **named,
    )  # fmt: skip
    row.content = sealed_says(new.says, row.public)
    row.contact = sealed_contact(new.contact, row.public)
    row.contact_until = row.received_at + timedelta(days=settings.LIGHTKEEPER["public_contact_days"])
    indexes = {url_index(one): one for one in new.says.addresses}
    row.same_index = None if indexes else same_index(new.says.description)
    leader = None if new.suspected else repeats(row, indexes)
    if leader is not None:
        row.state, row.into = ReportState.FOLDED, leader
    row.save(force_insert=True)
    PublicReportAddress.objects.bulk_create(PublicReportAddress(report=row, address_index=one) for one in indexes)
    _tell(row, new, actor)
    if leader is not None:
        tell_folded(row, actor, by_hand=False)
    elif indexes and not new.suspected:
        open_cases(row, new, actor)
    elif new.danger == Danger.YES:
        _call(row)
    return row


def _tell(row: PublicReport, new: NewReport, actor: Actor) -> None:
    write_event(
        Event.INTAKE_PUBLIC_REPORT_RECEIVED,
        actor=actor,
        subject=subject_of(row),
        details={
            "addresses": len(new.says.addresses), "contact": bool(new.contact), "danger": new.danger.value,
            "language": new.language, "seen_on": new.seen_on.value, "suspected": new.suspected,
            "voice": new.voice.value,
        },
    )  # fmt: skip


def tell_folded(row: PublicReport, actor: Actor, *, by_hand: bool) -> None:
    """Write that a report went into another, in the caller's transaction."""
    write_event(
        Event.INTAKE_PUBLIC_REPORT_FOLDED, actor=actor, subject=subject_of(row),
        details={"into": row.into_id, "by_hand": by_hand},
    )  # fmt: skip


def open_cases(row: PublicReport, new: NewReport, actor: Actor) -> int:
    """Put each address of a report before a person, in the caller's transaction; gives how many there are."""
    for typed in new.says.addresses:
        index = url_index(typed)
        item = get_or_create_item(kind=ItemKind.URL, url_index=index)
        case = open_or_join_case(
            item_id=item.pk,
            source=source_of(row),
            reason=CaseReason.PUBLIC_REPORT,
            context=_context(row, new, typed),
            findings=[],
            original=None,
            actor=actor,
            client_id=row.client_id,
            imminent=new.danger == Danger.YES,
        )
        PublicReportAddress.objects.update_or_create(
            report=row, address_index=index, defaults={"item": item, "case_id": case.id}
        )
    write_event(
        Event.INTAKE_PUBLIC_REPORT_PASSED_ON, actor=actor, subject=subject_of(row),
        details={"cases": row.addresses.exclude(case=None).values("case").distinct().count()},
    )  # fmt: skip
    return len(new.says.addresses)


def _context(row: PublicReport, new: NewReport, typed: str) -> dict[str, Any]:
    """What goes with the case, frozen: by the names of a user report, which reviewers know."""
    source = _SOURCES.get(new.voice, ReportSource.TRUSTED_FLAGGER.value)
    return {
        "kind": "public_report",
        "url": typed,
        "received_at": row.received_at.isoformat(),
        "context": {"seen_on": new.seen_on.value},
        "report": {
            "reason": new.reason.value,
            "source": source,
            "note": _note(new.says),
            "child_in_danger": new.danger == Danger.YES,
        },
    }


def _note(says: Says) -> str | None:
    return "\n\n".join(one for one in (says.description, says.note) if one) or None


def _call(row: PublicReport) -> None:
    """Tell whoever is on call that a report without an address says that a child is in danger now."""
    at = now()
    lately = PublicReport.objects.filter(danger=Danger.YES, received_at__gt=at - timedelta(hours=1)).count()
    alone = lately <= CALLS_AN_HOUR or row.client_id is not None
    name = str(row.pk) if alone else f"{at:%Y-%m-%dT%H}"
    raise_alert(
        AlertKind.DANGER_REPORT,
        key=f"danger_report:public:{name}",
        urgent=True,
        path=f"/public-reports/{row.public}/" if alone else "/public-reports/",
        details={"public_report": row.pk},
    )


def _refuse_in_demo(addresses: Sequence[str]) -> None:
    for one in addresses:
        demo.refuse_other_urls(one)
