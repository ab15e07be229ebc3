"""What can be asked of the room: what waits, what is dead, which workers live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from lightkeeper.runtime.models import Work, WorkerPresence
from lightkeeper.runtime.work.registry import schedules
from lightkeeper.runtime.work.states import WorkState

ALIVE: Final = timedelta(seconds=20)
"""A worker that has said nothing for longer is not counted as alive."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """Rows of one kind that are not done: how many wait and are due, how many are being done, the oldest's due time."""

    kind: str
    due: int
    leased: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class DeadKind:
    """Dead rows of one kind: how many, since when, until when, and the codes of their errors."""

    kind: str
    count: int
    oldest: datetime
    newest: datetime
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alive:
    """A worker that lives."""

    name: str
    version: str
    started_at: datetime
    seen_at: datetime


def alive_workers() -> list[Alive]:
    """The workers that have said within 20 seconds that they live."""
    rows = WorkerPresence.objects.filter(seen_at__gte=timezone.now() - ALIVE).order_by("name")
    return [Alive(row.name, row.version, row.started_at, row.seen_at) for row in rows]


def backlog() -> list[Backlog]:
    """What is due or being done, by kind."""
    now = timezone.now()
    rows = (
        Work.objects.filter(Q(state=WorkState.WAITING, due_at__lte=now) | Q(state=WorkState.LEASED))
        .values("kind")
        .annotate(
            due=Count("pk", filter=Q(state=WorkState.WAITING)),
            leased=Count("pk", filter=Q(state=WorkState.LEASED)),
            oldest=Min("due_at", filter=Q(state=WorkState.WAITING)),
        )
        .order_by("kind")
    )
    return [Backlog(row["kind"], row["due"], row["leased"], row["oldest"]) for row in rows]


def open_work(kind: str, subject: int) -> tuple[int, int]:
    """How many rows of one kind about one subject wait, and how many a worker that lives is doing."""
    rows = Work.objects.filter(kind=kind, subject=subject)
    leased = rows.filter(state=WorkState.LEASED, lease_until__gt=timezone.now())
    return rows.filter(state=WorkState.WAITING).count(), leased.count()


def dead_kinds() -> list[DeadKind]:
    """Dead letters, by kind."""
    rows = (
        Work.objects.filter(state=WorkState.DEAD)
        .values("kind")
        .annotate(count=Count("pk"), oldest=Min("finished_at"), newest=Max("finished_at"))
        .order_by("kind")
    )
    return [DeadKind(row["kind"], row["count"], row["oldest"], row["newest"], _errors(row["kind"])) for row in rows]


def dead_rows(kind: str, *, limit: int = 100) -> list[Work]:
    """The dead rows of a kind, the newest first."""
    return list(Work.objects.filter(kind=kind, state=WorkState.DEAD).order_by("-finished_at")[:limit])


def failing_schedules() -> list[tuple[str, str, datetime]]:
    """Schedules whose last ended slot failed: name, code of the error, when."""
    failing = []
    for one in schedules():
        row = Work.objects.filter(kind=one.kind, state=WorkState.DONE).order_by("-finished_at").first()
        if row is not None and row.last_error and row.finished_at is not None:
            failing.append((one.kind, row.last_error, row.finished_at))
    return failing


def _errors(kind: str) -> tuple[str, ...]:
    rows = Work.objects.filter(kind=kind, state=WorkState.DEAD).order_by("last_error")
    return tuple(rows.values_list("last_error", flat=True).distinct()[:10])
