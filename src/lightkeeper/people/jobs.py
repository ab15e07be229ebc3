"""Background entry points of the room, and the audit events that raise alerts."""

from __future__ import annotations

from datetime import timedelta

from lightkeeper.people import on_call, watching
from lightkeeper.people.alerts import NOTIFY
from lightkeeper.record.events import Event
from lightkeeper.record.services import subscribe
from lightkeeper.runtime.services import job, schedule


@job(NOTIFY, attempts=20)
def notify(subject: int | None) -> None:
    """Tell the next contact of an alert."""
    if subject is not None:
        on_call.notify(subject)


@schedule("people:dead-letters", every=timedelta(minutes=1))
def dead_letters(subject: int | None) -> None:
    """Raise an alert where work was given up."""
    del subject
    watching.dead_letters()


subscribe(Event.RECORD_OBJECT_DAMAGED, watching.object_damaged)
subscribe(Event.RECORD_AUDIT_BROKEN, watching.audit_broken)
