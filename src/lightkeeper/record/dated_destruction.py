"""Dated destruction: what its clocks say is due is destroyed by every room, once, with a proof.

A case at a time, in one transaction: whatever dies when, it is destroyed whole with its proof or not at all, and the
next run goes on. What a legal hold, another rule or a report on its way keeps stays due, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from lightkeeper.record.clocks import limits, running
from lightkeeper.record.errors import HeldError
from lightkeeper.record.events import Event
from lightkeeper.record.holds import lift_hold_again, lift_hold_at_its_term, refuse_if_held
from lightkeeper.record.keepers import destroy_all, related_to
from lightkeeper.record.models import RetentionClock
from lightkeeper.record.policy import current_policy
from lightkeeper.record.proofs import write_proof
from lightkeeper.record.retention_rules import AGAIN
from lightkeeper.record.retention_types import Blocked, Bound, Cause, ClockState, ClockSubject, Covers, Related
from lightkeeper.record.trail import write_event
from lightkeeper.record.types import Actor, DestructionReason, Details, Subject

BATCH: Final = 200


def destroy_due() -> int:
    """Destroy the content of every case whose day has come. Gives how many; what is kept from it stays due."""
    destroyed = 0
    after: tuple[datetime | None, int] = (None, 0)
    while batch := _due(after):
        after = batch[-1]
        destroyed += sum(_destroy_when_due(number) for _due_at, number in batch)
    forget_old_pages()
    return destroyed


def forget_old_pages() -> None:
    """Empty SQLite's write-ahead log: what was overwritten in the database's file would stand in it still.

    While somebody reads, it cannot be emptied; the next run does it then.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@transaction.atomic
def destroy_case_again(case: str) -> bool:
    """Destroy what is left of a case (by its number) that the destruction log says was destroyed since the backup.

    In the backup it may be open still, or not due; and holds may stand that were lifted before it was destroyed, as it
    would not have been otherwise.
    """
    subject = Subject(ClockSubject.CASE.value, case)
    related = related_to(int(case))
    while (hold := _hold_on(related)) is not None:
        lift_hold_again(hold)
    done = destroy_all(int(case), DestructionReason.RETENTION_OVER)
    if not done.counts:
        return False
    at = timezone.now()
    write_proof(
        subject, done, clock=None, rule=AGAIN, policy=current_policy().version, due_at=at, at=at,
        actor=Actor.operator(),
    )  # fmt: skip
    _end(subject, at)
    return True


def _due(after: tuple[datetime | None, int]) -> list[tuple[datetime, int]]:
    """The next clocks that are due, by time and number, behind one of them."""
    rows = limits().filter(due_at__lte=timezone.now())
    at, number = after
    if at is not None:
        rows = rows.filter(due_at=at, pk__gt=number) | rows.filter(due_at__gt=at)
    return list(rows.order_by("due_at", "pk").values_list("due_at", "pk")[:BATCH])


@transaction.atomic
def _destroy_when_due(number: int) -> bool:
    """Destroy what one clock covers, unless something keeps it; True where it was destroyed now."""
    known = RetentionClock.objects.get(pk=number)
    subject = Subject(known.subject_kind, known.subject_id)
    related = related_to(int(subject.id))  # locks the case before its clocks, as closing a case does
    clock = RetentionClock.objects.select_for_update().get(pk=number)
    if clock.state != ClockState.RUNNING:
        return False
    blocked, hold = _kept_back(related)
    if blocked is not None:
        _note(clock, subject, blocked, hold)
        return False
    reason = DestructionReason.UNFOUNDED if clock.cause == Cause.UNFOUNDED else DestructionReason.RETENTION_OVER
    done = destroy_all(int(subject.id), reason)
    at = timezone.now()
    write_proof(
        subject, done, clock=clock, rule=clock.rule, policy=current_policy().version, due_at=clock.due_at, at=at,
        actor=Actor.system(),
    )  # fmt: skip
    _end(subject, at)
    return True


def _kept_back(related: Related) -> tuple[Blocked | None, int | None]:
    """Why what is due must stay, and by which hold; holds are asked last, so that none is lifted too early."""
    if related.waits is not None:
        return related.waits, None
    if any(_asks_to_keep(related.subjects)):
        return Blocked.KEPT, None
    hold = _hold_on(related)
    return (None, None) if hold is None else (Blocked.HOLD, hold)


def _hold_on(related: Related) -> int | None:
    """A hold that stands, by its number; those of filed reports end with their term, where the policy says so."""
    while True:
        try:
            refuse_if_held(*related.subjects, contents=related.contents)
        except HeldError as error:
            if not current_policy().report_holds_end or not lift_hold_at_its_term(error.hold):
                return error.hold
        else:
            return None


def _asks_to_keep(subjects: Iterable[Subject]) -> Iterable[bool]:
    later = {"bound": Bound.AT_LEAST, "covers": Covers.CONTENT, "due_at__gt": timezone.now()}
    return (running(one).filter(**later).exists() for one in subjects)


def _note(clock: RetentionClock, subject: Subject, blocked: Blocked, hold: int | None) -> None:
    """Say why it stays, once for each reason."""
    if (clock.blocked, clock.hold_id) == (blocked, hold):
        return
    clock.blocked, clock.hold_id = blocked, hold
    clock.save(update_fields=["blocked", "hold"])
    details: Details = {"clock": clock.pk, "rule": clock.rule, "why": blocked.value, "hold": hold}
    write_event(Event.RECORD_CLOCK_BLOCKED, actor=Actor.system(), subject=subject, details=details)


def _end(subject: Subject, at: datetime) -> None:
    """End the clocks of what is destroyed."""
    running(subject).update(state=ClockState.DESTROYED, ended_at=at, blocked="", hold=None)
