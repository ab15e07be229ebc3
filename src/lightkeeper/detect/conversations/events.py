"""What the engine is told: messages, accounts, relations and acts.

Every identifier is 16 bytes, keyed where the event came in, so that no plain name reaches the engine. Times are whole
milliseconds since 1970 UTC. What is not known is said to be unknown: it is never taken for harmless.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

ID_BYTES = 16
"""The length of every identifier."""


class AgeBand(enum.StrEnum):
    """How old somebody is said to be."""

    UNDER_13 = "u13"
    FROM_13 = "13-15"
    FROM_16 = "16-17"
    ADULT = "adult"
    UNKNOWN = "unknown"

    __hash__ = str.__hash__  # an enumeration's own is slow

    @property
    def minor(self) -> bool:
        """Whether this is known to be a child; False for an unknown age too: ask for ``ADULT`` where that matters."""
        return self in _MINORS


_MINORS = frozenset({AgeBand.UNDER_13, AgeBand.FROM_13, AgeBand.FROM_16})


class AgeSource(enum.StrEnum):
    """How an age is known."""

    DECLARED = "declared"
    ESTIMATED = "estimated"
    VERIFIED = "verified"
    UNKNOWN = "unknown"


class Relation(enum.StrEnum):
    """What two people are to one another, as the platform knows it."""

    FAMILY = "family"
    SCHOOL = "school"
    FRIEND = "friend"
    STRANGER = "stranger"
    UNKNOWN = "unknown"

    __hash__ = str.__hash__  # an enumeration's own is slow


class MediaKind(enum.StrEnum):
    """What came with a message beside its words."""

    NONE = "none"
    PICTURE = "picture"
    VIDEO = "video"
    AUDIO = "audio"
    LINK = "link"
    OTHER = "other"


class ActKind(enum.StrEnum):
    """What one person did to another without words."""

    FRIEND_REQUEST = "friend_request"
    ACCEPT = "accept"
    DECLINE = "decline"
    BLOCK = "block"
    REPORT = "report"
    UNFOLLOW = "unfollow"
    GIFT = "gift"
    CALL = "call"
    CAMERA_REQUEST = "camera_request"

    __hash__ = str.__hash__  # an enumeration's own is slow


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one or more people.

    ``text`` None: the platform cannot read it. ``language`` as BCP 47, "" unknown. An edit has the id of the message,
    ``edited`` and the new words; a deletion has the id and ``deleted``. Either may carry the time of the message or its
    own, and may come before the message itself.
    """

    id: bytes
    conversation: bytes
    sender: bytes
    recipients: tuple[bytes, ...]
    at: int
    text: str | None = None
    language: str = ""
    media: MediaKind = MediaKind.NONE
    surface: str = ""
    edited: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """What the platform knows of a person at a time.

    ``created`` in ms; ``utc_offset`` in minutes; None and "" unknown.
    """

    id: bytes
    person: bytes
    at: int
    age_band: AgeBand = AgeBand.UNKNOWN
    age_source: AgeSource = AgeSource.UNKNOWN
    created: int | None = None
    verified: bool | None = None
    region: str = ""
    utc_offset: int | None = None


@dataclass(frozen=True, slots=True)
class RelationSaid:
    """What two people are to one another at a time.

    ``mutual``: contacts that both have; ``since`` in ms; None unknown.
    """

    id: bytes
    at: int
    a: bytes
    b: bytes
    relation: Relation = Relation.UNKNOWN
    mutual: int | None = None
    initiated_by: bytes | None = None
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """What ``actor`` did to ``target``."""

    id: bytes
    at: int
    kind: ActKind
    actor: bytes
    target: bytes
    conversation: bytes | None = None


Event = Message | Account | RelationSaid | Act
