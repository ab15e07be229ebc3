"""The states of a callback and of a signing key, and the moves between them."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CallbackState(models.TextChoices):
    """Where a callback stands. The first two are open: they will be sent, or sent again."""

    WAITING = "waiting", _("Waiting")
    FAILED = "failed", _("Failed")
    DELIVERED = "delivered", _("Delivered")
    DEAD = "dead", _("Dead")


OPEN: Final = (CallbackState.WAITING, CallbackState.FAILED)

MOVES: Final[dict[CallbackState, frozenset[CallbackState]]] = {
    CallbackState.WAITING: frozenset({CallbackState.DELIVERED, CallbackState.FAILED, CallbackState.DEAD}),
    CallbackState.FAILED: frozenset(
        {CallbackState.DELIVERED, CallbackState.FAILED, CallbackState.DEAD, CallbackState.WAITING}
    ),
    CallbackState.DELIVERED: frozenset({CallbackState.WAITING}),  # replayed by a person
    CallbackState.DEAD: frozenset({CallbackState.WAITING}),  # replayed by a person
}
"""State -> states that may follow. What makes a callback wait again is a replay or the end of a pause."""


class SigningKeyState(models.TextChoices):
    """Where a signing key stands; a client has at most one ``current`` and one ``next``."""

    NEXT = "next"
    CURRENT = "current"
    RETIRED = "retired"


class Pause(models.TextChoices):
    """Why a client's callbacks are held."""

    BY_PERSON = "person", _("paused by a person")
    GONE = "gone", _("its address answered 410 (gone) for an hour")


class DecisionState(models.TextChoices):
    """Where a decision stands: ``void`` where its grade was undone, or another decision took its place.

    ``reversed``: it was carried out, and a later act undid what can be undone.
    """

    PROPOSED = "proposed", _("Proposed")
    CARRIED_OUT = "carried_out", _("Carried out")
    REVERSED = "reversed", _("Reversed")
    VOID = "void", _("Void")


DECISION_MOVES: Final[dict[DecisionState, frozenset[DecisionState]]] = {
    DecisionState.PROPOSED: frozenset({DecisionState.CARRIED_OUT, DecisionState.VOID}),
    DecisionState.CARRIED_OUT: frozenset({DecisionState.REVERSED}),
    DecisionState.REVERSED: frozenset(),
    DecisionState.VOID: frozenset(),
}
"""What may become of a decision in each state."""


class CaseActionState(TextChoices):
    """Where an action of a case stands. ``waiting``: it can still be withdrawn within its minute."""

    PROPOSED = "proposed", _("Waits for a second person")
    WAITING = "waiting", _("About to be carried out; can still be withdrawn")
    CARRIED_OUT = "carried_out", _("Carried out")
    REFUSED = "refused", _("Refused by the second person")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REVERSED = "reversed", _("Reversed")


_C = CaseActionState
CASE_ACTION_MOVES: Final[dict[CaseActionState, frozenset[CaseActionState]]] = {
    _C.PROPOSED: frozenset({_C.WAITING, _C.REFUSED, _C.WITHDRAWN}),
    _C.WAITING: frozenset({_C.CARRIED_OUT, _C.WITHDRAWN}),
    _C.CARRIED_OUT: frozenset({_C.REVERSED}),
    _C.REFUSED: frozenset(),
    _C.WITHDRAWN: frozenset(),
    _C.REVERSED: frozenset(),
}
"""What may become of a case's action in each state. Reversing is an act of its own, with a row of its own."""
OPEN_ACTION: Final = (_C.PROPOSED, _C.WAITING)
DONE_ACTION: Final = (_C.CARRIED_OUT, _C.REVERSED)


class ActionEnd(TextChoices):
    """Why an action was withdrawn."""

    BY_PERSON = "person", _("by a person")
    BASIS_GONE = "basis_gone", _("the judgement that it rested on was opened again or reversed")
    DELAYED = "delayed", _("users of the case must not be told yet")
    ERASED = "erased", _("what named the account was erased")
