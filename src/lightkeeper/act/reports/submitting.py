"""Sending a report: one request after another, each written down before it is made, until it is filed.

A step that has begun and has no end when a worker looks may have happened. What does no harm twice is repeated: opening
(an unfinished report is deleted by the authority), finishing (a finished one says so), taking back. After any other the
report is taken back at the authority and begun anew. So whatever dies when, one report is filed, or none and a person
sees why.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.timezone import now

from lightkeeper.act.reports.models import Receipt, Report, ReportFile, ReportStep
from lightkeeper.act.reports.protocol import AFTER_UNKNOWN_REPEAT, Answer, Came, FiledFile, Filing, Step
from lightkeeper.act.reports.registry import AUTHORITIES
from lightkeeper.act.reports.states import MOVES, SENDING, Mode, ReportState, StepEnd, StepKind
from lightkeeper.people.services import raise_alert
from lightkeeper.people.types import AlertKind
from lightkeeper.record.events import Event
from lightkeeper.record.services import Cause, VaultError, place_hold, read_object, start_clocks, write_event
from lightkeeper.record.types import Actor, HoldBasis, Subject
from lightkeeper.runtime.services import Retry, SealError, finish_current, seal, unseal

REPORT: Final = "act:report"
"""The kind of work that sends a report; its subject is the report."""

OPENINGS: Final = 6
"""How often a report is begun anew before a person is asked."""
TRIES: Final = 24
"""How often one step is tried in vain before a person is asked."""
LONGEST_WAIT: Final = timedelta(hours=1)

DOCUMENT: Final = "act:report-document"
DETAILS: Final = "act:report-details"
RECEIPT: Final = "act:report-receipt"


def send(report_id: int) -> None:
    """Send a report as far as it goes now. Raises Retry where a step is to be tried again later."""
    while True:
        begun = _begin(report_id)
        if begun is None:
            return
        step, filing, authority, content = begun
        answer = AUTHORITIES[authority].perform(step, filing, content)
        wait = _end(report_id, step, answer)
        if wait is not None:
            raise Retry(wait, answer.code[:64])


@transaction.atomic
def _begin(report_id: int) -> tuple[Step, Filing, str, bytes] | None:
    """Write down the next step; None where there is nothing to do, or a person must look."""
    report = Report.objects.select_for_update().filter(pk=report_id).first()
    if report is None or report.state not in SENDING:
        finish_current()
        return None
    if AUTHORITIES[report.authority].mode() != report.mode:
        hold(report, "mode_changed")
        return None
    _settle_unknown(report)
    if report.state not in SENDING:
        return None
    try:
        filing = filing_of(report)
        step = _next(report, filing)
        content = _content(report, step)
    except (SealError, VaultError):
        fail(report, "not_readable")
        return None
    if step.kind is StepKind.OPEN:
        report.openings += 1
        report.save(update_fields=["openings"])
    ReportStep.objects.create(
        report=report, opening=report.openings, kind=step.kind, position=step.position, began_at=now()
    )
    return step, filing, report.authority, content


def _next(report: Report, filing: Filing) -> Step:
    if report.state == ReportState.RETRACTING:
        return Step(StepKind.RETRACT)
    step = AUTHORITIES[report.authority].next_step(filing)
    if step is None:  # no adapter of ours ends a report without a last step
        raise RuntimeError("a report on its way has no next step")
    return step


def _content(report: Report, step: Step) -> bytes:
    if step.kind is not StepKind.UPLOAD:
        return b""
    row = ReportFile.objects.select_related("vault_object").get(report=report, position=step.position)
    return read_object(row.vault_object)


def _settle_unknown(report: Report) -> None:
    """End the step that a worker began and did not live to end; begin anew where it must not be made twice."""
    left = ReportStep.objects.filter(report=report, ended_at=None).first()
    if left is None:
        return
    _write_end(left, StepEnd.UNKNOWN, "stopped")
    if StepKind(left.kind) not in AFTER_UNKNOWN_REPEAT:
        _begin_anew(report)


@transaction.atomic
def _end(report_id: int, step: Step, answer: Answer) -> timedelta | None:
    """Write down what came of a step; gives how long to wait before going on, None where it goes on (or ends) now."""
    report = Report.objects.select_for_update().get(pk=report_id)
    row = ReportStep.objects.get(report=report, ended_at=None)
    _write_end(row, _ending(answer), answer.code, answer.request_id)
    if answer.came is Came.DONE:
        report.tries = 0
        _happened(report, row, step, answer)
    elif answer.came is Came.FINISHED:
        _was_finished(report, row, answer)
    elif answer.came is Came.HOLD:
        hold(report, _problem(answer))
    elif answer.came is Came.FAIL:
        fail(report, _problem(answer))
    elif answer.came is Came.GONE:
        _forget_opening(report)
    else:
        return _again(report, step, answer)
    return None


def _again(report: Report, step: Step, answer: Answer) -> timedelta | None:
    """The step is tried again later; where it may have happened and must not twice, the report is begun anew."""
    report.tries += 1
    report.save(update_fields=["tries"])
    if report.tries >= TRIES:
        hold(report, "unreachable")
        return None
    if answer.came is Came.UNKNOWN and step.kind not in AFTER_UNKNOWN_REPEAT:
        _begin_anew(report)
    return wait_after(report.tries)


def _happened(report: Report, row: ReportStep, step: Step, answer: Answer) -> None:
    if step.kind is StepKind.OPEN:
        report.external_id = answer.external_id
        move(report, ReportState.OPENED)
    elif step.kind is StepKind.UPLOAD:
        ReportFile.objects.filter(report=report, position=step.position).update(file_id=answer.file_id)
        move(report, ReportState.UPLOADING)
    elif step.kind is StepKind.DESCRIBE:
        ReportFile.objects.filter(report=report, position=step.position).update(described=True)
        left = ReportFile.objects.filter(report=report, described=False).exists()
        move(report, ReportState.UPLOADING if left else ReportState.DETAILED)
    elif step.kind is StepKind.RETRACT:
        _forget_opening(report)
    else:
        _filed(report, row, answer)


def _was_finished(report: Report, row: ReportStep, answer: Answer) -> None:
    """The authority says that it was finished: by us, if we asked and never heard; else a person has to look."""
    asked = ReportStep.objects.filter(report=report, opening=report.openings, kind=StepKind.FINISH)
    if asked.filter(end=StepEnd.UNKNOWN).exists():
        _filed(report, row, answer)
    else:
        fail(report, "finished_elsewhere")


def _filed(report: Report, row: ReportStep, answer: Answer) -> None:
    """It is filed: the receipt is kept word for word, and what it is about must not be destroyed from now on."""
    at = now()
    Receipt.objects.create(
        report=report, step=row, body=seal(RECEIPT, answer.body, context=report.public.bytes), received_at=at
    )
    report.ended_at, report.tries, report.problem = at, 0, ""
    move(report, ReportState.FINISHED)
    if report.mode == Mode.LIVE and report.approved_by is not None:
        place_hold(
            subject=Subject("case", str(report.case_id)),
            basis=HoldBasis.REPORT_FILED,
            reference=f"{report.authority} {report.external_id}",
            by=report.approved_by.actor,
        )
        start_clocks(subject_of(report), Cause.RECEIPT, authority=report.authority, at=at)
    write_event(
        Event.ACT_REPORT_FILED,
        actor=Actor.system(),
        subject=subject_of(report),
        details={"authority": report.authority, "mode": report.mode, "openings": report.openings},
    )
    finish_current()


def _begin_anew(report: Report) -> None:
    """Take back what may be half done at the authority, before the report is opened again."""
    if report.openings >= OPENINGS:
        hold(report, "begun_too_often")
    elif report.external_id:
        move(report, ReportState.RETRACTING)
    else:
        move(report, ReportState.APPROVED)


def _forget_opening(report: Report) -> None:
    """The authority has nothing of this report (any more): it is begun anew."""
    ReportFile.objects.filter(report=report).update(file_id="", described=False)
    report.external_id = ""
    if report.openings >= OPENINGS:
        report.save(update_fields=["external_id"])
        hold(report, "begun_too_often")
    else:
        move(report, ReportState.APPROVED)


def hold(report: Report, problem: str) -> None:
    """Stop until a person has mended something and lets it go on; somebody is told."""
    report.held_from, report.problem = report.state, problem
    move(report, ReportState.HELD)
    _tell(report, Event.ACT_REPORT_HELD, AlertKind.REPORT_HELD)


def fail(report: Report, problem: str) -> None:
    """Stop for good: the report itself must be corrected by a person; somebody is told."""
    report.problem = problem
    move(report, ReportState.FAILED)
    _tell(report, Event.ACT_REPORT_FAILED, AlertKind.REPORT_FAILED)


def _tell(report: Report, event: Event, kind: AlertKind) -> None:
    write_event(event, actor=Actor.system(), subject=subject_of(report), details={"problem": report.problem})
    raise_alert(
        kind,
        key=f"{kind.value}:{report.pk}:{report.openings}",
        urgent=report.mode == Mode.LIVE,
        path=f"/reports/{report.public}/",
        details={"report": report.pk},
    )
    finish_current()


def move(report: Report, state: ReportState) -> None:
    """Move a report that is locked, and save it. Raises RuntimeError for a move that there is not."""
    before = ReportState(report.state)
    if state is not before and state not in MOVES[before]:
        raise RuntimeError(f"a report does not go from {before} to {state}")
    report.state, report.changed_at = state, now()
    if state is not ReportState.HELD:
        report.held_from = ""
    report.save()


def filing_of(report: Report) -> Filing:
    """A report as an adapter sees it. Raises SealError."""
    files = tuple(
        FiledFile(file.position, file.md5, unseal(DETAILS, bytes(file.details), context=_context(file)), file.file_id,
                  file.described)
        for file in report.files.order_by("position")
    )  # fmt: skip
    document = unseal(DOCUMENT, bytes(report.document or b""), context=report.public.bytes)
    return Filing(Mode(report.mode), document, report.external_id, files)


def seal_details(report: Report, position: int, details: bytes) -> bytes:
    """What is said of a file, as its row keeps it."""
    return seal(DETAILS, details, context=report.public.bytes + position.to_bytes(2, "big"))


def _context(file: ReportFile) -> bytes:
    return file.report.public.bytes + file.position.to_bytes(2, "big")


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many tries in vain: twice as long each time, up to an hour."""
    doubled: int = 2 ** min(tries, 20)
    return min(timedelta(seconds=doubled), LONGEST_WAIT)


def subject_of(report: Report) -> Subject:
    """A report, as the audit trail names it."""
    return Subject("report", str(report.pk))


def _ending(answer: Answer) -> StepEnd:
    if answer.came in {Came.DONE, Came.FINISHED}:
        return StepEnd.DONE
    if answer.came is Came.UNKNOWN:
        return StepEnd.UNKNOWN
    sent = answer.code.isdigit() or answer.code.startswith("status_")
    return StepEnd.REFUSED if sent else StepEnd.NOT_SENT


def _problem(answer: Answer) -> str:
    return f"code_{answer.code}" if answer.code.isdigit() else answer.code[:32]


def _write_end(row: ReportStep, end: StepEnd, code: str, request_id: str = "") -> None:
    at: datetime = max(now(), row.began_at)
    row.end, row.code, row.request_id, row.ended_at = end, code[:32], request_id, at
    row.save(update_fields=["end", "code", "request_id", "ended_at"])
