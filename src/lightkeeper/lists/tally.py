"""Counts matches of lists on trial and hits that allow-lists won over: in memory at once, written in bulk later."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from typing import Final

from django.db.models import F

from lightkeeper.lists.models import HashList

_TRIAL: Final = "trial_matches"
_ALLOWED: Final = "allowed_matches"

_lock = threading.Lock()
_counted: Counter[tuple[str, int]] = Counter()
"""By the column of the list's row and the list's key."""


def count_trial(list_ids: Iterable[int]) -> None:
    """Count one item that matched each of these lists while they were on trial. Never waits for the database."""
    _count(_TRIAL, list_ids)


def count_allowed(list_ids: Iterable[int]) -> None:
    """Count one item whose hits each of these allow-lists won over. Never waits for the database."""
    _count(_ALLOWED, list_ids)


def _count(column: str, list_ids: Iterable[int]) -> None:
    with _lock:
        _counted.update((column, list_id) for list_id in list_ids)


def flush() -> int:
    """Add what was counted to the lists' rows; gives the number of counts. What cannot be written stays counted."""
    with _lock:
        taken = dict(_counted)
        _counted.clear()
    written: set[tuple[str, int]] = set()
    try:
        for (column, list_id), number in sorted(taken.items()):
            HashList.objects.filter(pk=list_id).update(**{column: F(column) + number})
            written.add((column, list_id))
    except BaseException:
        with _lock:
            _counted.update({key: number for key, number in taken.items() if key not in written})
        raise
    return len(written)


def forget() -> None:
    """Drop what was counted and not written: its lists are gone (tests, a restored database)."""
    with _lock:
        _counted.clear()
