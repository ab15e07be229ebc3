"""Frozen values and enumerations of the room."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import IntegerChoices, TextChoices


class CaseReason(TextChoices):
    """Why something is before a person."""

    LIST_MATCH = "list_match", "Match with a list"
    LIST_POSSIBLE = "list_possible", "Possible match with a list"
    LIST_UPDATE = "list_update", "Match after an update of a list"
    USER_REPORT = "user_report", "User report"
    REOPENED = "reopened", "Opened again"


class Severity(IntegerChoices):
    """How grave a case is before anybody looked: from the list's category and what was reported. Higher is graver."""

    LOW = 1, "Low"
    MEDIUM = 2, "Medium"
    HIGH = 3, "High"
    CRITICAL = 4, "Critical"


class Exposure(TextChoices):
    """What whoever takes a case must expect to see at most."""

    NONE = "none", "Nothing to see"
    TEXT = "text", "Text"
    STILL = "still", "Still picture"
    MOTION = "motion", "Moving picture"
    SOUND = "sound", "Sound"


class FindingKind(TextChoices):
    """What kind of evidence a finding is."""

    HASH = "hash"
    URL = "url"


class MediaKind(TextChoices):
    """What an object of the vault is to a case: the bytes as they arrived, or what is made of them for viewing."""

    ORIGINAL = "original"
    TILE = "tile"
    GREY = "grey"
    FULL = "full"


class LeaseEnd(TextChoices):
    """Why a lease ended."""

    DONE = "done", "Everything was graded"
    RELEASED = "released", "Given back"
    PAUSED = "paused", "Paused"
    HANDED_OVER = "handed_over", "Handed over"
    SILENT = "silent", "Not heard of for a minute"
    TAKEN_OVER = "taken_over", "Taken over by a lead"
    SIGNED_OUT = "signed_out", "Signed out"


class GradePart(TextChoices):
    """Which part a grade plays in finding one judgement of an item."""

    FIRST = "first", "First review"
    SECOND = "second", "Second review"
    CONSENSUS = "consensus", "Consensus of both"
    SENIOR = "senior", "Decision of a senior"
    ALONE = "alone", "Alone, with a reason"


class Confidence(TextChoices):
    """How sure a person is."""

    SURE = "sure", "Sure"
    LIKELY = "likely", "Likely"
    UNSURE = "unsure", "Unsure"


class SecondReason(TextChoices):
    """Why a second person is asked."""

    HIGH_STAKES = "high_stakes", "Much depends on it"
    RANDOM = "random", "Drawn at random"
    UNSURE = "unsure", "The first was unsure or could not tell"
    LIST_DISAGREES = "list_disagrees", "The list says otherwise"
    NEW_REVIEWER = "new_reviewer", "The first is new"


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
