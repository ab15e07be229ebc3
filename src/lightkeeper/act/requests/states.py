"""What authorities ask for, by which way, and where a request stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RequestKind(TextChoices):
    """What is asked for."""

    PRESERVATION = "preservation", _("Preservation request")
    PRODUCTION = "production", _("Production order")
    EMERGENCY = "emergency", _("Emergency disclosure")
    TAKEDOWN = "takedown", _("Takedown order")
    DELAY = "delay", _("Not to tell the user yet")
    END_DELAY = "end_delay", _("The user may be told again")


class Authority(TextChoices):
    """What kind of authority asks."""

    POLICE = "police", _("Police")
    PROSECUTOR = "prosecutor", _("Prosecutor")
    COURT = "court", _("Court")
    NCMEC = "ncmec", _("NCMEC")
    HOTLINE = "hotline", _("Hotline")
    REGULATOR = "regulator", _("Regulator")
    OTHER = "other", _("Another authority")


class Way(TextChoices):
    """The way by which a request came, or something was handed over."""

    PORTAL = "portal", _("Portal")
    EMAIL = "email", _("E-mail")
    POST = "post", _("Post")
    PHONE = "phone", _("Telephone")
    IN_PERSON = "in_person", _("In person")
    OTHER = "other", _("Another way")


class RequestState(TextChoices):
    """Where a request stands. ``waiting``: somebody proposed how it ends, and a second person has to agree."""

    RECEIVED = "received", _("Received")
    LOOKED_AT = "looked_at", _("Being looked at")
    WAITING = "waiting", _("Waits for a second person")
    ANSWERED = "answered", _("Answered")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn by the authority")


_S = RequestState
OPEN: Final = (_S.RECEIVED, _S.LOOKED_AT, _S.WAITING)
ENDED: Final = (_S.ANSWERED, _S.REFUSED, _S.WITHDRAWN)
ENDS: Final = (_S.ANSWERED, _S.REFUSED)
"""How a request can be proposed to end."""
IN_VAIN: Final = (_S.REFUSED, _S.WITHDRAWN)
"""Ends after which nothing is done that was asked for."""

MOVES: Final[dict[RequestState, frozenset[RequestState]]] = {
    _S.RECEIVED: frozenset({_S.LOOKED_AT, _S.WITHDRAWN}),
    _S.LOOKED_AT: frozenset({_S.WAITING, *ENDED}),
    _S.WAITING: frozenset({_S.LOOKED_AT, *ENDED}),
    _S.ANSWERED: frozenset(),
    _S.REFUSED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}
"""State -> states that may follow. What comes after an end is another request, which may follow this one."""


class StepKind(TextChoices):
    """One thing that somebody did about a request."""

    REGISTERED = "registered", _("registered")
    CONFIRMED = "confirmed", _("told the authority that it was received")
    TAKEN_UP = "taken_up", _("took it up")
    ADDED = "added", _("added what it is about")
    EXTENDED = "extended", _("noted another due date")
    RENEWED = "renewed", _("noted that the authority renewed it")
    PROPOSED_ANSWER = "propose_answer", _("proposed to answer it")
    PROPOSED_REFUSAL = "propose_refusal", _("proposed to refuse it")
    SENT_BACK = "sent_back", _("did not agree, and sent it back")
    ANSWERED = "answered", _("answered it")
    REFUSED = "refused", _("refused it")
    WITHDRAWN = "withdrawn", _("noted that the authority withdrew it")
    HANDED_OVER = "handed_over", _("noted what was handed over")


DUE: Final[dict[RequestKind, timedelta]] = {
    RequestKind.PRESERVATION: timedelta(days=1),
    RequestKind.PRODUCTION: timedelta(days=14),
    RequestKind.EMERGENCY: timedelta(hours=1),
    RequestKind.TAKEDOWN: timedelta(days=1),
    RequestKind.DELAY: timedelta(days=1),
    RequestKind.END_DELAY: timedelta(days=1),
}
"""When a request is due that names no time itself. These are ours and no law's: whoever registers says what it says."""

URGENT: Final = frozenset({RequestKind.EMERGENCY, RequestKind.TAKEDOWN})
"""Kinds that cannot wait until somebody looks at the console."""

DATED: Final = frozenset({RequestKind.PRESERVATION, RequestKind.DELAY})
"""Kinds that ask for something until a time."""


class RequestRefused(Exception):  # noqa: N818  # a refusal, told to the person who asked
    """What cannot be done about a request; the message is a sentence for who asked."""
