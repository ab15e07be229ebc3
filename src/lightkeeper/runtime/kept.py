"""Connections that are kept for a few seconds after an answer, for the next request to the same place.

Each knows the address that it leads to and when that was last checked; whoever takes one checks it anew after
``CHECKED_FOR``.
"""

from __future__ import annotations

import http.client
import select
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from lightkeeper.runtime.watch import watch

IDLE: Final = 5.0
"""Seconds after which a connection that nobody uses is closed."""
CHECKED_FOR: Final = 15.0
MOST: Final = 8
"""Kept for one place at most."""

Place = tuple[object, ...]


@dataclass(slots=True, eq=False)
class Kept:
    """A connection, the address that it leads to, and when that address was found to be allowed."""

    connection: http.client.HTTPConnection
    address: str
    checked_at: float
    alarm: int = 0

    @property
    def quiet(self) -> bool:
        """Whether nothing came: what comes unasked is its end, or an answer to nothing."""
        sock = self.connection.sock
        if sock is None or (isinstance(sock, ssl.SSLSocket) and sock.pending()):
            return False
        poll = select.poll()
        poll.register(sock, select.POLLIN)
        return not poll.poll(0)


class Shelf:
    """The kept connections of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[Place, list[Kept]] = {}

    def take(self, place: Place) -> Kept | None:
        """Give the connection used last to a place, if there is one that is still open."""
        while True:
            with self._lock:
                there = self._kept.get(place)
                kept = there.pop() if there else None
            if kept is None:
                return None
            watch.cancel(kept.alarm)
            if kept.quiet:
                return kept
            kept.connection.close()

    def keep(self, place: Place, kept: Kept) -> None:
        """Keep a connection that has no answer under way."""
        with self._lock:
            there = self._kept.setdefault(place, [])
            if len(there) < MOST:
                there.append(kept)
                kept.alarm = watch.set(time.monotonic() + IDLE, partial(self._drop, place, kept))
                return
        kept.connection.close()

    def clear(self) -> None:
        """Close all."""
        with self._lock:
            every = [kept for there in self._kept.values() for kept in there]
            self._kept.clear()
        for kept in every:
            watch.cancel(kept.alarm)
            kept.connection.close()

    def _drop(self, place: Place, kept: Kept) -> None:
        with self._lock:
            there = self._kept.get(place, [])
            if kept not in there:  # somebody has it
                return
            there[:] = [one for one in there if one is not kept]
            if not there:
                self._kept.pop(place, None)
        with suppress(OSError):
            kept.connection.close()


shelf: Final = Shelf()
