"""The states of a work row, and the moves between them."""

from __future__ import annotations

from typing import Final

from django.db import models


class WorkState(models.TextChoices):
    """Where a work row stands."""

    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    DEAD = "dead"


MOVES: Final[dict[WorkState, frozenset[WorkState]]] = {
    WorkState.WAITING: frozenset({WorkState.LEASED}),  # a worker claims it
    WorkState.LEASED: frozenset(
        {
            WorkState.DONE,  # the handler returned
            WorkState.WAITING,  # it is tried again later, or its worker gave it back
            WorkState.DEAD,  # no attempt is left, or trying again is of no use
            WorkState.LEASED,  # the lease ran out and another worker took it over
        }
    ),
    WorkState.DEAD: frozenset({WorkState.WAITING}),  # a person retries it
    WorkState.DONE: frozenset(),
}
"""State -> states that may follow. Every write compares the state (and the lease) that it leaves."""
