"""Background entry points of the room."""

from __future__ import annotations

from lightkeeper.people import on_call
from lightkeeper.people.alerts import NOTIFY
from lightkeeper.runtime.services import job


@job(NOTIFY, attempts=20)
def notify(subject: int | None) -> None:
    """Tell the next contact of an alert."""
    if subject is not None:
        on_call.notify(subject)
