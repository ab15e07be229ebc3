"""Destroying what has run out of time: the rows of clear, refused, withdrawn and erased submissions.

Those with a case stay for it, and only their ids are free from then on, as the others' are.
"""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils.timezone import now

from lightkeeper.intake.models import Submission
from lightkeeper.record.events import Event
from lightkeeper.record.services import held, write_event
from lightkeeper.record.types import Actor, Subject

BATCH: Final = 1000


def purge() -> int:
    """Delete every row that is due, but for those on which a legal hold stands. Gives how many."""
    _free_ids_of_cases()
    total, last = 0, 0
    while True:
        removed, seen = _purge_batch(last)
        total += removed
        if seen is None:
            return total
        last = seen


def _free_ids_of_cases() -> None:
    due = Submission.objects.filter(purge_at__lte=now(), case__isnull=False)
    due.exclude(withheld=True, decision="").update(former=True, purge_at=None)


@transaction.atomic
def _purge_batch(after: int) -> tuple[int, int | None]:
    """One transaction: how many were deleted, and the last row that was looked at (None at the end)."""
    due = Submission.objects.select_for_update().filter(purge_at__lte=now(), pk__gt=after, case=None)
    numbers = list(due.order_by("pk").values_list("pk", flat=True)[:BATCH])
    if not numbers:
        return 0, None
    free = [number for number in numbers if held(Subject("submission", str(number))) is None]
    removed, _ = Submission.objects.filter(pk__in=free).delete()
    write_event(Event.INTAKE_SUBMISSIONS_PURGED, actor=Actor.system(), details={"count": removed})
    return removed, numbers[-1]
