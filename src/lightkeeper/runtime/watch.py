"""A clock for many short spans: calls what was set when its time has come, in one thread for the whole process."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from typing import Final


class Watch:
    """Times are monotonic seconds. What is called must be quick, and may come just after it was cancelled."""

    def __init__(self) -> None:
        self._set: dict[int, tuple[float, Callable[[], object]]] = {}
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._wakes_at = 0.0
        self._thread: threading.Thread | None = None

    def set(self, at: float, call: Callable[[], object]) -> int:
        """Call it at a time; gives the number to cancel it with."""
        with self._changed:
            number = next(self._numbers)
            self._set[number] = at, call
            if self._thread is None or not self._thread.is_alive():  # the first time, or in a process that was forked
                self._thread = threading.Thread(target=self._run, name="lightkeeper-watch", daemon=True)
                self._wakes_at = 0.0
                self._thread.start()
            elif at < self._wakes_at:
                self._changed.notify()
            return number

    def cancel(self, number: int) -> None:
        """Do not call it."""
        with self._changed:
            self._set.pop(number, None)

    def _run(self) -> None:
        while True:
            with self._changed:
                now = time.monotonic()
                due = [number for number, (at, _) in self._set.items() if at <= now]
                calls = [self._set.pop(number)[1] for number in due]
                if not calls:
                    self._wakes_at = min((at for at, _ in self._set.values()), default=float("inf"))
                    self._changed.wait(None if self._wakes_at == float("inf") else max(0.0, self._wakes_at - now))
            for call in calls:
                call()


watch: Final = Watch()
