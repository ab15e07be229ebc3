"""Keeps what this process knows fresh: a thread looks at the clock once a second and loads what changed.

What is known is replaced in one assignment, so a scan never waits and keeps to what it began with. Where loading fails,
what was known before serves on, ``degraded`` says ``index_stale``, and ``freshness`` says why.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from django.db import Error as DatabaseError
from django.db import connection
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lightkeeper.detect.matching.self_test import IndexSelfTestError
from lightkeeper.lists import tally
from lightkeeper.lists.holdings import Holdings
from lightkeeper.lists.known import Known, nothing_known
from lightkeeper.lists.loading import LoadError, Moment, follows, lists_in_database, load, now_in_database
from lightkeeper.lists.snapshots import read_snapshot
from lightkeeper.lists.types import Freshness
from lightkeeper.runtime.services import KeyUnusableError, SealError

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

EVERY: Final = 1.0
"""Seconds between two looks at the clock."""

STALE_AFTER: Final = 5.0
"""Seconds without having been seen to be current after which what is known counts as stale."""

FIRST_LOAD: Final = 120.0
"""Seconds that whoever asks for what is known waits for the first attempt to load, at most."""

LONGEST_PAUSE: Final = 8.0
"""Seconds between two attempts to load, at most, after several that failed."""

_logger = logging.getLogger(__name__)


def _from_the_beginning() -> Holdings:
    """Everything: the newest snapshot and what changed since, or all rows."""
    found = read_snapshot()
    if found is not None:
        try:
            return load(*found)
        except (LoadError, IndexSelfTestError) as error:
            _logger.error("a snapshot does not find what it holds (%s); the rows are read", type(error).__name__)  # noqa: TRY400  # no traceback
    return load(None, 0)


class _Keeper:
    """What one process knows, and how fresh it is."""

    def __init__(self) -> None:
        self.known: Known = nothing_known(self.health)
        self._moment: Moment | None = None
        self._current_at: float | None = None
        self._why: StrOrPromise | None = _("Nothing was loaded yet.")
        self._loading = threading.Lock()
        self._thread: threading.Thread | None = None
        self._process = 0
        self._stop = threading.Event()
        self._tried = threading.Event()

    def current(self) -> Known:
        """What is known. Waits for the first attempt to load, and for nothing else."""
        if not self.running:
            self.refresh()
        elif not self._tried.is_set():
            self._tried.wait(FIRST_LOAD)
        return self.known

    def refresh(self) -> bool:
        """Load what changed, if anything did; True if what is known is other than before. Never raises."""
        with self._loading:
            try:
                changed = self._load(time.monotonic())
            except (LoadError, SealError, KeyUnusableError, IndexSelfTestError) as error:
                self._why = str(error)
                return False
            except DatabaseError as error:
                self._why = format_lazy(
                    _("The database does not answer as it should ({error})."), error=type(error).__name__
                )
                return False
            except Exception as error:  # noqa: BLE001  # a fault of ours must not end the thread: it would be silent
                self._why = format_lazy(
                    _("Loading failed in a way it should not ({error})."), error=type(error).__name__
                )
                return False
            finally:
                self._tried.set()
            self._why = None
            return changed

    def _load(self, looked_at: float) -> bool:
        moment = now_in_database()
        if self._moment is not None and (moment.number, moment.stamp) == (self._moment.number, self._moment.stamp):
            self._current_at = looked_at
            return False
        old = self._moment
        continues = old is not None and follows(moment, old)
        holdings = load(self.known.holdings, old.number) if old is not None and continues else _from_the_beginning()
        lists = lists_in_database(holdings)
        self.known = Known(holdings, lists, moment.number, moment.at, self.health)
        self._moment, self._current_at = moment, looked_at
        return True

    def freshness(self) -> Freshness:
        """How current what is known is."""
        known, seen = self.known, self._current_at
        age = None if seen is None else max(0.0, time.monotonic() - seen)
        stale = age is None or age > STALE_AFTER
        why = self._why or (_("It was not looked at: its thread does not run, or is held up.") if stale else None)
        return Freshness(known.change, known.at, age, stale, str(why) if why else None, len(known.holdings))

    def health(self) -> tuple[str, ...]:
        """Codes of what is wrong with the index now."""
        return ("index_stale",) if self.freshness().stale else ()

    @property
    def running(self) -> bool:
        """Whether this process's thread runs; a forked process has none, whatever its parent had."""
        return self._thread is not None and self._process == os.getpid() and self._thread.is_alive()

    def start(self) -> None:
        """Start the thread, unless it runs."""
        if not self.running:
            self._process, self._stop = os.getpid(), threading.Event()
            self._loading = threading.Lock()
            if self._moment is None:
                self._tried.clear()
            self._thread = threading.Thread(target=self._run, args=(self._stop,), name="lightkeeper-lists", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it; matches of lists on trial are written first."""
        if self.running and self._thread is not None:
            self._stop.set()
            self._thread.join()
        self._thread = None

    def _run(self, stop: threading.Event) -> None:
        pause = EVERY
        while True:
            self.refresh()
            pause = EVERY if self._why is None else min(2 * pause, LONGEST_PAUSE)
            stopping = stop.wait(pause)
            self._flush()
            # A pooled connection goes back between looks; one to a file costs nothing to keep.
            if stopping or connection.vendor != "sqlite" or self._why:
                connection.close()
            if stopping:
                return

    def _flush(self) -> None:
        with suppress(DatabaseError):  # it stays counted, and is written with the next look
            tally.flush()

    def forget(self) -> None:
        """Know nothing again, as at the start of a process."""
        with self._loading:
            self.known, self._moment, self._current_at = nothing_known(self.health), None, None
            self._why = _("Nothing was loaded yet.")
        tally.forget()


_keeper = _Keeper()


def current() -> Known:
    """What this process knows now; at once, without asking the database, while its thread runs.

    Only the start of a process waits, for the first attempt to load: what is scanned against nothing is missed. Where
    no thread was started (a command, a test) the clock is looked at first. Never raises: what cannot be loaded shows
    in ``degraded``.
    """
    return _keeper.current()


def refresh() -> bool:
    """Look at the clock now and load what changed; True if anything did. Never raises; see ``freshness``."""
    return _keeper.refresh()


def freshness() -> Freshness:
    """How current what this process knows is, and what keeps it from being so."""
    return _keeper.freshness()


def start_refreshing() -> None:
    """Keep this process's index fresh from now on, in a thread. To be called in each process, after it was forked."""
    _keeper.start()


def stop_refreshing() -> None:
    """Stop that again; waits for the thread."""
    _keeper.stop()


def forget() -> None:
    """Know nothing, as at the start: for tests, and after a database was put in another's place."""
    _keeper.forget()
