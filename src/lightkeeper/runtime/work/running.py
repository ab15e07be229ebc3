"""Running one claim: what its handler does, and how its row is left whatever the handler does."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from django.db import OperationalError, transaction
from django.db.utils import InterfaceError
from django.utils import timezone

from lightkeeper.runtime.work import leases
from lightkeeper.runtime.work.leases import Claim, LeaseLostError
from lightkeeper.runtime.work.registry import Dead, Job, Later, Retry, job_of

LEAST: Final = timedelta(seconds=2)
MOST: Final = timedelta(minutes=10)
"""Between these the span grows, doubling, from which the next attempt's time is drawn."""

PATIENCE: Final = 50
"""More attempts than the job allows, where it was the database that failed: that is no fault of the work."""

_logger = logging.getLogger("lightkeeper.work")


@dataclass(slots=True)
class _Running:
    """The claim that this thread is working on, and whether the handler has finished it itself."""

    claim: Claim
    finished: bool = False


_running: ContextVar[_Running | None] = ContextVar("lightkeeper_work_running", default=None)


def finish_current() -> None:
    """In a handler's own transaction: finish its row together with its effect, so that both happen or neither.

    LeaseLostError (let it pass): another worker has the row; the transaction rolls back. Outside of a worker, as in a
    test that calls the handler, it does nothing, and when it was finished already.
    """
    running = _running.get()
    if running is None or running.finished:
        return
    leases.finish(running.claim)
    transaction.on_commit(partial(setattr, running, "finished", True))


def run(claim: Claim) -> Callable[[], str]:
    """Call the handler of one claim; raises nothing. What it gives leaves the row as it should be.

    That gives an outcome (done, later, retry, dead, lost), raises only what the database raises, and can be called
    again then.
    """
    one = job_of(claim.kind)
    running = _Running(claim)
    token = _running.set(running)
    error: Exception | None = None
    try:
        one.handler(claim.subject)
    except SystemExit:
        error = RuntimeError()
    except Exception as raised:  # noqa: BLE001  # whatever a handler raises, its row must be left in order
        error = raised
    finally:
        _running.reset(token)
    if error is not None and not isinstance(error, Later):  # to wait for one's turn is no news
        _logger.warning("work %s %s, attempt %s: %s", claim.kind, claim.work_id, claim.attempt, _code(error))
    if running.finished:
        return lambda: "done"
    return partial(_leave, one, claim, error)


def _leave(one: Job, claim: Claim, error: Exception | None) -> str:
    try:
        if error is None:
            leases.finish(claim)
            return "done"
        return _failed(one, claim, error)
    except LeaseLostError:
        _logger.warning("work %s %s, attempt %s: the lease was lost", claim.kind, claim.work_id, claim.attempt)
        return "lost"


def _failed(one: Job, claim: Claim, error: Exception) -> str:
    if isinstance(error, Later):
        leases.give_back(claim, begun=False, due_at=timezone.now() + (error.after or LEAST))
        return "later"
    patience = PATIENCE if isinstance(error, OperationalError | InterfaceError) else 0
    if not isinstance(error, Dead) and claim.attempt < one.attempts + patience:
        after = error.after if isinstance(error, Retry) and error.after is not None else back_off(claim.attempt)
        leases.put_off(claim, until=timezone.now() + after, code=_code(error))
        return "retry"
    if one.every is not None:  # it comes again by itself
        leases.finish(claim, code=_code(error))
        return "done"
    leases.bury(claim, code=_code(error))
    return "dead"


def _code(error: Exception) -> str:
    # Never the message of an exception: it may hold content.
    return (error.code if isinstance(error, Retry | Dead) else type(error).__name__)[:100]


def back_off(attempt: int) -> timedelta:
    """How long to wait after an attempt (the first is 1): at random up to a span that doubles (full jitter)."""
    span: timedelta = min(LEAST * 2 ** min(attempt - 1, 30), MOST)
    return span * random.random()
