"""Which kinds of work there are, who does them, and which of them come again and again."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

Handler = Callable[[int | None], None]
"""Does one piece of work, given the id of the row that it is about. It runs in no transaction and may run more than
once for the same row: it calls services that do nothing a second time."""

KIND: Final = re.compile(r"[a-z0-9][a-z0-9_.-]*(:[a-z0-9][a-z0-9_.-]*)*")
SHORTEST_LEASE: Final = 15
LONGEST_LEASE: Final = 45
"""Seconds. A lease is extended while its handler runs; a dead worker's rows must be taken over within a minute."""

_SELDOM: Final = timedelta(minutes=10)


class Retry(Exception):  # noqa: N818  # said by a handler, no fault of the program
    """From a handler: not now; try again after a time (or the usual growing one). The reason is a code.

    It counts as an attempt: after the last one the row is dead.
    """

    def __init__(self, after: timedelta | None = None, code: str = "retry") -> None:
        super().__init__(code)
        self.after = after
        self.code = code


class Later(Retry):
    """From a handler: it did nothing, for it has to wait for its turn. No failure, and no attempt."""


class Dead(Exception):  # noqa: N818  # said by a handler, no fault of the program
    """From a handler: trying again is of no use; a person has to look. The reason is a code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Job:
    """How one kind of work is done; ``every`` is set where a schedule makes its rows."""

    kind: str
    handler: Handler
    attempts: int
    lease: timedelta
    longest: timedelta
    every: timedelta | None = None


_jobs: dict[str, Job] = {}


def job(
    kind: str, *, attempts: int = 8, lease_seconds: int = 30, longest_seconds: int = 3600
) -> Callable[[Handler], Handler]:
    """Register what does a kind of work, such as ``intake:scan``; a decorator, used in a room's ``jobs.py``.

    After ``attempts`` tries a row is dead until a person retries it. ``lease_seconds`` is how long a worker may be
    silent, within 15 and 45. A handler that runs for more than ``longest_seconds`` loses its lease.
    """

    def register(handler: Handler) -> Handler:
        _register(Job(kind, handler, attempts, _lease(lease_seconds), timedelta(seconds=longest_seconds)))
        return handler

    return register


def schedule(
    name: str, *, every: timedelta, attempts: int | None = None, lease_seconds: int = 30, longest_seconds: int = 3600
) -> Callable[[Handler], Handler]:
    """Register what is done again and again; one row for each slot of time ``every`` over all workers.

    The handler is given None. What fails is not dead, it comes again: after its attempts (1, or 5 where the slots are
    ten minutes or longer) the row ends with its error code.
    """
    if every < timedelta(seconds=1):
        raise ValueError("a schedule's slots are at least one second long")
    tries = attempts or (1 if every < _SELDOM else 5)

    def register(handler: Handler) -> Handler:
        _register(Job(name, handler, tries, _lease(lease_seconds), timedelta(seconds=longest_seconds), every))
        return handler

    return register


def job_of(kind: str) -> Job:
    """The job of a kind. LookupError where no room registered it."""
    if kind not in _jobs:
        raise LookupError(f"no job does work of the kind {kind}")
    return _jobs[kind]


def kinds() -> frozenset[str]:
    """All kinds that this process knows."""
    return frozenset(_jobs)


def schedules() -> list[Job]:
    """All jobs that come again and again."""
    return [one for one in _jobs.values() if one.every is not None]


def _register(new: Job) -> None:
    if not KIND.fullmatch(new.kind) or len(new.kind) > 60:
        raise ValueError("a kind of work is a short code such as intake:scan")
    old = _jobs.get(new.kind)
    if old is not None and _named(old.handler) != _named(new.handler):
        raise ValueError(f"two jobs do work of the kind {new.kind}")
    _jobs[new.kind] = new


def _named(handler: Handler) -> tuple[str, str]:
    return handler.__module__, handler.__qualname__


def _lease(seconds: int) -> timedelta:
    return timedelta(seconds=max(SHORTEST_LEASE, min(seconds, LONGEST_LEASE)))
