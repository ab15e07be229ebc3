"""How long ended callbacks are kept: 30 days for replays, or until what they are about is erased."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from lightkeeper.act.models import Callback
from lightkeeper.act.states import OPEN
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
        total += Callback.objects.filter(pk__in=ids).delete()[0]


@transaction.atomic
def erase_callbacks(*, client_id: int, order_key: bytes, actor: Actor) -> int:
    """Delete the ended callbacks about one thing; gives their number. Open ones are still owed and go out first."""
    subject_index = blind_index("act:order", str(client_id), order_key)
    same = Callback.objects.filter(client_id=client_id, subject_index=subject_index)
    erased = same.exclude(state__in=OPEN).delete()[0]
    details = {"callbacks": erased}
    write_event(Event.ACT_CALLBACKS_ERASED, actor=actor, subject=Subject("client", str(client_id)), details=details)
    return erased
