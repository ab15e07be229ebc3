"""Waking workers. A lost call loses no work: workers look for themselves every second as well."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from django.db import transaction


class Bell:
    """What one worker waits for: it is rung, and it says whether the worker has a hand free."""

    def __init__(self) -> None:
        self.rung = threading.Event()
        self.free = threading.Event()

    def wait(self, seconds: float) -> bool:
        """Wait until it is rung or the time is over; true where it was rung."""
        rung = self.rung.wait(seconds)
        self.rung.clear()
        return rung


_bells: Final[set[Bell]] = set()
_callers: Final[list[Callable[[], None]]] = []
_lock: Final = threading.Lock()


def add_bell(bell: Bell) -> None:
    """Ring this bell from now on."""
    with _lock:
        _bells.add(bell)


def remove_bell(bell: Bell) -> None:
    """Ring it no more."""
    with _lock:
        _bells.discard(bell)


def add_caller(call: Callable[[], None]) -> None:
    """Call this too when there is work: it reaches other processes, and raises nothing."""
    if call not in _callers:
        _callers.append(call)


def ring() -> None:
    """Wake the workers of this process."""
    with _lock:
        for bell in _bells:
            bell.rung.set()


def any_free() -> bool:
    """Whether a worker of this process has a hand free, or there is none."""
    with _lock:
        return not _bells or any(bell.free.is_set() for bell in _bells)


def wake() -> None:
    """Wake the workers of this process, and one of another."""
    ring()
    for call in _callers:
        call()


def wake_on_commit() -> None:
    """Wake workers when the transaction commits, once for all that was added in it."""
    if not any(call is wake for _, call, *_ in transaction.get_connection().run_on_commit):
        transaction.on_commit(wake, robust=True)
