"""The states of a submission, and the moves between them."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """``received`` and waiting for its scan; ``finished`` with an outcome; ``refused`` before any scan.

    ``withdrawn``: the caller wants no more done. ``erased``: nothing of it is left but this row and the audit trail.
    """

    RECEIVED = "received"
    FINISHED = "finished"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"
    REFUSED = "refused"


class CorrectionPhase(TextChoices):
    """How far the correction of an entry has come.

    ``checking``: a submission that was being searched when it began may have been withheld since; so once more.
    """

    REINSTATING = "reinstating", _("Reinstates what only this entry withheld")
    REOPENING = "reopening", _("Opens settled items again")
    CHECKING = "checking", _("Waits a minute for what was being searched meanwhile")
    DONE = "done", _("Done")


MOVES: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.FINISHED, State.WITHDRAWN, State.ERASED}),
    State.FINISHED: frozenset({State.WITHDRAWN, State.ERASED}),
    State.REFUSED: frozenset({State.ERASED}),
    State.WITHDRAWN: frozenset({State.ERASED}),
    State.ERASED: frozenset(),
}
"""What may become of a submission in each state; the caller moves it to the last three, the scan to the others."""


def may_become(now: str, then: State) -> bool:
    """Whether a submission in one state may move to another."""
    return then in MOVES[State(now)]
