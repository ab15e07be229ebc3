"""Submissions follow their item into the case that opened it again, so that withdrawing and erasing find it there."""

from __future__ import annotations

from lightkeeper.intake.models import Submission
from lightkeeper.record.types import EventRow
from lightkeeper.review.models import Sighting


def case_reopened(event: EventRow) -> None:
    """Point the submissions of an item that was opened again to its new case; in the transaction of the event."""
    if event.subject is None:
        raise ValueError("an item was opened again, but not said where")
    case_id = int(event.subject.id)
    sources = Sighting.objects.filter(case_id=case_id).values_list("source", flat=True)
    here = Submission.objects.filter(case_id=int(str(event.details["before"])))
    here.filter(reference_index__in=[bytes(one) for one in sources]).update(case_id=case_id)
