"""What the worker does for the room, again and again."""

from __future__ import annotations

from datetime import timedelta

from lightkeeper.figures import facts
from lightkeeper.figures.services import remind_of_review, warn_of_trends
from lightkeeper.record.events import Event
from lightkeeper.record.services import subscribe
from lightkeeper.runtime.services import schedule

subscribe(Event.REVIEW_ITEM_SETTLED, facts.item_settled)
subscribe(Event.REVIEW_CASE_REOPENED, facts.case_reopened)
for change in (
    Event.ACT_TAKEDOWN_SENT, Event.ACT_TAKEDOWN_TAKEN, Event.ACT_TAKEDOWN_REPLIED, Event.ACT_TAKEDOWN_WITHDRAWN,
    Event.ACT_TAKEDOWN_GONE, Event.ACT_TAKEDOWN_RETURNED,
):  # fmt: skip
    subscribe(change, facts.notice_changed)


@schedule("figures:matching-review", every=timedelta(days=1))
def look_if_review_is_due(_: int | None) -> None:
    """Tell whoever is on call when hash matching is to be reviewed again."""
    remind_of_review()


@schedule("figures:trends", every=timedelta(days=1), longest_seconds=1800)
def look_for_trends(_: int | None) -> None:
    """Tell whoever is on call what rises beyond chance."""
    warn_of_trends()
