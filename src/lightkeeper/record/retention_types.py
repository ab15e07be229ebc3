"""Words of retention: what clocks are on, what starts them, what they say, how they end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from lightkeeper.record.types import Subject


class ClockSubject(TextChoices):
    """What a clock can be on."""

    CASE = "case", _("case")
    REPORT = "report", _("report")


class Bound(TextChoices):
    """Whether a rule asks to keep something, or not to keep it."""

    AT_LEAST = "at_least", _("at least")
    AT_MOST = "at_most", _("at most")


class Covers(TextChoices):
    """What of its subject a rule is about."""

    CONTENT = "content", _("content")
    REFERENCE = "reference", _("reference")


class Cause(TextChoices):
    """What starts a clock."""

    FOUNDED = "founded", _("a case was closed, and people did not find it unfounded")
    UNFOUNDED = "unfounded", _("a case was closed, and people found it unfounded")
    RECEIPT = "receipt", _("an authority's receipt was stored")
    PERSON = "person", _("a person keeps it longer")


class ClockState(TextChoices):
    """Whether a clock still runs."""

    RUNNING = "running", _("running")
    DESTROYED = "destroyed", _("what it covers was destroyed")


class Blocked(TextChoices):
    """Why what is due was not destroyed yet."""

    HOLD = "hold", _("a legal hold stands")
    KEPT = "kept", _("another rule still asks to keep it")
    OPEN = "open", _("a person is at work on it")
    REPORT = "report", _("a report about it is on its way")
    EXPORT = "export", _("an export of it for an authority is prepared")


class ExtensionBasis(TextChoices):
    """On what basis a person keeps something longer."""

    CHILD_PROTECTION = "child_protection", _("protecting children: 18 USC 2258A(h)(5)")
    AUTHORITY = "authority", _("an authority asked for it")
    CLAIM = "claim", _("a legal claim is to be made or answered")
    APPEAL = "appeal", _("a complaint or an appeal is open")


@dataclass(frozen=True, slots=True)
class Related:
    """What else belongs to a subject: a hold or a clock on any of ``subjects``, or on ``contents``, keeps it.

    ``contents`` are as ``content_index`` gives them. ``waits``: why it cannot be destroyed now whatever is due.
    """

    subjects: tuple[Subject, ...] = ()
    contents: tuple[bytes, ...] = ()
    waits: Blocked | None = None


@dataclass(frozen=True, slots=True)
class Destroyed:
    """What a room destroyed: how many of each kind (a code), and the objects of the vault by UUID and keyed index."""

    counts: Mapping[str, int] = field(default_factory=dict)
    objects: tuple[tuple[str, str], ...] = ()
