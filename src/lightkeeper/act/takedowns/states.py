"""Where a takedown notice stands, what recipients are, and what they reply."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RecipientKind(TextChoices):
    """Who is written to: whoever hosts it is asked to remove it, others are told so that they can have it removed."""

    HOST = "host", _("host")
    HOTLINE = "hotline", _("hotline")
    AGENCY = "agency", _("another agency")


class TakedownState(TextChoices):
    """Where a notice stands. ``returned``: it was gone, and is there again."""

    PREPARED = "prepared", _("Prepared")
    SENDING = "sending", _("Being sent")
    UNSENT = "unsent", _("Could not be sent: a person must see to it")
    SENT = "sent", _("Sent")
    REFUSED = "refused", _("The recipient refuses")
    GONE = "gone", _("Gone")
    RETURNED = "returned", _("There again")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Way(TextChoices):
    """How a notice left."""

    MAIL = "mail", _("by e-mail from here")
    FILE = "file", _("as a file, sent by a person")


class ReplyKind(TextChoices):
    """What a recipient replied, in a word."""

    RECEIVED = "received", _("It was received")
    REMOVED = "removed", _("It was removed")
    REFUSED = "refused", _("It is refused")
    QUESTION = "question", _("A question")


MOVES: Final[dict[TakedownState, frozenset[TakedownState]]] = {
    TakedownState.PREPARED: frozenset({TakedownState.SENDING, TakedownState.SENT, TakedownState.WITHDRAWN}),
    TakedownState.SENDING: frozenset({TakedownState.SENT, TakedownState.UNSENT}),
    TakedownState.UNSENT: frozenset({TakedownState.SENDING, TakedownState.SENT, TakedownState.WITHDRAWN}),
    TakedownState.SENT: frozenset({TakedownState.REFUSED, TakedownState.GONE, TakedownState.WITHDRAWN}),
    TakedownState.REFUSED: frozenset({TakedownState.GONE, TakedownState.WITHDRAWN}),
    TakedownState.GONE: frozenset({TakedownState.RETURNED}),
    TakedownState.RETURNED: frozenset({TakedownState.GONE, TakedownState.WITHDRAWN}),
    TakedownState.WITHDRAWN: frozenset(),
}
"""What may become of a notice in each state."""

WAITING: Final = (TakedownState.SENT, TakedownState.REFUSED, TakedownState.RETURNED)
"""It is out, and what it is about is not gone."""
LOOKED_AT: Final = (*WAITING, TakedownState.GONE)
"""States in which the address is looked at, where an operator has enabled that."""
TRIES: Final = 8
"""So often sending by e-mail is tried, further and further apart, before a person must see to it."""
FIRST_WAIT: Final = timedelta(minutes=1)


class TakedownRefused(Exception):  # noqa: N818  # a refusal, told to the person who asked
    """What cannot be done about a notice; the message is a sentence for the person who asked."""
