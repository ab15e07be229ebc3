"""Waking workers. A lost call loses no work: workers look for themselves every second as well."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from django.db import transaction

_bells: set[threading.Event] = set()
_lock: Final = threading.Lock()
_callers: list[Callable[[], None]] = []


def add_bell(bell: threading.Event) -> None:
    """Ring this event whenever work was added in this process."""
    with _lock:
        _bells.add(bell)


def remove_bell(bell: threading.Event) -> None:
    """Ring it no more."""
    with _lock:
        _bells.discard(bell)


def ring() -> None:
    """Wake the workers of this process."""
    with _lock:
        for bell in _bells:
            bell.set()


def wake() -> None:
    """Wake the workers of this process, and one of another."""
    ring()
    for call in _callers:
        call()


def wake_on_commit() -> None:
    """Wake workers when the transaction commits, once for all that was added in it."""
    if not any(call is wake for _, call, *_ in transaction.get_connection().run_on_commit):
        transaction.on_commit(wake, robust=True)
