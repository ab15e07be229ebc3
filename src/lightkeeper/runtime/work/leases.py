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
from typing import Any, Final, LiteralString

from django.db import connection
from django.db.models import F
from django.utils import timezone

from lightkeeper.runtime.models import Work
from lightkeeper.runtime.work.registry import job_of
from lightkeeper.runtime.work.states import WorkState

FIRST_LEASE: Final = timedelta(seconds=30)
"""Until the worker extends it for the first time, with the time that the job wants."""


# Written out: composing it costs more than running it, and all work ends so.
_FINISH: Final = f"""
    UPDATE runtime_work
    SET state = '{WorkState.DONE}', finished_at = %s, last_error = %s, lease_until = NULL, leased_by = ''
    WHERE id = %s AND state = '{WorkState.LEASED}' AND leased_by = %s AND attempts = %s
"""  # noqa: S608  # nothing of it comes from outside


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
    """Claim up to ``limit`` rows that are due, the longest due first."""
    now = now or timezone.now()
    return _claim(worker, limit, kinds, now, f"state = '{WorkState.WAITING}' AND due_at <= %s", "due_at, id")


def take_over(worker: str, *, limit: int, kinds: Collection[str], now: datetime | None = None) -> list[Claim]:
    """Claim up to ``limit`` rows whose lease ran out: their worker is dead, or was silent for too long."""
    now = now or timezone.now()
    return _claim(worker, limit, kinds, now, f"state = '{WorkState.LEASED}' AND lease_until < %s", "lease_until, id")


def _claim(
    worker: str, limit: int, kinds: Collection[str], now: datetime, free: LiteralString, order: LiteralString
) -> list[Claim]:
    if not kinds or limit < 1:
        return []
    holder = f"{worker}#{secrets.token_hex(4)}"
    # One statement: nobody comes between the look and the claim, and it costs one round trip. Where there is SKIP
    # LOCKED nobody waits for anybody; SQLite has one writer at a time.
    statement = f"""
        UPDATE runtime_work
        SET state = '{WorkState.LEASED}', leased_by = %s, lease_until = %s, attempts = attempts + 1
        WHERE id IN (
            SELECT id FROM runtime_work WHERE {free} AND kind IN ({", ".join(["%s"] * len(kinds))})
            ORDER BY {order} LIMIT %s
            {"FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""}
        )
        RETURNING id, kind, subject, attempts
    """  # noqa: S608  # nothing of it comes from outside
    moment, until = (connection.ops.adapt_datetimefield_value(one) for one in (now, now + FIRST_LEASE))
    with connection.cursor() as cursor:
        cursor.execute(statement, [holder, until, moment, *kinds, limit])
        rows: list[tuple[int, str, int | None, int]] = cursor.fetchall()
    return [Claim(work_id, kind, subject, attempt, holder) for work_id, kind, subject, attempt in sorted(rows)]


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
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(_FINISH, [now, code, claim.work_id, claim.holder, claim.attempt])
        if not cursor.rowcount:
            raise LeaseLostError


def put_off(claim: Claim, *, until: datetime, code: str) -> None:
    """Try again at a time. LeaseLostError."""
    _leave(claim, state=WorkState.WAITING, due_at=until, last_error=code)


def bury(claim: Claim, *, code: str) -> None:
    """Nobody tries again until a person says so. LeaseLostError."""
    _leave(claim, state=WorkState.DEAD, finished_at=timezone.now(), last_error=code)


def give_back(claim: Claim, *, begun: bool, due_at: datetime | None = None) -> None:
    """Let another worker have it, at once or at a time; an attempt not begun does not count. LeaseLostError."""
    when = {"due_at": due_at} if due_at else {}
    _leave(claim, state=WorkState.WAITING, attempts=F("attempts") if begun else F("attempts") - 1, **when)


def next_due(kinds: Collection[str]) -> datetime | None:
    """When the next row that waits is due, as far as is known now. It locks nothing."""
    rows = Work.objects.filter(kind__in=kinds, state=WorkState.WAITING).order_by("due_at")
    return rows.values_list("due_at", flat=True).first()


def _leave(claim: Claim, **change: Any) -> None:
    held = Work.objects.filter(pk=claim.work_id, state=WorkState.LEASED, leased_by=claim.holder, attempts=claim.attempt)
    if not held.update(lease_until=None, leased_by="", **change):
        raise LeaseLostError
