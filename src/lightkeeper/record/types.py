"""Frozen values of the room: who acted, on what, and what the trail says about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from lightkeeper.record.events import Event

Detail = bool | int | str | None
"""A detail of an event: yes or no, a whole number, a short code, or nothing."""

Details = Mapping[str, Detail]


class ActorKind(StrEnum):
    """What kind of party acted."""

    PERSON = "person"
    CLIENT = "client"
    SYSTEM = "system"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted. ``id`` is the key of the person or client as text; ``role`` is the role held at that time."""

    kind: ActorKind
    id: str = ""
    role: str = ""

    @classmethod
    def system(cls) -> Actor:
        """Give the software itself: a job, a clock."""
        return cls(ActorKind.SYSTEM)

    @classmethod
    def operator(cls) -> Actor:
        """Give whoever has the command line of the server."""
        return cls(ActorKind.OPERATOR)


@dataclass(frozen=True, slots=True)
class Subject:
    """What was acted upon: a code such as ``submission`` and the row's own id as text (never an id of a caller)."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class EventDraft:
    """An event about to be written; ``write_events`` takes many."""

    event: Event
    actor: Actor
    subject: Subject | None = None
    details: Details = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as it was written; subscribers are called with it inside the writer's transaction."""

    id: int
    at: datetime
    event: Event
    actor: Actor
    subject: Subject | None
    details: Details


class ItemKind(TextChoices):
    """What a piece of content is."""

    PICTURE = "picture", _("picture")
    VIDEO = "video", _("video")
    URL = "url", _("URL")
    CONVERSATION = "conversation", _("conversation")


class ObjectKind(TextChoices):
    """What a file of the vault holds: what arrived, or a form for viewing that was made from it."""

    ORIGINAL = "original", _("original")
    DERIVATIVE = "derivative", _("derivative")


class Damage(TextChoices):
    """What is wrong with a file of the vault."""

    MISSING = "missing", _("missing")
    TRUNCATED = "truncated", _("truncated")
    ALTERED = "altered", _("altered")


class DestructionReason(TextChoices):
    """Why an object was destroyed."""

    SCAN_FINISHED = "scan_finished", _("the scan is done and nothing is to be kept")
    HASH_ONLY = "hash_only", _("nobody answers for keeping it")
    RETENTION_OVER = "retention_over", _("its retention clock ran out")
    ERASED = "erased", _("the caller asked for erasure")
    WITHDRAWN = "withdrawn", _("the caller withdrew it")
    SUPERSEDED = "superseded", _("the same was kept already")
    UNFOUNDED = "unfounded", _("a person found the suspicion unfounded")


class HoldSubject(TextChoices):
    """What a legal hold can be placed on."""

    ITEM = "item", _("item")
    SUBMISSION = "submission", _("submission")
    CASE = "case", _("case")


class HoldBasis(TextChoices):
    """Why something must not be destroyed."""

    REPORT_FILED = "report_filed", _("a report was filed, and the law asks to keep what it was about")
    PRESERVATION_REQUEST = "preservation_request", _("an authority asked to preserve it")
    COURT_ORDER = "court_order", _("a court ordered it")
    INVESTIGATION = "investigation", _("an investigation is open")
    DISPUTE = "dispute", _("a complaint or an appeal is open")


class LiftReason(TextChoices):
    """Why a legal hold was lifted."""

    TERM_OVER = "term_over", _("the term that the law sets is over")
    RELEASED = "released", _("the authority released it")
    CLOSED = "closed", _("the matter is closed")
    MISTAKEN = "mistaken", _("it was placed by mistake")
    LIFTED_BEFORE = "lifted_before", _("it had been lifted already when a backup of before was restored")


class Track(TextChoices):
    """What of an item is revealed."""

    PICTURE = "picture", _("picture")
    SOUND = "sound", _("sound")
    TEXT = "text", _("text")
    EXIF = "exif", _("data in the file")


class RevealLevel(TextChoices):
    """How much of it: a small grey tile, grey at half the size, all of it in colour."""

    TILE = "tile", _("tile")
    GREY = "grey", _("grey, half the size")
    FULL = "full", _("full")


class RevealPurpose(TextChoices):
    """Why somebody looks."""

    FIRST = "first", _("first review")
    SECOND = "second", _("second review")
    CONSENSUS = "consensus", _("consensus")
    SENIOR = "senior", _("decision of a senior")
    REPORT = "report", _("a report")


class RevealEnd(TextChoices):
    """How a reveal ended."""

    VEILED = "veiled", _("let go")
    BLURRED = "blurred", _("the window was left")
    IDLE = "idle", _("nothing was touched")
    LIMIT = "limit", _("its time was over")
    NEXT = "next", _("something else was revealed")
    FAILED = "failed", _("nothing could be shown")
    UNKNOWN = "unknown", _("its end was not heard of; it counts in full")


KEYED_BYTES: Final = 16
"""The length of a keyed id: short, since each pair keeps many; 2 ** 64 ids would make a collision likely."""


class Named(StrEnum):
    """What an id of a platform names. An event that is no message (a block, a gift) has an id of its own too."""

    PERSON = "person"
    MESSAGE = "message"
    CONVERSATION = "conversation"


@dataclass(frozen=True, slots=True)
class Stored:
    """What ``incoming`` wrote: encrypted, in a file, and not yet anybody's. Its key is only here until ``keep``.

    ``size`` is of the plain bytes, ``stored_size`` of the file; ``durable`` says that a power cut cannot take it.
    """

    uuid: UUID
    wrapped_key: bytes = field(repr=False)
    size: int
    stored_size: int
    sha256: bytes = field(repr=False)
    sha1: bytes = field(repr=False)
    md5: bytes = field(repr=False)
    durable: bool
