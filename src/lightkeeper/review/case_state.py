"""What a case waits for: the one place that computes it from its items, and that ends leases and cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timezone import now

from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Subject
from lightkeeper.review.leasing import end, locked_lease
from lightkeeper.review.models import Case, CaseItem, Grade
from lightkeeper.review.parts import awaits
from lightkeeper.review.states import CaseState, GradeState, ItemState
from lightkeeper.review.types import LeaseEnd

ORDER: Final = (
    (ItemState.WAITING, CaseState.WAITING),
    (ItemState.SECOND, CaseState.SECOND),
    (ItemState.DISAGREED, CaseState.DISAGREED),
)
"""What items can wait for, and the case with them; the first that any waits for is the case's."""


@transaction.atomic
def refresh_state(case: Case) -> CaseState:
    """Bring a case's state up to date after any change of its items or grades, and give it.

    When all is settled the case closes, once. The lease ends when nothing is left for whoever holds it.
    """
    locked = Case.objects.select_for_update().get(pk=case.pk)
    state = refresh_locked(locked)
    case.state, case.closed_at = locked.state, locked.closed_at
    return state


def refresh_locked(case: Case) -> CaseState:
    """The same for a case that the caller holds locked (``grading.lock_item``)."""
    unsettled = list(_unsettled(case))
    left = _open_among(unsettled)
    state = _state_of(left) if unsettled else CaseState.CLOSED
    if state is CaseState.CLOSED:
        _close(case)
    elif state != case.state:
        case.state, case.closed_at = state, None
        case.save(update_fields=["state", "closed_at"])
    _end_lease_if_done(case, left)
    return state


def open_items(case: Case) -> list[CaseItem]:
    """The items of a case that are not settled and have no grade that can still be undone, in their order."""
    return _open_among(_unsettled(case))


def _open_among(unsettled: Iterable[CaseItem]) -> list[CaseItem]:
    return [item for item in unsettled if not item.is_pending]  # type: ignore[attr-defined]  # annotated below


def _unsettled(case: Case) -> QuerySet[CaseItem]:
    pending = Grade.objects.filter(case_item=OuterRef("pk"), state=GradeState.PENDING)
    return case.items.exclude(state=ItemState.SETTLED).annotate(is_pending=Exists(pending)).order_by("position")


def _state_of(left: list[CaseItem]) -> CaseState:
    waited_for = {ItemState(item.state) for item in left}
    return next((state for item_state, state in ORDER if item_state in waited_for), CaseState.SETTLING)


def _close(case: Case) -> None:
    if case.state == CaseState.CLOSED:
        return
    case.state, case.closed_at = CaseState.CLOSED, now()
    case.save(update_fields=["state", "closed_at"])
    write_event(
        Event.REVIEW_CASE_CLOSED,
        actor=Actor.system(),
        subject=Subject("case", str(case.pk)),
        details={"items": case.items.count()},
    )


def _end_lease_if_done(case: Case, left: list[CaseItem]) -> None:
    lease = locked_lease(case)
    if lease is not None and not any(awaits(item, lease.person) for item in left):
        end(lease, LeaseEnd.DONE)
