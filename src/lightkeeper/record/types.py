"""Frozen values of the room: who acted, on what, and what the trail says about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import TextChoices

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

    PICTURE = "picture", "picture"
    VIDEO = "video", "video"
    URL = "url", "URL"


class ObjectKind(TextChoices):
    """What a file of the vault holds: what arrived, or a form for viewing that was made from it."""

    ORIGINAL = "original", "original"
    DERIVATIVE = "derivative", "derivative"


class Damage(TextChoices):
    """What is wrong with a file of the vault."""

    MISSING = "missing", "missing"
    TRUNCATED = "truncated", "truncated"
    ALTERED = "altered", "altered"


class DestructionReason(TextChoices):
    """Why an object was destroyed."""

    SCAN_FINISHED = "scan_finished", "the scan is done and nothing is to be kept"
    HASH_ONLY = "hash_only", "nobody answers for keeping it"
    RETENTION_OVER = "retention_over", "its retention clock ran out"
    ERASED = "erased", "the caller asked for erasure"
    WITHDRAWN = "withdrawn", "the caller withdrew it"
    SUPERSEDED = "superseded", "the same was kept already"
    UNFOUNDED = "unfounded", "a person found the suspicion unfounded"


class HoldSubject(TextChoices):
    """What a legal hold can be placed on."""

    ITEM = "item", "item"
    SUBMISSION = "submission", "submission"
    CASE = "case", "case"


class HoldBasis(TextChoices):
    """Why something must not be destroyed."""

    REPORT_FILED = "report_filed", "a report was filed, and the law asks to keep what it was about"
    PRESERVATION_REQUEST = "preservation_request", "an authority asked to preserve it"
    COURT_ORDER = "court_order", "a court ordered it"
    INVESTIGATION = "investigation", "an investigation is open"
    DISPUTE = "dispute", "a complaint or an appeal is open"


class LiftReason(TextChoices):
    """Why a legal hold was lifted."""

    TERM_OVER = "term_over", "the term that the law sets is over"
    RELEASED = "released", "the authority released it"
    CLOSED = "closed", "the matter is closed"
    MISTAKEN = "mistaken", "it was placed by mistake"


class Track(TextChoices):
    """What of an item is revealed."""

    PICTURE = "picture", "picture"
    SOUND = "sound", "sound"
    TEXT = "text", "text"
    EXIF = "exif", "data in the file"


class RevealLevel(TextChoices):
    """How much of it: a small grey tile, grey at half the size, all of it in colour."""

    TILE = "tile", "tile"
    GREY = "grey", "grey, half the size"
    FULL = "full", "full"


class RevealPurpose(TextChoices):
    """Why somebody looks."""

    FIRST = "first", "first review"
    SECOND = "second", "second review"
    CONSENSUS = "consensus", "consensus"
    SENIOR = "senior", "decision of a senior"
    REPORT = "report", "a report"


class RevealEnd(TextChoices):
    """How a reveal ended."""

    VEILED = "veiled", "let go"
    BLURRED = "blurred", "the window was left"
    IDLE = "idle", "nothing was touched"
    LIMIT = "limit", "its time was over"
    NEXT = "next", "something else was revealed"
    FAILED = "failed", "nothing could be shown"
    UNKNOWN = "unknown", "its end was not heard of; it counts in full"


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
