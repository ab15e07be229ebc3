"""What a key may spend: requests of a minute, look-ups of a day. All processes together never exceed it.

A process reserves a block from the key's meter with one UPDATE that refuses to pass the limit, and then counts in
memory. What a process reserved and did not spend when it died is lost to the key until the period ends; nothing is ever
gained. A block is as large as the process spends in half a second, so a busy key costs two writes a second and an idle
one holds nothing worth speaking of. Periods are minutes and days of UTC; the servers' clocks must agree (NTP).
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction
from django.db.models import BigIntegerField, Case, F, Q, Value, When
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from lightkeeper.people.alert_types import AlertKind
from lightkeeper.people.alerts import raise_alert
from lightkeeper.people.client_types import Allowance, ClientError, SpendKind
from lightkeeper.people.models import ApiKey, Meter
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, ActorKind, Subject

PERIOD_SECONDS: Final = {SpendKind.REQUEST: 60, SpendKind.LOOKUP: 86_400}
BLOCK_SECONDS: Final = 0.5
"""A block is what the process spent, at its last pace, in this time."""
LARGEST_SHARE: Final = 20
"""A block is at most this part of the limit, so that one process cannot take all from the others."""
REFUSAL_SECONDS: Final = 2.0
"""How long "not enough is left" is believed without asking again: a flood of refused requests costs no queries."""


@dataclass(slots=True)
class _Block:
    """What this process holds of one key's allowance. All under its lock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    period: int = -1
    left: int = 0
    spent: int = 0
    """Since ``since`` (monotonic seconds), for the pace."""
    since: float = 0.0
    short: int = 0
    """Amounts from this on were refused, until ``short_until`` (monotonic seconds) or the next period."""
    short_until: float = 0.0


@dataclass(frozen=True, slots=True)
class _Grant:
    """What a meter gave: how much (0 is nothing), in which period."""

    amount: int
    period: int


_blocks: dict[tuple[str, SpendKind], _Block] = {}


def spend(key_id: str, kind: SpendKind | str, amount: int = 1) -> Allowance:
    """Spend from a key's allowance, or say in how many seconds to ask again. All of the amount or nothing.

    To be called outside any transaction: what was reserved must stay reserved whatever becomes of the request.
    Raises ClientError if there is no such key.
    """
    kind = SpendKind(kind)
    if amount < 1:
        raise ValueError("an amount is 1 or more")
    block = _blocks.get((key_id, kind)) or _blocks.setdefault((key_id, kind), _Block())
    with block.lock:
        now = time.time()
        period = int(now) // PERIOD_SECONDS[kind]
        if block.period < period:  # (a later one was set by a server whose clock is ahead)
            block.period, block.left, block.short_until = period, 0, 0.0
        if block.left < amount and not _refill(block, key_id, kind, amount):
            return Allowance(ok=False, retry_after=_seconds_left(block.period, kind, now))
        block.left -= amount
        block.spent += amount
        return Allowance(ok=True)


def forget_blocks() -> None:
    """Forget what this process holds (it is lost to the keys); for tests and after a fork."""
    _blocks.clear()


def _refill(block: _Block, key_id: str, kind: SpendKind, amount: int) -> bool:
    """Reserve so much that the amount can be spent; False if not enough is left in the period."""
    now = time.monotonic()
    if amount >= block.short and now < block.short_until:
        return False
    pace = block.spent / max(now - block.since, 0.01)
    needed = amount - block.left
    grant = _reserve(key_id, kind, needed=needed, wanted=max(needed, int(pace * BLOCK_SECONDS)), period=block.period)
    block.spent, block.since = 0, now
    if grant.period > block.period:
        # The rest of an earlier period is of no use any more.
        block.period, block.left = grant.period, 0
    block.left += grant.amount
    if block.left < amount:
        block.short, block.short_until = amount, now + REFUSAL_SECONDS
        return False
    return True


@transaction.atomic(durable=True)
def _reserve(key_id: str, kind: SpendKind, *, needed: int, wanted: int, period: int) -> _Grant:
    lookup = kind is SpendKind.LOOKUP
    names = ("client_id", "lookup_per_day", "lookup_meter_id") if lookup else (
        "client_id", "rate_per_minute", "request_meter_id")  # fmt: skip
    row = ApiKey.objects.filter(key_id=key_id).values_list(*names).first()
    if row is None:
        raise ClientError(_("There is no such key."))
    client_id, limit, meter = row
    amount = max(needed, min(wanted, limit // LARGEST_SHARE))
    if not _take(meter, amount, limit, period):
        amount = _rest(meter, needed, limit, period)
        if not amount or not _take(meter, amount, limit, period):
            if lookup:
                _tell_once(meter, key_id, client_id, period)
            return _Grant(0, period)
    actor = Actor(ActorKind.CLIENT, str(client_id))
    if lookup:
        details = {"amount": amount}
        write_event(Event.PEOPLE_LOOKUPS_RESERVED, actor=actor, subject=Subject("key", key_id), details=details)
    return _Grant(amount, Meter.objects.values_list("period", flat=True).get(pk=meter))


def _take(meter: int, amount: int, limit: int, period: int) -> bool:
    """Add to what was taken unless that would pass the limit: one statement, so whoever comes second sees the first."""
    if amount > limit:
        return False
    fits = Q(period__lt=period) | Q(taken__lte=limit - amount)
    taken = Case(When(period__lt=period, then=Value(amount)), default=F("taken") + amount)
    later = Greatest(F("period"), Value(period), output_field=BigIntegerField())
    return Meter.objects.filter(fits, pk=meter).update(taken=taken, period=later) == 1


def _rest(meter: int, needed: int, limit: int, period: int) -> int:
    """Give an amount that the meter still has for us (half of the rest: others want some), 0 if not what is needed."""
    row = Meter.objects.select_for_update().get(pk=meter)
    left = limit - (row.taken if row.period >= period else 0)
    return max(needed, left // 2) if left >= needed else 0


def _tell_once(meter: int, key_id: str, client_id: int, period: int) -> None:
    """Raise an alert, once in the period over all processes."""
    if Meter.objects.filter(pk=meter, alerted_period__lt=period).update(alerted_period=period):
        raise_alert(
            AlertKind.LOOKUP_BUDGET,
            key=f"lookup_budget:{key_id}:{period}",
            urgent=False,
            path=f"/clients/{client_id}/",
            details={"key": key_id},
        )


def _seconds_left(period: int, kind: SpendKind, now: float) -> int:
    return max(1, math.ceil((period + 1) * PERIOD_SECONDS[kind] - now))
