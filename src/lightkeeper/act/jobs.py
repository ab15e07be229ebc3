"""Background entry points of the room."""

from __future__ import annotations

from datetime import timedelta

from lightkeeper.act import carrying_out, decisions, delivering, feedback, keeping
from lightkeeper.act.queueing import DELIVER
from lightkeeper.record.events import Event
from lightkeeper.record.services import subscribe
from lightkeeper.runtime.services import job, schedule

subscribe(Event.REVIEW_ITEM_SETTLED, carrying_out.item_settled)
subscribe(Event.REVIEW_ITEM_SETTLED, feedback.item_settled)
subscribe(Event.REVIEW_CASE_REOPENED, feedback.case_reopened)
subscribe(Event.REVIEW_GRADE_UNDONE, decisions.grade_undone)
subscribe(Event.REVIEW_GRADE_STOOD, decisions.grade_stood)


# How long a callback is tried is its own clock's matter (``give_up_at``), not a number of attempts.
@job(DELIVER, attempts=1_000_000)
def deliver(subject: int | None) -> None:
    """Send one callback."""
    if subject is not None:
        delivering.deliver(subject)


@schedule("act:prune", every=timedelta(hours=1))
def prune(subject: int | None) -> None:
    """Delete callbacks that ended long ago."""
    del subject
    keeping.prune()
