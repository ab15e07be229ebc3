"""The words of the room: moments, settings, decisions, and the texts and links that are data."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Moment(enum.StrEnum):
    """When a platform asks."""

    FRIEND_REQUEST = "friend_request"
    FIRST_MESSAGE = "first_message"
    DEFAULT_OFF = "default_off"
    BLOCK_OR_REPORT = "block_or_report"


class Setting(enum.StrEnum):
    """Which protective default a child switches off."""

    DIRECT_MESSAGES = "direct_messages"
    SUGGESTIONS = "suggestions"
    CONNECTIONS = "connections"
    LOCATION = "location"
    UNKNOWN = "unknown"


class Decision(enum.StrEnum):
    """What the platform does next."""

    ALLOW = "allow"
    SOFT_PROMPT = "soft_prompt"
    REQUIRE_CONFIRM = "require_confirm"
    HOLD_FOR_REVIEW = "hold_for_review"


class Choice(enum.StrEnum):
    """What a child may choose below a text; the platform carries it out."""

    CONTINUE = "continue"
    STOP = "stop"
    BLOCK = "block"
    REPORT = "report"
    HELP = "help"


class Group(enum.StrEnum):
    """For how old a reader a text is written."""

    UNDER_13 = "u13"
    FROM_13 = "13-15"
    FROM_16 = "16-17"


class Audience(enum.StrEnum):
    """For whom guidance is."""

    CHILD = "child"
    PARENT = "parent"


class MomentsError(ValueError):
    """A file of texts or guidance cannot be used; the message names file and place, and says what to do."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a child reads at a moment. ``title`` and ``text`` are plain sentences, no markup."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Language:
    """All texts of one language. ``texts`` by moment and group; ``labels`` of every choice."""

    language: str
    version: str
    texts: dict[tuple[Moment, Group], Text]
    labels: dict[Choice, str]


@dataclass(frozen=True, slots=True)
class Resource:
    """Somebody who helps. ``says`` by language; ``checked``: the ISO date a person last checked it, None for nobody.

    ``phone`` and ``url`` are empty where there is none; ``source``: whence the project has it.
    """

    id: str
    audiences: frozenset[Audience]
    name: str
    says: dict[str, str]
    phone: str
    url: str
    source: str
    checked: str | None


@dataclass(frozen=True, slots=True)
class Country:
    """What there is in one country. ``country``: ISO 3166-1 alpha-2, or ``international``; ``emergency``: a number."""

    country: str
    emergency: str
    resources: tuple[Resource, ...]
