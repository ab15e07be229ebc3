"""The way of a draft: kept, changed, reviewed, approved by a second person, discarded, corrected, let go on.

Every write is one transaction with its audit event. What is approved is frozen: the document that is sent is the one
that the second person read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.act.reports import named as whom
from lightkeeper.act.reports.models import Report, ReportFile
from lightkeeper.act.reports.named import NOBODY_NAMED, Named
from lightkeeper.act.reports.protocol import Fault, Prepared
from lightkeeper.act.reports.registry import AUTHORITIES
from lightkeeper.act.reports.states import SENDING, Mode, ReportState
from lightkeeper.act.reports.submitting import DOCUMENT, REPORT, move, seal_details, subject_of
from lightkeeper.act.reports.viewed import NOTHING, Viewed, viewed
from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may
from lightkeeper.record.events import Event
from lightkeeper.record.models import VaultObject
from lightkeeper.record.services import current_policy, write_event
from lightkeeper.record.types import Details
from lightkeeper.review.models import Case, CaseItem
from lightkeeper.runtime.services import add_work, seal, unseal

CONTENT: Final = "act:report-content"
TYPED: Final = {Mode.TEST: "TEST", Mode.LIVE: "LIVE"}
"""What whoever approves types, so that nobody files where they did not mean to."""


class ReportRefused(Exception):  # noqa: N818  # a refusal, told to the person who asked
    """What cannot be done with a report; the message is a sentence, ``faults`` what is wrong with its values."""

    def __init__(self, sentence: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(sentence)
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFile:
    """A file that a draft would send: its object in the vault, its MD5, what is said of it, and its item's case row."""

    vault_object: int
    md5: str
    details: Mapping[str, Any]
    case_item: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a draft says: the report and its files, as JSON values of the authority's types.

    ``sources``: where its values are from, by their paths, in codes of the authority's; ``named``: whom it names.
    """

    report: Mapping[str, Any]
    files: tuple[DraftFile, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    named: Named = NOBODY_NAMED


@transaction.atomic
def make_draft(
    *, case: Case, authority: str, draft: Draft, person: Person, urgent: bool = False, supplements: Report | None = None
) -> Report:
    """Keep a new draft for a case. Raises PermissionDenied; ReportRefused: filing is off, or one is on its way."""
    _require(person, Permission.REPORT_DRAFT)
    mode = AUTHORITIES[authority].mode()
    if mode is Mode.OFF:
        raise ReportRefused(_("Filing reports is switched off in this installation (setting ncmec)."))
    if supplements is not None and supplements.state != ReportState.FINISHED:
        raise ReportRefused(_("Only a report that was filed can be added to."))
    at = now()
    report = Report(
        authority=authority, mode=mode, case=case, supplements=supplements, urgent=urgent, content=b"",
        drafted_by=person, policy=current_policy().version, drafted_at=at, changed_at=at,
    )  # fmt: skip
    report.content = _sealed(report, draft)
    try:
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError:
        raise ReportRefused(_("A report of this case is on its way already: go on with that one.")) from None
    _write(Event.ACT_REPORT_DRAFTED, report, person, _where(report))
    return report


@transaction.atomic
def change_draft(report: Report, draft: Draft, person: Person, *, urgent: bool, author: bool = True) -> Report:
    """Keep another text of a draft; who changes it is who drafted it. Raises PermissionDenied, ReportRefused.

    ``author``: False where this person wrote nothing, but took over what others had written down.
    """
    _require(person, Permission.REPORT_DRAFT)
    locked = _locked(report, ReportState.DRAFT, ReportState.REVIEWED)
    locked.content, locked.urgent = _sealed(locked, draft), urgent
    locked.drafted_by = person if author else locked.drafted_by
    locked.reviewed_by = None
    move(locked, ReportState.DRAFT)
    _write(Event.ACT_REPORT_DRAFTED, locked, person, _where(locked))
    return locked


@transaction.atomic
def hand_in(report: Report, person: Person) -> Report:
    """Say that a draft is ready for a second person. Raises PermissionDenied, ReportRefused with the draft's faults."""
    _require(person, Permission.REPORT_DRAFT)
    locked = _locked(report, ReportState.DRAFT)
    _check(locked)
    locked.reviewed_by = person
    move(locked, ReportState.REVIEWED)
    _write(Event.ACT_REPORT_REVIEWED, locked, person, _where(locked))
    return locked


@transaction.atomic
def approve(report: Report, person: Person, typed: str) -> Report:
    """Approve a draft, by a second person where policy asks for one: from now on it is sent, word for word.

    Raises PermissionDenied; ReportRefused with the draft's faults, or where the mode was not typed.
    """
    _require(person, Permission.REPORT_APPROVE)
    locked = _locked(report, ReportState.DRAFT, ReportState.REVIEWED)
    mode = Mode(locked.mode)
    if AUTHORITIES[locked.authority].mode() is not mode:
        raise ReportRefused(_("This draft was begun in another mode than reports are filed in now. Discard it."))
    if typed.strip() != TYPED[mode]:
        raise ReportRefused(_("Type %(word)s to approve this report.") % {"word": TYPED[mode]})
    if person.pk in {locked.drafted_by_id, locked.reviewed_by_id} and not _may_alone(locked):
        raise ReportRefused(_("Another person than the one who drafted a report approves it."))
    if whom.unread_by(draft_of(locked).named, person):
        raise ReportRefused(_("Have what it says of possible victims shown to you before you approve it."))
    document, details = _check(locked)
    locked.document = seal(DOCUMENT, document, context=locked.public.bytes)
    locked.approved_by, locked.approved_at, locked.openings, locked.tries = person, now(), 0, 0
    move(locked, ReportState.APPROVED)
    _keep_files(locked, details)
    add_work(REPORT, subject=locked.pk)
    _write(Event.ACT_REPORT_APPROVED, locked, person, {**_where(locked), "files": len(details)})
    return locked


@transaction.atomic
def discard(report: Report, person: Person) -> Report:
    """Give a report up that was not filed. Raises PermissionDenied, ReportRefused."""
    _require(person, Permission.REPORT_DRAFT)
    locked = _locked(report, ReportState.DRAFT, ReportState.REVIEWED, ReportState.FAILED)
    locked.ended_at = now()
    move(locked, ReportState.DISCARDED)
    _write(Event.ACT_REPORT_DISCARDED, locked, person, {})
    return locked


@transaction.atomic
def correct(report: Report, person: Person) -> Report:
    """Make a draft again of a report that was refused. Raises PermissionDenied, ReportRefused."""
    _require(person, Permission.REPORT_DRAFT)
    locked = _locked(report, ReportState.FAILED)
    problem, locked.problem, locked.external_id, locked.drafted_by = locked.problem, "", "", person
    locked.files.all().delete()
    move(locked, ReportState.DRAFT)
    _write(Event.ACT_REPORT_RESUMED, locked, person, {"problem": problem})
    return locked


@transaction.atomic
def resume(report: Report, person: Person) -> Report:
    """Let a report go on that was held, where it stopped. Raises PermissionDenied, ReportRefused."""
    _require(person, Permission.REPORT_APPROVE)
    locked = _locked(report, ReportState.HELD)
    problem, locked.problem, locked.tries = locked.problem, "", 0
    if problem == "begun_too_often":
        locked.openings = 0
    move(locked, ReportState(locked.held_from))
    add_work(REPORT, subject=locked.pk)
    _write(Event.ACT_REPORT_RESUMED, locked, person, {"problem": problem})
    return locked


def draft_of(report: Report) -> Draft:
    """What a report's draft says. Raises SealError."""
    kept = json.loads(unseal(CONTENT, bytes(report.content), context=report.public.bytes))
    return Draft(
        report=kept["report"], files=tuple(DraftFile(**one) for one in kept["files"]),
        sources=kept.get("sources", {}), named=whom.from_json(kept.get("named", {})),
    )  # fmt: skip


def faults(report: Report) -> list[Fault]:
    """What is wrong with a draft. Raises SealError."""
    return _prepared(report).faults


def _check(report: Report) -> tuple[bytes, Sequence[bytes]]:
    prepared = _prepared(report)
    if prepared.faults:
        raise ReportRefused(_("This report cannot be sent as it is; see what is wrong with it."), prepared.faults)
    return prepared.document, prepared.details


def _prepared(report: Report) -> Prepared:
    """A draft as it would be sent now; what was viewed is read from the view log, whatever the draft says of it."""
    draft, authority = draft_of(report), AUTHORITIES[report.authority]
    details = [authority.with_views(file.details, _seen(file)) for file in draft.files]
    prepared = authority.prepare(draft.report, details, Mode(report.mode))
    since = whom.outdated(draft.named, report.case_id)
    return Prepared([*since, *prepared.faults]) if since else prepared


def _seen(file: DraftFile) -> Viewed:
    row = CaseItem.objects.select_related("item").filter(pk=file.case_item or 0).first()
    return NOTHING if row is None else viewed(row.item, before=now())


def _keep_files(report: Report, details: Sequence[bytes]) -> None:
    report.files.all().delete()
    for position, (file, said) in enumerate(zip(draft_of(report).files, details, strict=True), start=1):
        kept = VaultObject.objects.filter(pk=file.vault_object, destroyed_at=None).first()
        if kept is None:
            raise ReportRefused(_("File %(number)s is not kept any more. Take it out.") % {"number": position})
        ReportFile.objects.create(
            report=report, position=position, case_item_id=file.case_item, vault_object=kept, md5=file.md5,
            details=seal_details(report, position, said),
        )  # fmt: skip


def _may_alone(report: Report) -> bool:
    policy = current_policy()
    return not (policy.report_second if report.mode == Mode.LIVE else policy.report_second_in_test)


def _locked(report: Report, *states: ReportState) -> Report:
    locked = Report.objects.select_for_update().get(pk=report.pk)
    if locked.state not in states:
        raise ReportRefused(
            _("It is being sent in this moment.") if locked.state in SENDING
            else _("This report is “%(state)s” by now.") % {"state": ReportState(locked.state).label}
        )  # fmt: skip
    return locked


def _require(person: Person, permission: Permission) -> None:
    if not may(person, permission):
        raise PermissionDenied(permission.value)


def _sealed(report: Report, draft: Draft) -> bytes:
    files = [
        {"vault_object": each.vault_object, "md5": each.md5, "details": each.details, "case_item": each.case_item}
        for each in draft.files
    ]
    kept = {"report": draft.report, "files": files, "sources": dict(draft.sources), "named": whom.as_json(draft.named)}
    content = json.dumps(kept, sort_keys=True)
    return seal(CONTENT, content.encode(), context=report.public.bytes)


def _where(report: Report) -> Details:
    return {"authority": report.authority, "mode": report.mode}


def _write(event: Event, report: Report, person: Person, details: Details) -> None:
    write_event(event, actor=person.actor, subject=subject_of(report), details=details)
