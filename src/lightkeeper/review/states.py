"""The states of a case, and the moves between them."""

from __future__ import annotations

from django.db.models import TextChoices


class CaseState(TextChoices):
    """``waiting`` for a person; ``closed`` when nothing is left to decide."""

    WAITING = "waiting"
    CLOSED = "closed"


MOVES: dict[CaseState, frozenset[CaseState]] = {
    CaseState.WAITING: frozenset({CaseState.CLOSED}),
    CaseState.CLOSED: frozenset(),
}
"""What may become of a case in each state."""
