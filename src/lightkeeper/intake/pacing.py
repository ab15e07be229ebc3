"""When an answer may leave: on a multiple of the step after the request's arrival, whatever was found in between."""

from __future__ import annotations

import time

from django.conf import settings
from django.db import connection


class Pace:
    """The clock of one request, from its arrival on; ``step`` and ``limit`` are in seconds."""

    def __init__(self) -> None:
        self.arrived = time.monotonic()
        self.step: float = settings.LIGHTKEEPER["wait_step_ms"] / 1000
        self.limit: float = settings.LIGHTKEEPER["wait_limit_ms"] / 1000

    def left(self) -> float:
        """Seconds until the wait is over; 0 when it is."""
        return max(0.0, self.arrived + self.limit - time.monotonic())

    def until_release(self) -> float:
        """Seconds until the next multiple of the step."""
        passed = time.monotonic() - self.arrived
        return self.step - passed % self.step

    def release(self) -> None:
        """Wait for the next multiple of the step. What waits holds no connection to the database."""
        let_go()
        time.sleep(self.until_release())


def let_go() -> None:
    """Give this thread's connection back where connections are shared, so that others work while it waits."""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        connection.close()
