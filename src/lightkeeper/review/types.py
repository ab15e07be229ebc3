"""Frozen values and enumerations of the room."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class CaseReason(TextChoices):
    """Why something is before a person."""

    LIST_MATCH = "list_match", _("Match with a list")
    LIST_POSSIBLE = "list_possible", _("Possible match with a list")
    LIST_UPDATE = "list_update", _("Match after an update of a list")
    USER_REPORT = "user_report", _("User report")
    PUBLIC_REPORT = "public_report", _("Report from the public")
    PROACTIVE = "proactive", _("Found by our own search")
    CONVERSATION = "conversation", _("Pattern in a conversation")
    REOPENED = "reopened", _("Opened again")


class Severity(IntegerChoices):
    """How grave a case is before anybody looked: from the list's category and what was reported. Higher is graver."""

    LOW = 1, _("Low")
    MEDIUM = 2, _("Medium")
    HIGH = 3, _("High")
    CRITICAL = 4, _("Critical")


class Exposure(TextChoices):
    """What whoever takes a case must expect to see at most."""

    NONE = "none", _("Nothing to see")
    TEXT = "text", _("Text")
    STILL = "still", _("Still picture")
    MOTION = "motion", _("Moving picture")
    SOUND = "sound", _("Sound")


class FindingKind(TextChoices):
    """What kind of evidence a finding is."""

    HASH = "hash"
    URL = "url"


class LinkKind(TextChoices):
    """What two cases share, as a machine found."""

    ITEM = "item", _("the same item")
    CLUSTER = "cluster", _("a near-duplicate")
    PERSON = "person", _("the same account")
    ADDRESS = "address", _("the same address on the Internet")


class MediaKind(TextChoices):
    """What an object of the vault is to a case: the bytes as they arrived, or what is made of them for viewing."""

    ORIGINAL = "original"
    TILE = "tile"
    GREY = "grey"
    FULL = "full"


class LeaseEnd(TextChoices):
    """Why a lease ended."""

    DONE = "done", _("Everything was graded")
    RELEASED = "released", _("Given back")
    PAUSED = "paused", _("Paused")
    HANDED_OVER = "handed_over", _("Handed over")
    SILENT = "silent", _("Not heard of for a minute")
    TAKEN_OVER = "taken_over", _("Taken over by a lead")
    SIGNED_OUT = "signed_out", _("Signed out")


class GradePart(TextChoices):
    """Which part a grade plays in finding one judgement of an item."""

    FIRST = "first", _("First review")
    SECOND = "second", _("Second review")
    CONSENSUS = "consensus", _("Consensus of both")
    SENIOR = "senior", _("Decision of a senior")
    ALONE = "alone", _("Alone, with a reason")


class Confidence(TextChoices):
    """How sure a person is."""

    SURE = "sure", _("Sure")
    LIKELY = "likely", _("Likely")
    UNSURE = "unsure", _("Unsure")


class SecondReason(TextChoices):
    """Why a second person is asked."""

    HIGH_STAKES = "high_stakes", _("Much depends on it")
    RANDOM = "random", _("Drawn at random")
    UNSURE = "unsure", _("The first was unsure or could not tell")
    LIST_DISAGREES = "list_disagrees", _("The list says otherwise")
    NEW_REVIEWER = "new_reviewer", _("The first is new")


class Band(TextChoices):
    """How much the signals of a conversation ask for a person; only the last two bring it before one."""

    NONE = "none", _("None")
    WATCH = "watch", _("Watch")
    REVIEW = "review", _("Review")
    URGENT = "urgent", _("Urgent")


class TextState(TextChoices):
    """What came of asking a platform for the words of a conversation."""

    ASKED = "asked", _("The platform was asked and has not answered yet.")
    KEPT = "kept", _("The platform gave the words. They are kept, sealed, until the case closes.")
    PURGED = "purged", _("The words were here and are destroyed.")
    NO_ADDRESS = "no_address", _("This platform gave no address at which it can be asked for words.")
    REFUSED = "refused", _("The platform refused to give the words.")
    GONE = "gone", _("The platform no longer has the words.")
    TIMED_OUT = "timed_out", _("The platform did not answer in time.")
    FAILED = "failed", _("The platform could not be reached.")
    MALFORMED = "malformed", _("What the platform answered cannot be used; nothing of it was kept.")
    STOPPED = "stopped", _("Asking was cut short; nothing was kept. Ask again.")


class HostingSource(TextChoices):
    """How it is known in which country an address is hosted."""

    ENTERED = "entered", _("entered by whoever assessed it")
    DATABASE = "database", _("the operator's database of Internet addresses")


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlAnswers:
    """What is answered of an address besides what is answered of all content. "" where a question was not answered.

    The first five are codes of the vocabulary. ``hosting_country``: two letters (ISO 3166-1), or ``unknown``; where it
    is empty and ``host_ip`` is given, the operator's database is asked. ``images`` and ``videos`` count what is on the
    page, None where nobody counted. ``duplicate_of``: the case of the same address, where the outcome is ``duplicate``;
    ``agency``: whose it is to judge, where the outcome is ``other_agency``.
    """

    setting: str = ""
    alone: str = ""
    site_type: str = ""
    access: str = ""
    commercial: str = ""
    hosting_country: str = ""
    host_ip: str = ""
    images: int | None = None
    videos: int | None = None
    duplicate_of: uuid.UUID | None = None
    agency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlAssessment:
    """The assessment of an address that stands: the grade that settled it, and what was answered of the address.

    ``outcome`` is ``actioned``, ``not_criminal``, ``duplicate``, ``not_found`` or ``other_agency``; all codes are those
    of ``vocabulary`` (``review/vocabularies/hotline-2026-1.json``), "" where a question is not asked after the outcome
    or was left open. ``category`` is the most severe at the address, ``age_bracket`` the youngest child's, even where
    these are in different pictures. ``source`` is how the address first came here, ``reporter`` what that report says
    of who it is from ("" where it says nothing, or was erased); ``proactive``: found by our own search, and nobody
    reported it. ``tld`` is the last label of the host ("" for a number), ``domain`` a blind index of the name that
    somebody registered (32 bytes; None where there is none). ``graded_at``: when the grade came to stand, ``by`` whose
    it is. ``reopened_as``: the case in which it was opened again; what is judged there counts.
    """

    case: uuid.UUID
    case_id: int
    case_item_id: int
    item_id: int
    grade_id: int
    outcome: str
    category: str
    age_bracket: str
    sex: str
    creation: tuple[str, ...]
    setting: str
    alone: str
    site_type: str
    access: str
    commercial: str
    hosting_country: str
    hosting_source: str
    images: int | None
    videos: int | None
    duplicate_of: uuid.UUID | None
    agency: str
    tld: str
    domain: bytes | None
    source: CaseReason
    reporter: str
    proactive: bool
    confidence: str
    vocabulary: str
    policy: int
    opened_at: datetime
    graded_at: datetime
    settled_at: datetime
    by: int
    reopened_as: uuid.UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSignal:
    """Evidence as the engine of conversations gave it; ``evidence`` is keyed ids of messages and acts, 16 bytes."""

    signal: str
    family: str
    contribution: float
    evidence: tuple[bytes, ...]
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFinding:
    """Evidence as a detector gave it.

    ``list_id`` and ``entry`` are the keys of list and entry (None where they have none), ``label`` what the list calls
    the entry and ``category`` what it says of it: both are kept sealed. ``distance`` is in bits, 0 for equality;
    ``radius`` is the list's at that moment, None where equality is asked for.
    """

    kind: FindingKind
    list_id: int | None
    list_name: str
    list_version: str
    entry: int | None
    label: str | None
    category: str | None
    algorithm: str
    distance: int
    radius: int | None = None
    variant: str | None
    tier: str


@dataclass(frozen=True, slots=True)
class CaseRef:
    """A case as other rooms see it: its row, its public name, and whether this call opened it."""

    id: int
    public: uuid.UUID
    opened: bool


Context = Mapping[str, object]
"""What arrived with the item, frozen: JSON values only. It is kept sealed."""
