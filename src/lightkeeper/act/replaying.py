"""Sending callbacks again that have ended, with the idempotency ids that they had."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lightkeeper.act.models import Callback
from lightkeeper.act.queueing import TRIED_FOR, lock_order, take_turn
from lightkeeper.act.states import OPEN, CallbackState
from lightkeeper.act.types import CallbackError
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Subject

MOST: Final = 100_000
AT_ONCE: Final = 500


@transaction.atomic
def replay(callback_id: int, *, actor: Actor) -> None:
    """Send one callback again. Raises CallbackError if it has not ended, or if there is no such."""
    callback = Callback.objects.filter(pk=callback_id).first()
    if callback is None:
        raise CallbackError(_("There is no such callback; it may have been deleted 30 days after its end."))
    lock_order(bytes(callback.subject_index))
    if not _open_again([callback.pk]):
        raise CallbackError(_("This callback is going to be sent anyway."))
    take_turn(callback.client_id, bytes(callback.subject_index))
    write_event(Event.ACT_CALLBACK_REPLAYED, actor=actor, subject=Subject("callback", str(callback_id)))


def replay_since(*, client_id: int, since: datetime, actor: Actor) -> int:
    """Send again all of a client's callbacks that were queued since a time and have ended; gives their number.

    In several transactions, each with its event, so that each holds few locks; interrupted, it can be called again.
    Raises CallbackError if they are more than ``MOST``.
    """
    ended = Callback.objects.filter(client_id=client_id, created_at__gte=since).exclude(state__in=OPEN)
    ids = list(ended.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    if len(ids) > MOST:
        raise CallbackError(_("These are more than %(most)s callbacks; choose a later time.") % {"most": f"{MOST:,}"})
    chunks = [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
    return sum(_replay(client_id, chunk, actor) for chunk in chunks)


@transaction.atomic
def _replay(client_id: int, ids: list[int], actor: Actor) -> int:
    indexes = Callback.objects.filter(pk__in=ids).values_list("subject_index", flat=True)
    orders = sorted({bytes(index) for index in indexes})  # in one order, so that no two replays wait for each other
    for index in orders:
        lock_order(index)
    opened = _open_again(ids)
    for index in orders:
        take_turn(client_id, index)
    details = {"callbacks": opened}
    subject = Subject("client", str(client_id))
    write_event(Event.ACT_CALLBACKS_REPLAYED, actor=actor, subject=subject, details=details)
    return opened


def _open_again(ids: list[int]) -> int:
    return (
        Callback.objects.filter(pk__in=ids)
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
