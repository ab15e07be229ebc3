"""The states of a callback and of a signing key, and the moves between them."""

from __future__ import annotations

from typing import Final

from django.db import models
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
    """Where a decision stands: ``void`` where its grade was undone, or another decision took its place."""

    PROPOSED = "proposed", _("Proposed")
    CARRIED_OUT = "carried_out", _("Carried out")
    VOID = "void", _("Void")


DECISION_MOVES: Final[dict[DecisionState, frozenset[DecisionState]]] = {
    DecisionState.PROPOSED: frozenset({DecisionState.CARRIED_OUT, DecisionState.VOID}),
    DecisionState.CARRIED_OUT: frozenset(),
    DecisionState.VOID: frozenset(),
}
"""What may become of a decision in each state."""
