"""Lanes: how many callbacks one process sends to one client at a time, so that a slow platform holds up nobody else.

A callback that finds its client's lane full is given the next free place in time and tried again then. A lane whose
platform is slow is one callback wide, and one whose platform fails again and again rests between attempts.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 4
SLOW_SECONDS: Final = 0.5
"""A platform that takes longer than this to answer has a lane of width 1."""
LONGEST_WAIT: Final = 300.0
FAILURES: Final = 5
"""After so many failures in a row a lane rests, from then on twice as long each time, up to ``LONGEST_WAIT``."""


@dataclass(slots=True)
class _Lane:
    busy: int = 0
    seconds: float = 0.05
    """What an answer takes, smoothed."""
    next_free: float = 0.0
    failures: int = 0
    rests_until: float = 0.0


class Lanes:
    """The lanes of one process. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._lanes: dict[int, _Lane] = {}
        self._lock = threading.Lock()

    def enter(self, client_id: int, *, now: float | None = None) -> float:
        """Take a place in a client's lane: 0 if there is one (then ``leave`` must follow), or the seconds to wait."""
        now = time.monotonic() if now is None else now
        with self._lock:
            lane = self._lanes.setdefault(client_id, _Lane())
            width = 1 if lane.seconds > SLOW_SECONDS or lane.failures >= FAILURES else WIDTH
            if lane.rests_until <= now and lane.busy < width:
                lane.busy += 1
                return 0.0
            # Each that waits comes one place later than the one before, so that they do not all come back at once.
            start = max(lane.next_free, lane.rests_until, now)
            lane.next_free = start + max(lane.seconds / width, 0.01)
            return min(max(lane.next_free - now, 0.05), LONGEST_WAIT)

    def leave(self, client_id: int, *, seconds: float, failed: bool, now: float | None = None) -> None:
        """Give the place back; say how long the answer took and whether the platform failed."""
        now = time.monotonic() if now is None else now
        with self._lock:
            lane = self._lanes[client_id]
            lane.busy -= 1
            lane.seconds += (seconds - lane.seconds) * 0.2
            lane.failures = lane.failures + 1 if failed else 0
            if lane.failures >= FAILURES:
                lane.rests_until = now + min(2.0 ** (lane.failures - FAILURES), LONGEST_WAIT)
            elif not failed:
                # The platform is back: whoever waits for a far place is overtaken, not lost.
                lane.rests_until = 0.0
                lane.next_free = min(lane.next_free, now)


lanes: Final = Lanes()
