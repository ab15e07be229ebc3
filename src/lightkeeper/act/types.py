"""Frozen values of the room: decisions and how far they are told, callback events, new signing keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

CALLBACK_EVENTS: Final[dict[str, str]] = {
    "action.reversed": gettext_noop("an action about an account was taken back"),
    "action.taken": gettext_noop("a person decided that something is to be done about an account"),
    "decision.made": gettext_noop("a person decided about an item that was submitted"),
    "notice.changed": gettext_noop("whether a user may be told of a decision or an action has changed"),
    "submission.finished": gettext_noop("a submission has its outcome"),
}
"""The events that a client can be called back for, and what they say."""

RESERVED: Final = frozenset({"event", "idempotency_id", "sequence"})
"""Names in the body that a payload must not use."""


class DecisionKind(TextChoices):
    """What is to be done about an item."""

    WITHHOLD = "withhold", _("Withhold")
    REMOVE = "remove", _("Remove")
    REINSTATE = "reinstate", _("Reinstate")
    LABEL = "label", _("Label")
    NO_ACTION = "no_action", _("No action")


WITHHOLDING: Final = frozenset({DecisionKind.WITHHOLD, DecisionKind.REMOVE})
"""After one of these an item is not to be shown; after any other it may be."""


class Delivery(TextChoices):
    """How far a platform has been told of an action.

    ``asks``: it takes no callbacks of decisions, and asks for the submission's state. ``unreadable``: what came with
    its submission cannot be opened any more, so nobody knows by which id to tell it.
    """

    WAITING = "waiting", _("Waits to be sent")
    DELIVERED = "delivered", _("Delivered")
    DEAD = "dead", _("Given up")
    ASKS = "asks", _("Takes no callbacks; it asks")
    UNREADABLE = "unreadable", _("Cannot be told: its id is damaged")
    NOT_TAKEN = "not_taken", _("Takes no callbacks of actions: tell it yourself")
    NOTHING_SENT = "nothing_sent", _("Nothing is sent: a person tells the agency")


class NoticeRule(TextChoices):
    """Whether a platform may tell its user.

    ``not_before``: from the time that is said on, without another message. ``withhold``: only when another message says
    so, which comes at that time at the latest.
    """

    NOW = "now", _("May be told now")
    NOT_BEFORE = "not_before", _("May be told later")
    WITHHOLD = "withhold", _("Must not be told")


class NoticeBasis(TextChoices):
    """Why a user is not told yet."""

    SAFEGUARDING = "safeguarding", _("Urgent safeguarding: telling could harm a child")
    AUTHORITY = "authority", _("An authority asked for it")


class ReversalGround(TextChoices):
    """Why something is reversed. After ``other`` the judgement stands; after the rest it was wrong."""

    MISTAKE = "mistake", _("The judgement was wrong")
    APPEAL = "appeal", _("An appeal was upheld")
    OTHER = "other", _("Another reason; the judgement stands")


class DecisionError(Exception):
    """A decision that cannot be proposed; the message is a sentence for the person who proposes it."""


class ActionRefused(Exception):  # noqa: N818  # a refusal, told to the person who asked
    """What cannot be done about an account, a notice or a decision; the message is a sentence for who asked."""


class ContributionRefused(Exception):  # noqa: N818  # a refusal, told to the person who asked
    """What cannot be added to a list of our own; the message is a sentence for the person who asked."""


class CallbackError(Exception):
    """What was asked about callbacks cannot be done; the message is a sentence for the person who asked."""


@dataclass(frozen=True, slots=True)
class NewSigningKey:
    """A key that was just made; ``secret`` is shown once. The key of the HMAC is its text, as ASCII."""

    key_id: str
    secret: str
    state: str


@dataclass(frozen=True, slots=True)
class Delivering:
    """How delivering stands over all clients: what the status page shows."""

    open: int
    oldest_open_at: datetime | None
    dead: int
    held_clients: int


@dataclass(frozen=True, slots=True)
class ActionView:
    """One consequence of a decision, as the case page shows it. ``at`` is when its callback ended, or was queued."""

    sighting_id: int
    client: str
    kind: DecisionKind
    delivery: Delivery
    attempts: int
    at: datetime
