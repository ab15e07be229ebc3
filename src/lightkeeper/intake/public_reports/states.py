"""The words of public reports, and which state may follow which."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ReportState(TextChoices):
    """Where a report stands. A folded one goes the way of the report that it was folded into."""

    RECEIVED = "received", _("Received")
    LOOKED_AT = "looked_at", _("Being looked at")
    FOLDED = "folded", _("Folded into another")
    CLOSED = "closed", _("Closed")


OPEN: Final = (ReportState.RECEIVED, ReportState.LOOKED_AT)

MOVES: Final[dict[ReportState, frozenset[ReportState]]] = {
    ReportState.RECEIVED: frozenset({ReportState.LOOKED_AT, ReportState.FOLDED, ReportState.CLOSED}),
    ReportState.LOOKED_AT: frozenset({ReportState.FOLDED, ReportState.CLOSED}),
    ReportState.FOLDED: frozenset(),
    ReportState.CLOSED: frozenset(),
}
"""State -> states that may follow; by a person with ``public_report:triage``, or by what becomes of its cases."""


class Voice(TextChoices):
    """To whom the page spoke, or that a trusted reporter sent it by key."""

    CHILD = "child", _("A child or young person")
    ADULT = "adult", _("A parent or somebody else")
    TRUSTED = "trusted", _("A trusted reporter")


class Danger(TextChoices):
    """Whether a child is in danger now, as the reporter says."""

    NO = "no", _("No")
    UNSURE = "unsure", _("Not sure")
    YES = "yes", _("Yes")


class SeenOn(TextChoices):
    """Where it was seen."""

    WEBSITE = "website", _("A website")
    SOCIAL = "social", _("A social network")
    CHAT = "chat", _("A chat or messenger")
    GAME = "game", _("A game")
    SEARCH = "search", _("A search engine")
    FILES = "files", _("A site for sharing files")
    MAIL = "mail", _("An e-mail")
    OTHER = "other", _("Somewhere else")
    UNKNOWN = "unknown", _("Not said")


class CloseReason(TextChoices):
    """Why a report was closed; nobody outside is told."""

    ASSESSED = "assessed", _("What it named was assessed")
    NO_ADDRESS = "no_address", _("Nothing in it can be looked for")
    NOT_OURS = "not_ours", _("Not what this desk is for")
    PASSED_BY_HAND = "passed_by_hand", _("Somebody else was told by other means")
    SPAM = "spam", _("Spam")


BY_HAND: Final = tuple(one for one in CloseReason if one is not CloseReason.ASSESSED)
"""Reasons that a person gives; the other one is given when all cases of a report are settled."""


class PublicReportRefused(Exception):  # noqa: N818  # a refusal, told to whoever asked
    """What was asked about a report cannot be done; the message is a sentence for a person in the console."""
