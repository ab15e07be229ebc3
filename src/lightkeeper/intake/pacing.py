"""When an answer may leave: on a multiple of the step after the request was here, whatever was found in between.

Who sends a request must not be able to choose how near to a step its outcome is written, since writing a match takes
longer than writing that nothing was found. So the clock begins with the request's last byte (a sender chooses when
that is), and once a search is done there is always the same room for writing before the next step counts.
"""

from __future__ import annotations

import time

from django.conf import settings
from django.db import connection

_ROOM = 0.2
"""The part of a step that writing the outcome of one item has before the answer may leave."""
_ROOM_EACH = 0.008
"""Seconds that each further item of a batch adds to it."""


class Pace:
    """The clock of one request, from when it is here whole; ``step`` and ``limit`` are in seconds."""

    def __init__(self) -> None:
        self.arrived = time.monotonic()
        self.step: float = settings.LIGHTKEEPER["wait_step_ms"] / 1000
        self.limit: float = settings.LIGHTKEEPER["wait_limit_ms"] / 1000
        self._not_before = self.arrived

    def received(self) -> None:
        """The request has been read: the clock begins here, however long its sender took."""
        self.arrived = self._not_before = time.monotonic()

    def searched(self, items: int) -> None:
        """So many items were searched: what follows takes longer for some outcomes, and has room for all of them."""
        self._not_before = time.monotonic() + self.step * _ROOM + _ROOM_EACH * (items - 1)

    def left(self) -> float:
        """Seconds until the wait is over; 0 when it is."""
        return max(0.0, self.arrived + self.limit - time.monotonic())

    def until_release(self) -> float:
        """Seconds until the next multiple of the step after which an answer may leave."""
        now = time.monotonic()
        passed = max(now, self._not_before) - self.arrived
        return self.arrived + passed + self.step - passed % self.step - now

    def release(self) -> None:
        """Wait for the next multiple of the step. What waits holds no connection to the database."""
        let_go()
        time.sleep(self.until_release())


def let_go() -> None:
    """Give this thread's connection back where connections are shared, so that others work while it waits."""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        connection.close()
