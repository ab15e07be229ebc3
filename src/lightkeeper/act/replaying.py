"""Sending callbacks again that have ended, with the idempotency ids that they had."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from lightkeeper.act.models import Callback
from lightkeeper.act.queueing import TRIED_FOR, lock_order, take_turn
from lightkeeper.act.states import OPEN, CallbackState
from lightkeeper.act.types import CallbackError
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Subject

MOST_AT_ONCE = 10_000


@transaction.atomic
def replay(callback_id: int, *, actor: Actor) -> None:
    """Send one callback again. Raises CallbackError if it has not ended, or if there is no such."""
    callback = Callback.objects.filter(pk=callback_id).first()
    if callback is None:
        raise CallbackError("There is no such callback; it may have been deleted 30 days after its end.")
    lock_order(bytes(callback.subject_index))
    if not _open_again([callback.pk]):
        raise CallbackError("This callback is going to be sent anyway.")
    take_turn(callback.client_id, bytes(callback.subject_index))
    write_event(Event.ACT_CALLBACK_REPLAYED, actor=actor, subject=Subject("callback", str(callback_id)))


@transaction.atomic
def replay_since(*, client_id: int, since: datetime, actor: Actor) -> int:
    """Send again all of a client's callbacks that were queued since a time and have ended; gives their number.

    Raises CallbackError if they are more than ``MOST_AT_ONCE``.
    """
    ended = Callback.objects.filter(client_id=client_id, created_at__gte=since).exclude(state__in=OPEN)
    rows = [(pk, bytes(index)) for pk, index in ended.values_list("pk", "subject_index")[: MOST_AT_ONCE + 1]]
    if len(rows) > MOST_AT_ONCE:
        raise CallbackError(f"More than {MOST_AT_ONCE:,} callbacks at once; choose a later time.")
    orders = sorted({index for _, index in rows})  # locked in one order, so that two replays do not wait for each other
    for index in orders:
        lock_order(index)
    opened = _open_again([pk for pk, _ in rows])
    for index in orders:
        take_turn(client_id, index)
    details = {"callbacks": opened}
    subject = Subject("client", str(client_id))
    write_event(Event.ACT_CALLBACKS_REPLAYED, actor=actor, subject=subject, details=details)
    return opened


def _open_again(ids: list[int]) -> int:
    opened = 0
    for start in range(0, len(ids), 500):
        opened += (
            Callback.objects.filter(pk__in=ids[start : start + 500])
            .exclude(state__in=OPEN)
            .update(
                state=CallbackState.WAITING,
                attempts=0,
                last_status=None,
                last_code="",
                finished_at=None,
                give_up_at=timezone.now() + TRIED_FOR,
            )
        )
    return opened
