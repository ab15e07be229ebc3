"""Settling: a grade whose minute is over stands, and the item is settled or waits for another person."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils.timezone import now

from lightkeeper.people.alert_types import AlertKind
from lightkeeper.people.services import raise_alert
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Subject
from lightkeeper.review.case_state import refresh_locked
from lightkeeper.review.grading import lock_item, subject_of
from lightkeeper.review.models import CaseItem, Grade
from lightkeeper.review.parts import settles, standing
from lightkeeper.review.second import reasons_for_second
from lightkeeper.review.states import ITEM_MOVES, GradeState, ItemState
from lightkeeper.review.types import GradePart
from lightkeeper.runtime.services import Later

_AFTER: Final = {GradePart.FIRST: ItemState.SECOND, GradePart.SECOND: ItemState.DISAGREED}
"""What an item waits for after a grade that did not settle it; after any other it waits as before."""


@transaction.atomic
def settle(grade_id: int) -> bool:
    """Let a pending grade stand once its minute is over, and its item with it; False where nothing was to be done.

    The same twice, or of a grade that was undone, does nothing: the case's row is locked before the grade is looked
    at. Upper rooms carry out the decision when they hear ``REVIEW_ITEM_SETTLED``, in this transaction.
    """
    known = Grade.objects.select_related("case_item").filter(pk=grade_id).first()
    if known is None:
        return False
    item = lock_item(known.case_item)
    grade = Grade.objects.select_for_update().get(pk=grade_id)
    if grade.state != GradeState.PENDING or grade.stands_at > now():
        return False
    grade.state, grade.ended_at = GradeState.STANDING, now()
    grade.save(update_fields=["state", "ended_at"])
    state = _after(item, grade)
    write_event(
        Event.REVIEW_GRADE_STOOD,
        actor=Actor.system(),
        subject=subject_of(grade),
        details={"part": grade.part, "second": state is ItemState.SECOND},
    )
    if state != item.state:
        _move(item, state, grade)
    refresh_locked(item.case)
    return True


def settle_when_due(grade_id: int) -> None:
    """The work of letting a grade stand. Raises Later where its minute is not over by this machine's clock."""
    grade = Grade.objects.filter(pk=grade_id, state=GradeState.PENDING).first()
    if grade is not None and grade.stands_at > now():
        raise Later(after=grade.stands_at - now())
    settle(grade_id)


def _after(item: CaseItem, grade: Grade) -> ItemState:
    """What the item waits for now that this grade stands."""
    before = ItemState(item.state)
    if before is ItemState.SETTLED:  # erased meanwhile
        return before
    if grade.part == GradePart.FIRST:
        item.second_because = ",".join(sorted(reasons_for_second(grade)))
    if settles(item, standing(item)):
        return ItemState.SETTLED
    return _AFTER.get(GradePart(grade.part), before)


def _move(item: CaseItem, state: ItemState, grade: Grade) -> None:
    if state not in ITEM_MOVES[ItemState(item.state)]:
        raise ValueError(f"an item that is {item.state} does not become {state}")
    item.state, item.settled_at = state, now() if state is ItemState.SETTLED else None
    item.save(update_fields=["state", "settled_at", "second_because"])
    if state is not ItemState.SETTLED:
        return
    if grade.part == GradePart.ALONE:
        _tell_leads(item)
    write_event(
        Event.REVIEW_ITEM_SETTLED,
        actor=Actor.system(),
        subject=Subject("case_item", str(item.pk)),
        details={"grade": grade.pk, "grades": len(standing(item))},
    )


def _tell_leads(item: CaseItem) -> None:
    raise_alert(
        AlertKind.SETTLED_ALONE,
        key=f"settled_alone:{item.pk}",
        urgent=False,
        path=f"/cases/{item.case.public}/",
        details={"case": item.case_id},
    )
