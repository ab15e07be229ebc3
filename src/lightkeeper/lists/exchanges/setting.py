"""Setting an exchange up: where a list comes from, how often, with which credentials; and asking for it now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.lists.exchanges.credentials import checked, sealed
from lightkeeper.lists.exchanges.registry import KINDS, checked_options
from lightkeeper.lists.models import Exchange, HashList
from lightkeeper.lists.types import ExchangeKind, ListRefused
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Details, Subject
from lightkeeper.runtime.queries import open_work
from lightkeeper.runtime.services import add_work

SYNC: Final = "lists:sync"
"""The kind of work that fetches; its subject is the exchange."""

SHORTEST: Final = 5
LONGEST: Final = 7 * 24 * 60
"""Minutes between two syncs."""


def set_exchange(
    list_id: int,
    kind: ExchangeKind,
    options: Mapping[str, Any],
    *,
    actor: Actor,
    every_minutes: int = 60,
    enabled: bool = True,
    feedback: bool = False,
) -> int:
    """Say where a list comes from, or change it; gives the exchange's key.

    With other options everything is fetched anew. Raises ListRefused: no such list, another kind than before, options
    that the kind does not have, an interval out of bounds.
    """
    kind = ExchangeKind(kind)
    if not SHORTEST <= every_minutes <= LONGEST:
        raise ListRefused(
            _("A list is fetched every %(least)s minutes to %(most)s days.")
            % {"least": SHORTEST, "most": LONGEST // (24 * 60)}
        )
    if feedback and not KINDS[kind].tells:
        raise ListRefused(_("This source takes no opinions."))
    options = checked_options(kind, options)
    with transaction.atomic():
        row = HashList.objects.select_for_update().filter(pk=list_id).first()
        if row is None:
            raise ListRefused(_("There is no such list."))
        exchange = Exchange.objects.select_for_update().filter(list_id=list_id).first()
        at = now()
        if exchange is None:
            exchange = Exchange(list_id=list_id, kind=kind, created_at=at)
        if exchange.kind != kind:
            raise ListRefused(_("A list has one kind of source; make another list for another."))
        new = exchange.pk is None
        if exchange.options != options:
            exchange.checkpoint = None
        exchange.options, exchange.enabled, exchange.feedback = options, enabled, feedback
        exchange.every_minutes, exchange.due_at = every_minutes, at if enabled else None
        exchange.save()
        if new and not row.categories and KINDS[kind].categories:
            HashList.objects.filter(pk=list_id).update(categories=dict(KINDS[kind].categories))
        details: Details = {
            "kind": str(kind), "enabled": enabled, "feedback": feedback, "every_minutes": every_minutes
        }  # fmt: skip
        write_event(Event.LISTS_EXCHANGE_SET, actor=actor, subject=_subject(list_id), details=details)
    return exchange.pk


def set_credentials(exchange_id: int, given: Mapping[str, str], *, actor: Actor) -> None:
    """Set what the source knows us by, in place of what was set before. Raises ListRefused, SealError."""
    with transaction.atomic():
        exchange = _locked(exchange_id)
        kind = KINDS[ExchangeKind(exchange.kind)]
        exchange.credentials = sealed(exchange_id, checked(given, kind.required, kind.optional))
        exchange.due_at = now() if exchange.enabled else None
        exchange.save(update_fields=["credentials", "due_at"])
        write_event(Event.LISTS_CREDENTIALS_CHANGED, actor=actor, subject=_subject(exchange.list_id))


def remove_exchange(exchange_id: int, *, actor: Actor) -> None:
    """Fetch a list no more. Its credentials and sync history are destroyed, its entries stay. Raises ListRefused."""
    with transaction.atomic():
        exchange = _locked(exchange_id)
        details: Details = {"kind": exchange.kind}
        write_event(
            Event.LISTS_EXCHANGE_REMOVED, actor=actor, subject=_subject(exchange.list_id), details=details
        )  # fmt: skip
        exchange.delete()


def sync_now(exchange_id: int, *, actor: Actor) -> None:
    """Have a list fetched as soon as a worker is free. Raises ListRefused."""
    with transaction.atomic():
        exchange = _locked(exchange_id)
        if not exchange.enabled:
            raise ListRefused(_("Fetching of this list is switched off."))
        waiting, _doing = open_work(SYNC, exchange_id)
        if not waiting:
            add_work(SYNC, subject=exchange_id)
        write_event(Event.LISTS_SYNC_ASKED, actor=actor, subject=_subject(exchange.list_id))


def begin_due() -> int:
    """Add work for each exchange whose time has come; gives their number."""
    begun, at = 0, now()
    due = Exchange.objects.filter(enabled=True, due_at__lte=at)
    for exchange_id in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            exchange = Exchange.objects.select_for_update().filter(pk=exchange_id, enabled=True, due_at__lte=at).first()
            if exchange is not None:
                # The sync sets it anew when it ends; this is for one that never does.
                exchange.due_at = at + timedelta(minutes=exchange.every_minutes)
                exchange.save(update_fields=["due_at"])
                if not any(open_work(SYNC, exchange_id)):
                    add_work(SYNC, subject=exchange_id)
                    begun += 1
    return begun


def _locked(exchange_id: int) -> Exchange:
    exchange = Exchange.objects.select_for_update().filter(pk=exchange_id).first()
    if exchange is None:
        raise ListRefused(_("There is no such exchange."))
    return exchange


def _subject(list_id: int) -> Subject:
    return Subject("list", str(list_id))
