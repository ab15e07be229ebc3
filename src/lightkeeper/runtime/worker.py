"""The worker: claims rows, has its threads do them, keeps their leases, and lives through restarts of the database.

Three kinds of threads: the caller's claims; ``threads`` of them run handlers; one keeps the leases and says that the
worker lives. On PostgreSQL one more listens for calls.
"""

from __future__ import annotations

import logging
import os
import queue
import secrets
import socket
import threading
import time
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import Error, close_old_connections, connection, connections
from django.utils import timezone

from lightkeeper import __version__
from lightkeeper.runtime.models import WorkerPresence
from lightkeeper.runtime.work import leases, waking
from lightkeeper.runtime.work.leases import Claim, LeaseLostError
from lightkeeper.runtime.work.registry import job_of, kinds
from lightkeeper.runtime.work.running import run
from lightkeeper.runtime.work.slots import Slots

if TYPE_CHECKING:
    from lightkeeper.runtime.work.calling import Listener

HEARTBEAT: Final = 5.0
GRACE: Final = 20.0
"""Seconds that handlers are given to end when the worker stops; then their rows are given back."""

PATIENCE: Final = 5.0
"""Seconds between two tries, at most, while the database does not answer."""

POLL: Final = {"sqlite": 0.2, "postgresql": 1.0}
POLL_BUSY: Final = {"sqlite": 0.05, "postgresql": 1.0}
"""Seconds between two looks for rows, if nobody wakes the worker: in general, and soon after there was work."""

BUSY: Final = 10.0
OVERDUE: Final = 2.0
"""Seconds between two looks for rows whose worker is dead."""

CALL: Final = 0.5
"""Seconds between two calls to others, at least, while there is more than this worker can do."""

_QUICK: Final = 0.05
_AHEAD: Final = 4
"""While handlers take less than _QUICK seconds, this many rows are claimed for each thread at once."""

_logger = logging.getLogger("lightkeeper.work")


def run_worker(*, threads: int, stop: threading.Event) -> None:
    """Work until ``stop`` is set; then what was begun is ended, and the rest is given back."""
    Worker(threads=threads, stop=stop).run()


class Worker:
    """One worker of this process."""

    def __init__(self, *, threads: int, stop: threading.Event) -> None:
        self.name = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(3)}"
        self._threads = threads
        self._stop = stop
        self._ended = threading.Event()
        self._bell = waking.Bell()
        self._todo: queue.SimpleQueue[Claim | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._held: dict[int, tuple[Claim, float | None]] = {}
        self._slots = Slots()
        self._busy_until = self._overdue_at = self._call_at = 0.0
        self._usual = 1.0  # seconds that handlers took of late

    def run(self) -> None:
        """Work until stopped."""
        hands = [
            threading.Thread(target=self._work, name="lightkeeper-hand", daemon=True) for _ in range(self._threads)
        ]
        keeper = threading.Thread(target=self._keep, daemon=True)
        for thread in (*hands, keeper):
            thread.start()
        waking.add_bell(self._bell)
        listener = self._listen()
        try:
            self._claim_until_stopped()
        finally:
            waking.remove_bell(self._bell)
            if listener is not None:
                listener.stop()
            self._end(hands)
            self._ended.set()
            keeper.join(HEARTBEAT)
            self._leave()

    # Claiming

    def _claim_until_stopped(self) -> None:
        rung, failures = True, 0
        while not self._stop.is_set():
            room = self._room()
            if not room:
                self._bell.free.clear()
                if not self._room():  # a hand that came free in between has rung
                    self._bell.wait(1.0)
                continue
            self._bell.free.set()
            try:
                taken, pause = self._look(room, rung=rung)
                failures = 0
            except Error as error:
                failures = self._database_lost(error, failures)
                continue
            if taken >= room:
                self._call_others()
            rung = bool(taken) or self._bell.wait(pause)

    def _look(self, room: int, *, rung: bool) -> tuple[int, float]:
        """Claim what can be claimed; gives the number of rows, and the seconds until the next look is worth it."""
        known, now = kinds(), timezone.now()
        self._slots.make(now)
        # Whoever is rung claims at once. Otherwise a look, which locks nothing, comes first.
        due = now if rung else leases.next_due(known)
        claims: list[Claim] = []
        if due is not None and due <= now:
            claims = leases.claim(self.name, limit=room, kinds=known, now=now)
        if time.monotonic() >= self._overdue_at:
            claims += leases.take_over(self.name, limit=room - len(claims), kinds=known, now=now)
            self._overdue_at = time.monotonic() + OVERDUE
        taken = self._take(claims)
        # What runs by the clock comes every few seconds, and says nothing about more to come.
        if any(job_of(claim.kind).every is None for claim in claims):
            self._busy_until = time.monotonic() + BUSY
        poll = (POLL_BUSY if time.monotonic() < self._busy_until else POLL)[connection.vendor]
        coming = [(one - now).total_seconds() for one in (due, self._slots.next(now)) if one is not None and one > now]
        return taken, max(0.02, min([poll, *coming]))

    def _take(self, claims: list[Claim]) -> int:
        with self._lock:
            self._held.update({claim.work_id: (claim, None) for claim in claims})
        for claim in claims:
            self._todo.put(claim)
        return len(claims)

    def _call_others(self) -> None:
        """There may be more than this worker can do: wake another one, now and then."""
        if time.monotonic() >= self._call_at:
            self._call_at = time.monotonic() + CALL
            waking.wake()

    def _room(self) -> int:
        most = self._threads * (_AHEAD if self._usual < _QUICK else 1)
        with self._lock:
            room = max(0, most - len(self._held))
        # While there is more than enough for every thread, rows are claimed in batches and not one by one.
        return room if most == self._threads or 2 * room >= most else 0

    def _database_lost(self, error: Exception, failures: int) -> int:
        _logger.warning("the database does not answer (%s); trying again", type(error).__name__)
        close_old_connections()
        self._stop.wait(min(PATIENCE, 0.1 * 2 ** min(failures, 10)))
        return failures + 1

    # Working

    def _work(self) -> None:
        try:
            while (claim := self._todo.get()) is not None:
                self._do(claim)
                self._bell.rung.set()
        finally:
            connections.close_all()

    def _do(self, claim: Claim) -> None:
        if self._stop.is_set():
            self._give_back(claim, begun=False)
            return
        begun = time.monotonic()
        with self._lock:
            self._held[claim.work_id] = (claim, begun)
        close_old_connections()
        leave = run(claim)
        took = time.monotonic() - begun
        failures = 0
        while not self._ended.is_set():
            try:
                leave()
                break
            except Error as error:  # the row is still ours: it must be left in order, or its lease run out
                failures = self._database_lost(error, failures)
                time.sleep(0.05)
        with self._lock:
            self._held.pop(claim.work_id, None)
            self._usual += (took - self._usual) / 8
        close_old_connections()

    def _give_back(self, claim: Claim, *, begun: bool) -> None:
        try:
            leases.give_back(claim, begun=begun)
        except (LeaseLostError, Error) as error:  # its lease will run out
            _logger.warning("work %s could not be given back (%s)", claim.work_id, type(error).__name__)
        with self._lock:
            self._held.pop(claim.work_id, None)

    def _end(self, hands: list[threading.Thread]) -> None:
        for _ in hands:
            self._todo.put(None)
        until = time.monotonic() + GRACE
        for hand in hands:
            hand.join(max(0.0, until - time.monotonic()))
        with self._lock:
            rest = [claim for claim, _ in self._held.values()]
        for claim in rest:
            self._give_back(claim, begun=True)

    # Living

    def _keep(self) -> None:
        started = timezone.now()
        try:
            while not self._ended.is_set():
                try:
                    self._say_alive(started)
                    self._extend()
                except Error as error:
                    _logger.warning("leases could not be extended (%s)", type(error).__name__)
                close_old_connections()
                self._ended.wait(HEARTBEAT)
        finally:
            connections.close_all()

    def _extend(self) -> None:
        now = time.monotonic()
        with self._lock:
            claims = [
                claim
                for claim, begun in self._held.values()
                if begun is None or now - begun < job_of(claim.kind).longest.total_seconds()
            ]
        if claims:
            leases.extend(claims)

    def _say_alive(self, started: datetime) -> None:
        WorkerPresence.objects.update_or_create(
            name=self.name, defaults={"seen_at": timezone.now(), "version": __version__, "started_at": started}
        )

    def _leave(self) -> None:
        try:
            WorkerPresence.objects.filter(name=self.name).delete()
        except Error:
            _logger.warning("the worker's end could not be written down")
        close_old_connections()

    def _listen(self) -> Listener | None:
        if connection.vendor != "postgresql":
            return None
        from lightkeeper.runtime.work.calling import Listener

        listener = Listener()
        listener.start()
        return listener
