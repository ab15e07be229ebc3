"""What people can say of an account of a case, and why somebody looks at what is known of a possible victim."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PartyRole(TextChoices):
    """What part an account has in a case, as a person says. Nobody has any before."""

    SUSPECT = "suspect", _("Suspect")
    VICTIM = "victim", _("Possible victim")
    WITNESS = "witness", _("Witness or reporter")
    UNRELATED = "unrelated", _("Unrelated")
    UNCLEAR = "unclear", _("Not clear")


class LookPurpose(TextChoices):
    """Why somebody looks at what is known of a possible victim."""

    SAFEGUARDING = "safeguarding", _("to protect the child")
    REPORT = "report", _("for a report to an authority")
    REQUEST = "request", _("to answer an authority's request")
    CORRECTION = "correction", _("to correct what is written")


CONFIRMED: Final = frozenset({PartyRole.SUSPECT, PartyRole.VICTIM, PartyRole.WITNESS, PartyRole.UNRELATED})
"""What says something; ``unclear`` takes back what was said before."""


class PartyRefused(Exception):  # noqa: N818  # a refusal, told to the person who asked
    """What cannot be said of an account or of a possible victim; the message is a sentence for who asked."""
