"""What a caller may do with a submission afterwards: withdraw it, have it erased."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.timezone import now

from lightkeeper.act.services import erase_callbacks
from lightkeeper.intake.identity import reference_index
from lightkeeper.intake.models import Submission
from lightkeeper.intake.outcomes import actor_of, kept_for
from lightkeeper.intake.states import State, may_become
from lightkeeper.intake.types import Caller, Reason, Refused
from lightkeeper.record.errors import HeldError
from lightkeeper.record.events import Event
from lightkeeper.record.services import destroy, let_go, refuse_if_held, write_event
from lightkeeper.record.types import Actor, DestructionReason, Subject
from lightkeeper.review.models import Case
from lightkeeper.review.services import erase_from_case, withdraw_case


def find(caller: Caller, callers_id: str, *, lock: bool = False) -> Submission:
    """The submission that a client calls so. Raises Refused: 404 where there is none, 410 where it was erased.

    A caller with detail also finds one that is kept for its case alone, when its id stands for nothing else.
    """
    rows = Submission.objects.select_for_update() if lock else Submission.objects
    named = rows.filter(client_id=caller.client_id, reference_index=reference_index(caller.client_id, callers_id))
    row = named.filter(former=False).first()
    if row is not None and gone(row) and not (caller.detail and row.case_id is not None):
        row = None
    if row is None and caller.detail:
        row = named.filter(former=True, case__isnull=False).order_by("-pk").first()
    if row is None:
        raise Refused(404, "no-submission", "There is no submission with this id, or its time has run out.")
    if row.state == State.ERASED:
        raise Refused(410, "erased", "The submission with this id was erased.")
    return row


def gone(row: Submission) -> bool:
    """Whether the time of a submission has run out, so that its id is free and stands for nothing.

    That must not depend on whether it has a case: who learns when an id is forgotten would learn what was found. What
    is withheld is known to be so, and stays until somebody has decided.
    """
    waits = row.withheld and not row.decision
    return row.purge_at is not None and row.purge_at <= now() and not waits


def free_ids(rows: Iterable[Submission]) -> None:
    """Let the ids of submissions whose time has run out be used anew, whatever is still kept of them, and why."""
    numbers = [row.pk for row in rows]
    if numbers:
        Submission.objects.filter(pk__in=numbers).update(former=True)


@transaction.atomic
def withdraw(caller: Caller, callers_id: str) -> Submission:
    """Stop what is still to be done about a submission. A case that it opened is told, and stays for a person to close.

    Raises Refused: 404, 410, 409 while a legal hold stands.
    """
    row = _locked(caller, callers_id)
    if not may_become(row.state, State.WITHDRAWN):
        return row
    actor = actor_of(caller.client_id)
    _refuse_if_held(row)
    if row.vault_object is not None:
        bytes_of, row.vault_object = row.vault_object, None
        row.save(update_fields=["vault_object"])
        let_go(bytes_of, reason=DestructionReason.WITHDRAWN, subject=_subject(row), actor=actor)
    if row.case_id is not None:
        withdraw_case(case_id=row.case_id, source=bytes(row.reference_index), actor=actor)
    row.purge_at = row.purge_at or now() + kept_for()
    row.state, row.reason, row.arrival = State.WITHDRAWN, Reason.WITHDRAWN, None
    row.finished_at = row.finished_at or now()
    row.save()
    write_event(Event.INTAKE_SUBMISSION_WITHDRAWN, actor=actor, subject=_subject(row))
    return row


@transaction.atomic
def erase(caller: Caller, callers_id: str) -> Submission:
    """Destroy all that is left of a submission but the audit trail, and a row that says it was erased.

    Raises Refused: 404, 410, 409 while a legal hold stands.
    """
    row = _locked(caller, callers_id)
    try:
        _erase(row, actor_of(caller.client_id))
    except HeldError:
        raise _hold() from None
    return row


@transaction.atomic
def erase_again(number: int) -> bool:
    """Erase a submission that the destruction log says was erased; False where nothing is left of it. HeldError."""
    case_id = Submission.objects.filter(pk=number).values_list("case_id", flat=True).first()
    if case_id is not None:
        Case.objects.select_for_update().get(pk=case_id)
    row = Submission.objects.select_for_update().filter(pk=number).exclude(state=State.ERASED).first()
    if row is None:
        return False
    _erase(row, Actor.operator())
    return True


def _erase(row: Submission, actor: Actor) -> None:
    """Destroy all that is left of a locked submission. HeldError: a legal hold stands."""
    refuse_if_held(*_held_by(row))
    case_id, bytes_of = row.case_id, row.vault_object
    row.state, row.reason = State.ERASED, Reason.ERASED
    row.finished_at, row.purge_at = row.finished_at or now(), now() + kept_for()
    row.retained = row.arrival = None
    row.item = row.case = row.vault_object = None
    row.uploader_day, row.degraded, row.surface = None, "", ""
    row.outcome, row.withheld = "", False
    row.decision = row.label = ""
    row.save()
    if bytes_of is not None:
        destroy(bytes_of, reason=DestructionReason.ERASED, actor=actor)
    if case_id is not None:
        erase_from_case(case_id=case_id, source=bytes(row.reference_index), actor=actor)
    erase_callbacks(client_id=row.client_id, order_key=bytes(row.reference_index), actor=actor)
    write_event(Event.INTAKE_SUBMISSION_ERASED, actor=actor, subject=_subject(row))


def _locked(caller: Caller, callers_id: str) -> Submission:
    """The submission, locked after its case: a decision, too, locks the case first, and its submissions then."""
    case_id = find(caller, callers_id).case_id
    if case_id is not None:
        Case.objects.select_for_update().get(pk=case_id)
    return find(caller, callers_id, lock=True)


def _held_by(row: Submission) -> list[Subject]:
    subjects = [_subject(row)]
    subjects += [Subject("item", str(row.item_id))] if row.item_id is not None else []
    subjects += [Subject("case", str(row.case_id))] if row.case_id is not None else []
    return subjects


def _refuse_if_held(row: Submission) -> None:
    try:
        refuse_if_held(*_held_by(row))
    except HeldError:
        raise _hold() from None


def _subject(row: Submission) -> Subject:
    return Subject("submission", str(row.pk))


def _hold() -> Refused:
    return Refused(
        409, "legal-hold", "A legal hold stands on this submission; it stays until the hold is lifted. Try again later."
    )
