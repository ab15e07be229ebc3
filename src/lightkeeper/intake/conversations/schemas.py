"""The shapes of conversation events: closed, strict about types, and bounded. What is not known is ``unknown`` or null.

Strict: "1" is no number and 1 is no truth. ``ts`` is ISO 8601 with a zone.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Literal

import pydantic
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from lightkeeper.detect.conversations.events import ActKind, AgeBand, AgeSource, MediaKind, Relation

MAXIMUM_EVENTS: Final = 1000
LONGEST_TEXT: Final = 20_000
MOST_RECIPIENTS: Final = 100
AHEAD: Final = timedelta(hours=1)
"""How far a platform's clock may be ahead of ours."""
_FIRST: Final = datetime(2000, 1, 1, tzinfo=UTC)


def _text_of_time(value: Any) -> Any:
    if not isinstance(value, str) or value[10:11] not in {"T", "t", " "}:  # pydantic takes "1700000000" for a time too
        raise ValueError("a time is a text in ISO 8601")
    return value


def _in_reason(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time needs its zone")
    if not _FIRST <= value <= datetime.now(UTC) + AHEAD:
        raise ValueError("a time is after 1999 and not in the future")
    return value


def _printable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("an id has no control characters")
    return value


Id = Annotated[
    str,
    Field(min_length=1, max_length=200, description="Your own id, 1 to 200 characters; unique for what it names."),
    AfterValidator(_printable),
]
Time = Annotated[
    datetime,
    BeforeValidator(_text_of_time),
    Field(strict=False, description="ISO 8601 with its zone, such as 2026-11-23T18:04:05Z."),
    AfterValidator(_in_reason),
]
Surface = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$", description="Where on your platform it was.")]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Event(_Closed):
    """What every event has: ``id`` is the event's own, and counts once."""

    id: Id
    ts: Time


class _Placed(_Event):
    """An event between people at a place. What happens between people is private unless it is said to be public."""

    surface: Surface
    visibility: Literal["private", "public"] = "private"


class _Words(_Placed):
    """What a message and its edit have."""

    conversation: Id
    sender: Id
    recipients: Annotated[list[Id], Field(min_length=1, max_length=MOST_RECIPIENTS)]
    text: Annotated[str, Field(max_length=LONGEST_TEXT)] | None = Field(
        None, description="The words, or null where you cannot read them (end-to-end encryption)."
    )
    language: Annotated[str, Field(pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*|unknown)$")] = Field(
        "unknown", description="BCP 47, such as en or de-AT."
    )
    media: MediaKind = MediaKind.NONE


class MessageSent(_Words):
    """A message to one or more people. ``id`` is the message's."""

    type: Literal["message"]


class MessageEdited(_Words):
    """A message (``message``) has other words now; all else is as it was."""

    type: Literal["message_edited"]
    message: Id


class MessageDeleted(_Placed):
    """A message (``message``) was deleted: that it was there is kept, what its words showed is not."""

    type: Literal["message_deleted"]
    message: Id
    conversation: Id
    sender: Id
    recipients: Annotated[list[Id], Field(min_length=1, max_length=MOST_RECIPIENTS)]


class AccountSaid(_Event):
    """What you know of a person now."""

    type: Literal["account"]
    person: Id
    age_band: AgeBand = AgeBand.UNKNOWN
    age_source: AgeSource = AgeSource.UNKNOWN
    created: Time | None = None
    verified: bool | None = None
    region: Annotated[str, Field(max_length=64)] | None = None
    utc_offset: Annotated[int, Field(ge=-840, le=840)] | None = Field(None, description="Minutes, of their clock.")


class RelationKnown(_Event):
    """What two people are to one another, as far as you know."""

    type: Literal["relation"]
    a: Id
    b: Id
    relation: Relation = Relation.UNKNOWN
    mutual: Annotated[int, Field(ge=0, le=100_000)] | None = None
    initiated_by: Id | None = None
    since: Time | None = None

    @model_validator(mode="after")
    def _two_people(self) -> RelationKnown:
        if self.a == self.b or self.initiated_by not in {None, self.a, self.b}:
            raise ValueError("a and b are two people, and initiated_by is one of them")
        return self


class ActDone(_Placed):
    """One person did something to another without words."""

    type: Literal[tuple(kind.value for kind in ActKind)]  # type: ignore[valid-type]  # one list of the words
    actor: Id
    target: Id
    conversation: Id | None = None

    @model_validator(mode="after")
    def _two_people(self) -> ActDone:
        if self.actor == self.target:
            raise ValueError("actor and target are two people")
        return self


AnyEvent = Annotated[
    MessageSent | MessageEdited | MessageDeleted | AccountSaid | RelationKnown | ActDone, Field(discriminator="type")
]


class EventBatch(_Closed):
    """Up to 1,000 events, in any order."""

    events: Annotated[list[AnyEvent], Field(min_length=1, max_length=MAXIMUM_EVENTS)]


class EventCounts(_Closed):
    """What became of the events. Nothing of what they showed is told.

    ``accepted`` were taken into the state, ``late`` of them more than 24 hours and 50 messages after their place;
    ``duplicate`` had an id that was taken before; ``refused`` came from a surface that may not be searched.
    """

    accepted: int
    duplicate: int
    late: int
    refused: int


class PersonErased(_Closed):
    """Nothing is kept of this person any more; ``held``: but for cases on which a legal hold stands."""

    id: str
    state: Literal["erased", "held"]


def _which(value: Any) -> str:
    return "batch" if isinstance(value, dict) and "events" in value else "event"


BODY: Final[pydantic.TypeAdapter[Any]] = pydantic.TypeAdapter(
    Annotated[
        Annotated[AnyEvent, pydantic.Tag("event")] | Annotated[EventBatch, pydantic.Tag("batch")],
        pydantic.Discriminator(_which),
    ]
)
"""One event, or a batch: what has ``events`` is one."""
