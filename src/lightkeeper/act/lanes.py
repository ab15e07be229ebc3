"""Lanes: how many callbacks one process sends to one client at a time, so that a slow platform holds up nobody else.

A callback that finds its client's lane full is given the next free place in time and tried again then. A lane is one
callback wide until its platform has answered quickly, and while it does not; one whose platform fails again and again
rests between attempts. All lanes that are not quick have half of a worker's threads together.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Final

WIDTH: Final = 4
SLOW_SECONDS: Final = 0.5
"""A platform that takes longer than this to answer has a lane of width 1."""
SLOW_PLACES: Final = 2
"""Callbacks sent at a time to all platforms that are not known to be quick: half of the threads a worker has."""
LONGEST_WAIT: Final = 300.0
FAILURES: Final = 5
"""After so many failures in a row a lane rests, from then on twice as long each time, up to ``LONGEST_WAIT``."""


@dataclass(slots=True)
class _Lane:
    begun: list[float] = field(default_factory=list)
    """When those that are being sent were begun."""
    seconds: float = 0.05
    """What an answer takes, smoothed."""
    proven: bool = False
    """It has taken a callback."""
    next_free: float = 0.0
    failures: int = 0
    rests_until: float = 0.0

    def quick(self, now: float) -> bool:
        """Whether its platform answers quickly, as far as is known; what it has not answered yet counts too."""
        answers = self.seconds <= SLOW_SECONDS and not any(now - begun > SLOW_SECONDS for begun in self.begun)
        return self.proven and answers and self.failures < FAILURES


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
            quick = lane.quick(now)
            width = WIDTH if quick else 1
            if lane.rests_until <= now and len(lane.begun) < width and (quick or self._slow(now) < SLOW_PLACES):
                lane.begun.append(now)
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
            # Whichever it was: what counts is how long the oldest that is left has been waited for.
            lane.begun.remove(min(lane.begun, key=lambda begun: abs(now - seconds - begun)))
            lane.proven = lane.proven or not failed
            lane.seconds += (seconds - lane.seconds) * 0.2
            lane.failures = lane.failures + 1 if failed else 0
            if lane.failures >= FAILURES:
                lane.rests_until = now + min(2.0 ** (lane.failures - FAILURES), LONGEST_WAIT)
            elif not failed:
                # The platform is back: whoever waits for a far place is overtaken, not lost.
                lane.rests_until = 0.0
                lane.next_free = min(lane.next_free, now)

    def _slow(self, now: float) -> int:
        return sum(len(lane.begun) for lane in self._lanes.values() if lane.begun and not lane.quick(now))


lanes: Final = Lanes()
