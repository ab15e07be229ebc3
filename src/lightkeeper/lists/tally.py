"""Counts matches of lists on trial: in memory at once, in the database in bulk and later."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable

from django.db.models import F

from lightkeeper.lists.models import HashList

_lock = threading.Lock()
_counted: Counter[int] = Counter()


def count(list_ids: Iterable[int]) -> None:
    """Count one item that matched each of these lists. Never waits for the database."""
    with _lock:
        _counted.update(list_ids)


def flush() -> int:
    """Add what was counted to the lists' rows; gives the number of lists. What cannot be written stays counted."""
    with _lock:
        taken = dict(_counted)
        _counted.clear()
    written: set[int] = set()
    try:
        for list_id, number in sorted(taken.items()):
            HashList.objects.filter(pk=list_id).update(trial_matches=F("trial_matches") + number)
            written.add(list_id)
    except BaseException:
        with _lock:
            _counted.update({list_id: number for list_id, number in taken.items() if list_id not in written})
        raise
    return len(written)


def forget() -> None:
    """Drop what was counted and not written: its lists are gone (tests, a restored database)."""
    with _lock:
        _counted.clear()
