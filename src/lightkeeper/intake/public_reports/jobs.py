"""What reports do in the background: they follow their cases, and end on their day."""

from __future__ import annotations

from datetime import timedelta

from lightkeeper.intake.public_reports import following, purging
from lightkeeper.record.events import Event
from lightkeeper.record.services import kept_by, subscribe
from lightkeeper.runtime.services import schedule


@schedule("intake:public_reports", every=timedelta(days=1))
def purge_public_reports(_: int | None) -> None:
    """Destroy what has run out of time."""
    purging.purge_public_reports()


def begin() -> None:
    """Have the room's file of jobs bring these in: keepers stand in the order of rooms."""
    kept_by("public_reports", purging.KEEPER)
    subscribe(Event.REVIEW_LEASE_TAKEN, following.case_leased)
    subscribe(Event.REVIEW_CASE_CLOSED, following.case_closed)
    subscribe(Event.REVIEW_CASE_REOPENED, following.case_reopened)
