"""Schedules: for each slot of time one row, whoever of the workers is first to make it; and the rows that may go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from lightkeeper.runtime.models import Work, WorkerPresence
from lightkeeper.runtime.work.adding import insert_unless_there
from lightkeeper.runtime.work.registry import Job, schedules
from lightkeeper.runtime.work.states import WorkState

KEPT: Final = timedelta(days=7)
KEPT_SCHEDULED: Final = timedelta(hours=1)
_BATCH: Final = 5000


class Slots:
    """What one worker knows of the slots: which of each schedule it has seen to."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def make(self, now: datetime) -> None:
        """Make the rows of the slots that have begun."""
        for one in schedules():
            number = slot(one, now)
            if self._seen.get(one.kind) != number:
                _make(one, number, now)
                self._seen[one.kind] = number

    def next(self, now: datetime) -> datetime | None:
        """When the next slot of any schedule begins."""
        return min((_begins(one, slot(one, now) + 1) for one in schedules()), default=None)


def slot(one: Job, now: datetime) -> int:
    """The number of the slot of a schedule that a time lies in, counted from 1970."""
    return int(now.timestamp() // _every(one).total_seconds())


def prune(now: datetime) -> int:
    """Delete done rows of a week ago, of schedules sooner, and workers that are long gone. Gives the rows' number."""
    deleted = 0
    scheduled = schedules()
    for one in scheduled:
        # For as long as its slot lasts the row says that it was made.
        deleted += _prune(kinds=[one.kind], before=now - max(KEPT_SCHEDULED, 2 * _every(one)))
    deleted += _prune(kinds=None, before=now - KEPT, but=[one.kind for one in scheduled])
    WorkerPresence.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()
    return deleted


def _prune(*, kinds: list[str] | None, before: datetime, but: list[str] | None = None) -> int:
    rows = Work.objects.filter(state=WorkState.DONE, finished_at__lt=before).exclude(kind__in=but or [])
    if kinds is not None:
        rows = rows.filter(kind__in=kinds)
    deleted = 0
    while ids := list(rows.values_list("pk", flat=True)[:_BATCH]):  # in bits: no long lock
        deleted += Work.objects.filter(pk__in=ids).delete()[0]
    return deleted


def _make(one: Job, number: int, now: datetime) -> None:
    # A slot whose forerunner still waits adds nothing: what it would do is about to be done.
    if not Work.objects.filter(kind=one.kind, state=WorkState.WAITING, due_at__lte=now).exists():
        insert_unless_there(
            Work(kind=one.kind, key=f"schedule:{one.kind}:{number}", due_at=_begins(one, number), created_at=now)
        )


def _begins(one: Job, number: int) -> datetime:
    return datetime.fromtimestamp(0, tz=UTC) + number * _every(one)


def _every(one: Job) -> timedelta:
    if one.every is None:
        raise ValueError(f"{one.kind} is no schedule")
    return one.every
