"""Putting right what rested on an entry that was proved wrong: a bounded number at a time, each in its own transaction.

What is left to do is asked anew each time, so whoever dies in the middle has lost nothing and does nothing twice.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils.timezone import now

from lightkeeper.act.services import DECISION_EVENT, decision_payload, queue_callback
from lightkeeper.act.types import DecisionKind
from lightkeeper.intake import outcomes
from lightkeeper.intake.corrections import reason_of
from lightkeeper.intake.models import Correction, Submission
from lightkeeper.intake.resting import opened_again, resting_alone
from lightkeeper.intake.retained import readable
from lightkeeper.intake.states import CorrectionPhase
from lightkeeper.lists.types import EntryState
from lightkeeper.record.events import Event
from lightkeeper.record.services import current_policy, write_event
from lightkeeper.record.types import Actor, ActorKind, Subject
from lightkeeper.review.models import Case, CaseItem
from lightkeeper.review.queries import public_id
from lightkeeper.review.services import GradeError, reopen_case
from lightkeeper.runtime.services import Later, SealError

BATCH: Final = 200
"""Submissions or items of one turn of the work."""

LATEST: Final = timedelta(minutes=1)
"""By then every process has followed the entry, and what was being searched has ended."""

_SOON: Final = timedelta(milliseconds=1)


def correct(correction_id: int) -> None:
    """Do one turn of a correction. Raises Later where more is to be done, until all is."""
    row = Correction.objects.select_related("entry").filter(pk=correction_id, done_at=None).first()
    if row is None:
        return
    if row.entry.state == EntryState.ACTIVE:  # somebody restored it: it was not wrong after all
        _move(row, CorrectionPhase.DONE)
        return
    if row.phase == CorrectionPhase.CHECKING and now() < row.made_at + LATEST:
        raise Later(after=row.made_at + LATEST - now())
    more = _reopen(row) if row.phase == CorrectionPhase.REOPENING else _reinstate(row)
    if not more:
        phases = list(CorrectionPhase)
        _move(row, phases[phases.index(CorrectionPhase(row.phase)) + 1])
    if row.phase != CorrectionPhase.DONE:
        raise Later(after=_SOON)


def _move(row: Correction, phase: CorrectionPhase) -> None:
    before, row.phase = row.phase, phase
    row.done_at = now() if phase is CorrectionPhase.DONE else None
    Correction.objects.filter(pk=row.pk, phase=before).update(phase=phase, done_at=row.done_at)


def _reinstate(row: Correction) -> bool:
    """Reinstate some of what nothing but the entry withholds; gives whether there may be more."""
    found = list(resting_alone(row.entry_id).values_list("pk", "case_id")[:BATCH])
    for number, case_id in found:
        _reinstate_one(row, number, case_id)
    return len(found) == BATCH


@transaction.atomic
def _reinstate_one(row: Correction, number: int, case_id: int) -> None:
    # The case first, as everybody does: nobody grades or decides until this is done.
    Case.objects.select_for_update().get(pk=case_id)
    rows = resting_alone(row.entry_id).filter(pk=number, case_id=case_id)
    submission = rows.select_for_update(of=("self",)).first()
    if submission is None:
        return
    submission.withheld, submission.decision = False, DecisionKind.REINSTATE
    if submission.purge_at is not None:  # whoever was told that it is withheld can ask what became of it
        submission.purge_at = max(submission.purge_at, now() + outcomes.kept_for())
    submission.save(update_fields=["withheld", "decision", "purge_at"])
    write_event(
        Event.INTAKE_SUBMISSION_REINSTATED,
        actor=_actor(row),
        subject=Subject("submission", str(number)),
        details={"correction": row.pk},
    )
    _tell(row, submission)
    Correction.objects.filter(pk=row.pk).update(reinstated=F("reinstated") + 1)


def _tell(row: Correction, submission: Submission) -> None:
    """Tell the platform as of a decision; one that takes no decisions, by how the submission stands now."""
    for _, kept in readable([submission]):
        if kept.callers_id is None:
            continue
        told = queue_callback(
            client_id=submission.client_id,
            order_key=bytes(submission.reference_index),
            event=DECISION_EVENT,
            payload=_payload(row, submission, kept.callers_id),
        )
        if told is None:
            outcomes.call_back(submission, kept.callers_id)


def _payload(row: Correction, submission: Submission, callers_id: str) -> dict[str, Any]:
    seen = None
    if submission.detail and submission.case_id is not None:
        seen = (public_id(submission.case_id), submission.outcome)
    return decision_payload(
        callers_id=callers_id, kind=DecisionKind.REINSTATE, label="", decided_at=row.made_at,
        policy=current_policy().version, seen=seen,
    )  # fmt: skip


def _reopen(row: Correction) -> bool:
    """Open some of what was settled again; gives whether there may be more."""
    left = opened_again(row.entry_id, row.made_at).filter(pk__gt=row.position)
    found = list(left.select_related("case")[:BATCH])
    because = _because(row) if found else ""
    for item in found:
        _reopen_one(row, item, because)
    return len(found) == BATCH


@transaction.atomic
def _reopen_one(row: Correction, item: CaseItem, because: str) -> None:
    """Open an item again and note that it was looked at; what somebody opened or erased meanwhile is passed over."""
    opened = 0
    try:
        reopen_case(item, because, _actor(row))
        opened = 1
    except GradeError:
        pass
    row.position = item.pk
    Correction.objects.filter(pk=row.pk).update(position=item.pk, reopened=F("reopened") + opened)


def _because(row: Correction) -> str:
    """What the page of a case that is opened again says: the person's words, which are sealed there too."""
    try:
        words = reason_of(row)
    except SealError:
        words = "–"
    return f"Entry {row.entry_id} of a list was proved wrong: {words}"


def _actor(row: Correction) -> Actor:
    """The person who proved the entry wrong, with the role they had then: all this is their act."""
    return Actor(ActorKind.PERSON, str(row.person_id), row.role)


def left_of(row: Correction) -> tuple[int, int]:
    """Submissions and items that still wait for a correction that is under way."""
    if row.done_at is not None:
        return 0, 0
    reopen = opened_again(row.entry_id, row.made_at).filter(pk__gt=row.position).count()
    return resting_alone(row.entry_id).count(), reopen
