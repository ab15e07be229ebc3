"""Verifying in the background: what came of it is an event itself, to be read on the page and to raise an alert."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from lightkeeper.record.events import Event
from lightkeeper.record.trail import write_event
from lightkeeper.record.types import Actor, Details
from lightkeeper.record.verifying import Verification, verify
from lightkeeper.runtime.services import add_work

VERIFY = "record:verify"
"""The kind of work."""


def verify_and_record(*, actor: Actor) -> Verification:
    """Verify the trail and write what came of it: ``record:audit:verified`` or ``record:audit:broken``."""
    result = verify()
    found = result.first_break
    if found is None:
        event, details = Event.RECORD_AUDIT_VERIFIED, _sound(result)
    else:
        event = Event.RECORD_AUDIT_BROKEN
        details = {"break": found.kind.value, "event": found.event_id, "position": found.position}
    with transaction.atomic():
        write_event(event, actor=actor, details=details)
    return result


@transaction.atomic
def ask_to_verify() -> bool:
    """Have a worker verify the trail now; False if that was asked for within this minute already."""
    return add_work(VERIFY, key=f"{VERIFY}:{timezone.now():%Y%m%d%H%M}") is not None


def _sound(result: Verification) -> Details:
    return {"checkpoints": result.checkpoints, "events": result.events}
