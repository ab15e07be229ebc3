"""Running one claim: the handler, and what becomes of the row whatever the handler does."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from contextvars import ContextVar
from datetime import timedelta
from typing import Final

from django.db import OperationalError, transaction
from django.db.utils import InterfaceError
from django.utils import timezone

from lightkeeper.runtime.work import leases
from lightkeeper.runtime.work.leases import Claim, LeaseLostError
from lightkeeper.runtime.work.registry import Dead, Job, Retry, job_of

LEAST: Final = timedelta(seconds=2)
MOST: Final = timedelta(minutes=10)
"""Between these the span grows, doubling, from which the next attempt's time is drawn."""

_logger = logging.getLogger("lightkeeper.work")


class _Running:
    """The claim that this thread is working on, and whether the handler has finished it itself."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.finished = False


_running: ContextVar[_Running | None] = ContextVar("lightkeeper_work_running", default=None)


def finish_current() -> None:
    """In a handler's own transaction: finish its row together with its effect, so that both happen or neither.

    LeaseLostError (let it pass): another worker has the row; the transaction rolls back. Outside of a worker, as in a
    test that calls the handler, it does nothing.
    """
    running = _running.get()
    if running is None:
        return
    leases.finish(running.claim)

    def finished() -> None:
        running.finished = True

    transaction.on_commit(finished)


def run(claim: Claim) -> str:
    """Do one piece of work and leave its row as it should be. Gives an outcome: done, retry, dead or lost.

    Raises only what the database raises when the row cannot be written.
    """
    one = job_of(claim.kind)
    running = _Running(claim)
    token = _running.set(running)
    try:
        one.handler(claim.subject)
    except Exception as error:  # noqa: BLE001  # whatever a handler raises, its row must be left in order
        if running.finished:  # what came after its transaction
            _log(claim, type(error).__name__)
            return "done"
        return _left(claim, lambda: _failed(one, claim, error))
    finally:
        _running.reset(token)
    return "done" if running.finished else _left(claim, lambda: _done(claim))


def _done(claim: Claim) -> str:
    leases.finish(claim)
    return "done"


def _failed(one: Job, claim: Claim, error: Exception) -> str:
    code = error.code if isinstance(error, Retry | Dead) else type(error).__name__
    code = code[:100]
    _log(claim, code)
    # A database that was away is nobody's fault: give it far longer than a fault of the work itself.
    spare = 50 if isinstance(error, OperationalError | InterfaceError) else 0
    if not isinstance(error, Dead) and claim.attempt < one.attempts + spare:
        after = error.after if isinstance(error, Retry) and error.after is not None else back_off(claim.attempt)
        leases.put_off(claim, until=timezone.now() + after, code=code)
        return "retry"
    if one.every is not None:  # it comes again by itself
        leases.finish(claim, code=code)
        return "done"
    leases.bury(claim, code=code)
    return "dead"


def _left(claim: Claim, leave: Callable[[], str]) -> str:
    try:
        return leave()
    except LeaseLostError:
        _log(claim, "lease_lost")
        return "lost"


def back_off(attempt: int) -> timedelta:
    """How long to wait after an attempt (the first is 1): at random up to a span that doubles (full jitter)."""
    span = min(LEAST * 2 ** min(attempt - 1, 30), MOST)
    return span * random.random()


def _log(claim: Claim, code: str) -> None:
    _logger.warning("work %s %s, attempt %s: %s", claim.kind, claim.work_id, claim.attempt, code)
