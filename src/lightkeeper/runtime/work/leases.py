"""Leases: claiming rows, keeping them, and leaving them as done, for later, or dead.

A claim is the row's id, the number of the attempt and its holder: the worker with a token that no other claim has.
Every write compares them, so that a worker that lost its lease (it was silent for too long, and another took the row
over) can change nothing any more, not even where it is itself the other.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from lightkeeper.runtime.models import Work
from lightkeeper.runtime.work.registry import job_of
from lightkeeper.runtime.work.states import WorkState


class LeaseLostError(Exception):
    """The row is not this worker's any more; what it was about to write must not be written."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's sole right to one row, until its lease runs out."""

    work_id: int
    kind: str
    subject: int | None
    attempt: int
    holder: str


def claim(worker: str, *, limit: int, kinds: Collection[str], now: datetime | None = None) -> list[Claim]:
    """Claim up to ``limit`` rows that are due, the longest due first, and rows whose lease ran out."""
    now = now or timezone.now()
    holder = f"{worker}#{secrets.token_hex(4)}"
    with transaction.atomic():
        rows = _free(Q(state=WorkState.LEASED, lease_until__lt=now), kinds, limit).order_by("lease_until")
        taken = list(rows[:limit])
        if len(taken) < limit:
            rows = _free(Q(state=WorkState.WAITING, due_at__lte=now), kinds, limit).order_by("due_at", "pk")
            taken += rows[: limit - len(taken)]
        for lease, group in groupby(sorted(taken, key=_lease), key=_lease):
            Work.objects.filter(pk__in=[row.pk for row in group]).update(
                state=WorkState.LEASED, leased_by=holder, lease_until=now + lease, attempts=F("attempts") + 1
            )
    return [Claim(row.pk, row.kind, row.subject, row.attempts + 1, holder) for row in taken]


def _free(wanted: Q, kinds: Collection[str], limit: int) -> QuerySet[Work]:
    # Where there is SKIP LOCKED nobody waits for anybody; on SQLite the transaction is immediate: one claims at a time.
    rows = Work.objects.filter(wanted, kind__in=kinds) if limit else Work.objects.none()
    return rows.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)


def _lease(row: Work) -> timedelta:
    return job_of(row.kind).lease


def extend(claims: Iterable[Claim], *, now: datetime | None = None) -> set[int]:
    """Begin the leases anew. Gives the ids of the rows that are still held."""
    now = now or timezone.now()
    kept: set[int] = set()
    for (lease, holder, attempt), group in groupby(sorted(claims, key=_extended_with), key=_extended_with):
        ids = [one.work_id for one in group]
        held = Work.objects.filter(pk__in=ids, state=WorkState.LEASED, leased_by=holder, attempts=attempt)
        if held.update(lease_until=now + lease) == len(ids):
            kept.update(ids)
        else:
            kept.update(held.values_list("pk", flat=True))
    return kept


def _extended_with(claim: Claim) -> tuple[timedelta, str, int]:
    return job_of(claim.kind).lease, claim.holder, claim.attempt


def finish(claim: Claim, *, code: str = "") -> None:
    """The work is done (or, with a code, has ended without success). LeaseLostError."""
    _leave(claim, state=WorkState.DONE, finished_at=timezone.now(), last_error=code)


def put_off(claim: Claim, *, until: datetime, code: str) -> None:
    """Try again at a time. LeaseLostError."""
    _leave(claim, state=WorkState.WAITING, due_at=until, last_error=code)


def bury(claim: Claim, *, code: str) -> None:
    """Nobody tries again until a person says so. LeaseLostError."""
    _leave(claim, state=WorkState.DEAD, finished_at=timezone.now(), last_error=code)


def give_back(claim: Claim, *, begun: bool) -> None:
    """Let another worker have it at once; an attempt that was not begun does not count. LeaseLostError."""
    _leave(claim, state=WorkState.WAITING, attempts=F("attempts") if begun else F("attempts") - 1)


def next_due(kinds: Collection[str]) -> datetime | None:
    """When the next row can be claimed, as far as is known now: the earliest due time or end of a lease."""
    rows = Work.objects.filter(kind__in=kinds)
    due = rows.filter(state=WorkState.WAITING).order_by("due_at").values_list("due_at", flat=True).first()
    lost = rows.filter(state=WorkState.LEASED).order_by("lease_until").values_list("lease_until", flat=True).first()
    return min((one for one in (due, lost) if one is not None), default=None)


def _leave(claim: Claim, **change: Any) -> None:
    held = Work.objects.filter(pk=claim.work_id, state=WorkState.LEASED, leased_by=claim.holder, attempts=claim.attempt)
    if not held.update(lease_until=None, leased_by="", **change):
        raise LeaseLostError
