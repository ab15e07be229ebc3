"""Whether this process can do its work: what ``/readyz`` says and the metrics repeat.

A server without a worker, or with lists that are behind, still answers truthfully and loses nothing; taking it out of
service would only make it worse. So those are codes of a ready server, and keep it ready.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Final

from django.db import Error

from lightkeeper import installation
from lightkeeper.lists import queries as lists
from lightkeeper.runtime import queries as runtime

CACHED_SECONDS: Final = 1.0
"""Anybody may ask, so that asking often must cost nothing."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """``missing`` are codes of what keeps the server from answering, ``degraded`` of what does not; see CODES."""

    missing: tuple[str, ...]
    degraded: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Whether requests should be sent here."""
        return not self.missing


CODES: Final = {
    "database": "the database does not answer",
    "migrations": "the database lacks changes of this version: run `lightkeeper upgrade`",
    "newer_database": "the database was made by a newer version",
    "index": "the lists are being loaded for the first time",
    "index_stale": "the lists could not be brought up to date for a while",
    "no_worker": "no worker has said for 20 seconds that it lives",
}
"""What each code means; ``docs/deployment.md`` lists them (``tools/check_docs.py`` compares)."""

_lock = threading.Lock()
_last: tuple[float, Readiness] | None = None


def readiness() -> Readiness:
    """Look, or give what was seen within the last second."""
    global _last  # one answer for all threads of the process
    with _lock:
        if _last is None or time.monotonic() - _last[0] > CACHED_SECONDS:
            _last = (time.monotonic(), look())
        return _last[1]


def look() -> Readiness:
    """Look now."""
    freshness = lists.freshness()
    missing = [] if freshness.age is not None else ["index"]
    degraded = ["index_stale"] if freshness.age is not None and freshness.stale else []
    try:
        missing += _migrations()
        if not runtime.alive_workers():
            degraded.append("no_worker")
    except Error:
        missing = ["database"]
    return Readiness(tuple(missing), tuple(degraded))


_in_order = False


def _migrations() -> list[str]:
    """Compare the migrations until they were once in order: a server that runs is not migrated under its feet."""
    global _in_order  # one state a process
    if _in_order:
        return []
    found = installation.migrations()
    _in_order = not found.pending and not found.unknown
    return [*(["migrations"] if found.pending else []), *(["newer_database"] if found.unknown else [])]
