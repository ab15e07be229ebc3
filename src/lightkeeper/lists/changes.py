"""Numbers for changes: allocated under a lock, so that a poll for "everything after number n" never skips one.

A sequence would hand number 7 to one transaction and 8 to another; if 8 commits first, a reader that saw 8 would never
look for 7 again. Here the clock's row is locked from the taking of a number to the commit: 8 is handed out only when 7
is visible. On SQLite a writing transaction has the whole database to itself, which does the same.
"""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.timezone import now

from lightkeeper.lists.models import Change, Clock

CLOCK = 1
"""The key of the clock's only row."""


def next_change() -> int:
    """Take the number of the change that the caller's transaction makes; others wait until it ends.

    Take it as late in the transaction as can be. Raises TransactionManagementError outside of one.
    """
    clock = Clock.objects.select_for_update().filter(pk=CLOCK).first()
    if clock is None:
        with transaction.atomic():
            Clock.objects.bulk_create([Clock(pk=CLOCK)], ignore_conflicts=True)
        clock = Clock.objects.select_for_update().get(pk=CLOCK)
    change = Change(number=clock.number + 1, stamp=uuid.uuid4(), at=now())
    change.save(force_insert=True)
    Clock.objects.filter(pk=CLOCK).update(number=change.number, stamp=change.stamp, at=change.at)
    return change.number
