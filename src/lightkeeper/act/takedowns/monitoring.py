"""Whether an address answers still: its status line and headers, never a body. Off unless an operator has enabled it.

Three looks in a row that find nothing say that it is gone, since the first of them. It is looked at for ninety days
more: what is there again comes before a person again.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from lightkeeper.act.takedowns.models import AddressLook, Takedown
from lightkeeper.act.takedowns.sending import path_of
from lightkeeper.act.takedowns.services import event, gone, locked, move
from lightkeeper.act.takedowns.states import LOOKED_AT, TakedownState
from lightkeeper.people.services import raise_alert
from lightkeeper.people.types import AlertKind
from lightkeeper.record.events import Event
from lightkeeper.record.types import Actor
from lightkeeper.review.queries import url_addresses
from lightkeeper.review.services import open_or_join_case
from lightkeeper.review.types import CaseReason
from lightkeeper.runtime.services import Later, OutboundFailed, OutboundRefused, blind_index, look_at

EVERY: Final = timedelta(hours=6)
EVERY_WHEN_GONE: Final = timedelta(days=3)
AFTER_GONE: Final = timedelta(days=90)
LOOKS_UNTIL_GONE: Final = 3
SECONDS: Final = 20.0
GONE: Final = frozenset({404, 410, 451})
MISSING: Final = frozenset({"not_resolved", "not_connected"})


def look(takedown_id: int) -> None:
    """Look at the address of a notice once. Raises Later until nobody waits for it any more."""
    row = Takedown.objects.select_related("case_item__item").filter(pk=takedown_id, state__in=LOOKED_AT).first()
    if row is None or not settings.LIGHTKEEPER["monitor_addresses"]:
        return
    address = next(iter(url_addresses(row.case_item)), None)
    if address is None or (row.state == TakedownState.GONE and row.gone_at and now() - row.gone_at > AFTER_GONE):
        return
    _note(row, *_status_of(address), address=address)
    row.refresh_from_db(fields=["state"])
    if row.state in LOOKED_AT:
        raise Later(after=EVERY_WHEN_GONE if row.state == TakedownState.GONE else EVERY)


def _status_of(address: str) -> tuple[int | None, str]:
    """The status that it answers with, or a code of why there is none."""
    try:
        return look_at(address, timeout=SECONDS).status, ""
    except OutboundRefused:
        return None, "refused"
    except OutboundFailed as failed:
        return None, failed.code


@transaction.atomic
def _note(takedown: Takedown, status: int | None, problem: str, *, address: str) -> None:
    row = locked(takedown)
    AddressLook.objects.create(takedown=row, at=now(), status=status, problem=problem)
    last = list(row.looks.order_by("-pk")[:LOOKS_UNTIL_GONE])
    if row.state != TakedownState.GONE:
        if len(last) == LOOKS_UNTIL_GONE and all(map(_missing, last)) and row.state in LOOKED_AT:
            gone(row, last[-1].at)
            event(Event.ACT_TAKEDOWN_GONE, row, Actor.system())
    elif status is not None and 200 <= status < 300:
        _returned(row, address)


def _missing(one: AddressLook) -> bool:
    return one.status in GONE if one.status is not None else one.problem in MISSING


def _returned(row: Takedown, address: str) -> None:
    """It is there again: a person sees it again, and whoever is on call is told."""
    move(row, TakedownState.RETURNED)
    row.returned_at = now()
    row.save(update_fields=["state", "returned_at"])
    event(Event.ACT_TAKEDOWN_RETURNED, row, Actor.system())
    raise_alert(AlertKind.ADDRESS_RETURNED, key=f"address_returned:{row.pk}", urgent=False, path=path_of(row))
    open_or_join_case(
        item_id=row.case_item.item_id, source=blind_index("act:takedown", uuid.uuid4().bytes),
        reason=CaseReason.REOPENED, findings=[], original=None, actor=Actor.system(),
        context={"url": address, "received_at": now().isoformat(), "report": {"source": "monitoring"}},
    )  # fmt: skip
