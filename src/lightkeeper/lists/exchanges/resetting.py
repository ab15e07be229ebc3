"""Forgetting how far a list was fetched, so that the next sync asks for everything again."""

from __future__ import annotations

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.lists.models import Exchange
from lightkeeper.lists.types import ListRefused
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Subject


@transaction.atomic
def fetch_anew(exchange_id: int, *, actor: Actor) -> None:
    """Have the next sync begin at the beginning. What is there stays, and what comes again changes nothing.

    Raises ListRefused where there is no such exchange.
    """
    exchange = Exchange.objects.select_for_update().filter(pk=exchange_id).first()
    if exchange is None:
        raise ListRefused(_("There is no such exchange."))
    exchange.checkpoint = None
    exchange.due_at = now() if exchange.enabled else None
    exchange.save(update_fields=["checkpoint", "due_at"])
    write_event(Event.LISTS_CHECKPOINT_RESET, actor=actor, subject=Subject("list", str(exchange.list_id)))
