"""When a key was last used: noted in memory at each request, written once a minute by a thread of its own."""

from __future__ import annotations

import logging
import threading
from typing import Final

from django.db import DatabaseError, connections
from django.utils import timezone

from lightkeeper.people.models import ApiKey

FLUSH_SECONDS: Final = 60.0

_logger = logging.getLogger(__name__)
_used: set[int] = set()
_stop = threading.Event()
_thread: threading.Thread | None = None


def note(key: int) -> None:
    """Note that the key (its row) is in use. Costs no query and never waits."""
    _used.add(key)


def flush() -> int:
    """Write what was noted since the last time; gives the number of keys. All get the time of the writing."""
    taken = []
    while _used:  # one by one, because others go on noting
        taken.append(_used.pop())
    if taken:
        ApiKey.objects.filter(pk__in=taken).update(last_used_at=timezone.now())
    return len(taken)


def start_flushing() -> None:
    """Begin to write once a minute; for a process that serves. Calling it twice does nothing."""
    global _thread  # one a process
    if _thread is None or not _thread.is_alive():
        _stop.clear()
        _thread = threading.Thread(target=_flush_again_and_again, name="last-used", daemon=True)
        _thread.start()


def stop_flushing() -> None:
    """End the thread; it writes a last time."""
    _stop.set()
    if _thread is not None:
        _thread.join(timeout=5)


def _flush_again_and_again() -> None:
    stopped = False
    while not stopped:
        stopped = _stop.wait(FLUSH_SECONDS)
        try:
            flush()
        except DatabaseError:
            # Worth no more than a word: the next minute's use is written again.
            _logger.warning("when keys were last used could not be written")
        finally:
            connections.close_all()
