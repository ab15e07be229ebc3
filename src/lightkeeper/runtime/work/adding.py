"""Adding work: in the caller's transaction, so that it is there if and only if what it follows from is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from lightkeeper.runtime.inserting import insert_many
from lightkeeper.runtime.models import Work
from lightkeeper.runtime.work import waking
from lightkeeper.runtime.work.registry import job_of


def add_work(
    kind: str, *, subject: int | None = None, key: str | None = None, due_at: datetime | None = None
) -> int | None:
    """Add a piece of work, due now or at a time; workers are woken when the transaction commits.

    ``subject`` is the id of the row that it is about. ``key`` makes it unique for as long as the row is kept: None is
    returned where the key is there. LookupError: no job does this kind.
    """
    job_of(kind)
    now = timezone.now()
    work = Work(kind=kind, subject=subject, key=key, due_at=due_at or now, created_at=now)
    if key is None:
        work.save(force_insert=True)
    elif not insert_unless_there(work):
        return None
    waking.wake_on_commit()
    return work.pk


def add_works(kind: str, subjects: Iterable[int], *, due_at: datetime | None = None) -> int:
    """Add a piece of work for each subject, all due now or at a time. Gives their number. LookupError."""
    job_of(kind)
    now = timezone.now()
    rows = [Work(kind=kind, subject=subject, due_at=due_at or now, created_at=now) for subject in subjects]
    insert_many(rows)
    if rows:
        waking.wake_on_commit()
    return len(rows)


def insert_unless_there(work: Work) -> bool:
    """Insert a row with a key; false where the key is there."""
    if Work.objects.filter(key=work.key).exists():
        return False
    try:
        with transaction.atomic():
            work.save(force_insert=True)
    except IntegrityError:  # somebody else was quicker
        return False
    return True
