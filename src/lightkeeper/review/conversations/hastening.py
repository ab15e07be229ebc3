"""A message waits for a stated time: the open case of its pair is due before that time is over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor
from lightkeeper.review.models import Case
from lightkeeper.review.opening import subject_of
from lightkeeper.review.states import CaseState


def waits_for_a_person(case_ids: Collection[int]) -> bool:
    """Whether any of these cases is still open. Opens nothing."""
    return bool(case_ids) and Case.objects.filter(pk__in=case_ids).exclude(state=CaseState.CLOSED).exists()


@transaction.atomic
def hasten_cases(case_ids: Collection[int], *, until: datetime, actor: Actor) -> int:
    """Have the open ones of these cases due at ``until`` or before, and gives how many were due later."""
    rows = Case.objects.select_for_update().filter(pk__in=case_ids, due_at__gt=until).exclude(state=CaseState.CLOSED)
    found = list(rows.order_by("pk"))
    for case in found:
        case.due_at = until
        case.save(update_fields=["due_at"])
        write_event(Event.REVIEW_CASE_HASTENED, actor=actor, subject=subject_of(case.pk))
    return len(found)
