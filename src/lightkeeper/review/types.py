"""Frozen values and enumerations of the room."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices


class CaseReason(TextChoices):
    """Why something is before a person."""

    LIST_MATCH = "list_match"
    LIST_POSSIBLE = "list_possible"
    LIST_UPDATE = "list_update"
    USER_REPORT = "user_report"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFinding:
    """Evidence as a detector gave it.

    ``list_id`` and ``entry`` are the keys of list and entry (None where they have none), ``label`` what the list calls
    the entry and ``category`` what it says of it: both are kept sealed. ``distance`` is in bits, 0 for equality.
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
