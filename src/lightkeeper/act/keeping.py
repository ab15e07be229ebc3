"""How long ended callbacks are kept: 30 days for replays, or until what they are about is erased."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from lightkeeper.act.models import Action, Callback
from lightkeeper.act.states import OPEN, CallbackState
from lightkeeper.act.types import Delivery
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Subject
from lightkeeper.runtime.services import blind_index

KEPT_FOR: Final = timedelta(days=30)
AT_ONCE: Final = 2000


def prune() -> int:
    """Delete callbacks that ended 30 days ago; gives their number. What is due by the clock is no act of anybody."""
    total = 0
    while True:
        old = Callback.objects.exclude(state__in=OPEN).filter(finished_at__lt=timezone.now() - KEPT_FOR)
        ids = list(old.values_list("pk", flat=True)[:AT_ONCE])
        if not ids:
            return total
        total += _delete(ids)


@transaction.atomic
def erase_callbacks(*, client_id: int, order_key: bytes, actor: Actor) -> int:
    """Delete the ended callbacks about one thing; gives their number. Open ones are still owed and go out first."""
    subject_index = blind_index("act:order", str(client_id), order_key)
    same = Callback.objects.filter(client_id=client_id, subject_index=subject_index)
    erased = _delete(list(same.exclude(state__in=OPEN).values_list("pk", flat=True)))
    details = {"callbacks": erased}
    write_event(Event.ACT_CALLBACKS_ERASED, actor=actor, subject=Subject("client", str(client_id)), details=details)
    return erased


@transaction.atomic
def _delete(ids: list[int]) -> int:
    """Delete ended callbacks; what they carried out remembers how each of them ended."""
    for state, delivery in ((CallbackState.DELIVERED, Delivery.DELIVERED), (CallbackState.DEAD, Delivery.DEAD)):
        Action.objects.filter(callback_id__in=ids, callback__state=state).update(delivery=delivery)
    Action.objects.filter(callback_id__in=ids).update(callback=None)
    return Callback.objects.filter(pk__in=ids).delete()[0]
