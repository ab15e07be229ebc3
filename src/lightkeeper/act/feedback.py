"""What people judged, told to the sources whose entries matched: once a grade, after it is final, never before.

For an entry speaks any match that people judged illegal. Against it speaks only an exact one that they judged neither
illegal nor against the rules: a neighbour that is harmless says nothing of the entry.
"""

from __future__ import annotations

from lightkeeper.lists.services import queue_feedback, take_back_feedback
from lightkeeper.lists.types import Opinion
from lightkeeper.record.types import EventRow
from lightkeeper.review.models import CaseItem, Grade
from lightkeeper.review.queries import outcome_of


def item_settled(event: EventRow) -> None:
    """Queue what the deciding grade says of each entry that was found; in the transaction of the event.

    Only sources that take it, where a list manager switched it on, are told (``lists.services.queue_feedback``).
    """
    if event.subject is None:
        raise ValueError("an item is settled, but not said which")
    grade = Grade.objects.get(pk=int(str(event.details["grade"])))
    opinion = opinion_of(grade)
    if opinion is None:
        return
    found = CaseItem.objects.get(pk=int(event.subject.id)).findings.filter(tier="match").exclude(entry=None)
    if opinion is Opinion.DOWN:
        found = found.filter(distance=0)
    for entry in found.order_by("entry").values_list("entry", flat=True).distinct():
        if entry is not None:
            queue_feedback(entry, grade=grade.pk, opinion=opinion)


def case_reopened(event: EventRow) -> None:
    """Take back what was said of an item that is open again, and was not sent yet; in the transaction of the event."""
    if event.subject is None:
        raise ValueError("an item was opened again, but not said where")
    before = CaseItem.objects.filter(reopened_as__case=int(event.subject.id))
    for grade in Grade.objects.filter(case_item__in=before).values_list("pk", flat=True):
        take_back_feedback(grade)


def opinion_of(grade: Grade) -> Opinion | None:
    """What a grade says of an entry that found its item, None where it says nothing."""
    value = outcome_of(grade)
    if value is None:
        return None
    return Opinion.UP if value.illegal else Opinion.DOWN if value.unfounded else None
