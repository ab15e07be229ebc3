"""The shapes of the decision API: closed, strict and bounded. What is not known is ``unknown``."""

from __future__ import annotations

from typing import Annotated, Final

import pydantic
from pydantic import BaseModel, ConfigDict, Field, model_validator

from lightkeeper.detect.conversations.events import AgeBand, Relation
from lightkeeper.intake.conversations.schemas import Id, Surface
from lightkeeper.intake.moments.types import Audience, Choice, Decision, Moment, Setting

LANGUAGE: Final = r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*|unknown)$"
COUNTRY: Final = r"^([A-Z]{2}|unknown)$"


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Somebody(_Closed):
    """A person of yours. Say of both the age that you know; ``unknown`` is never taken for harmless."""

    id: Id
    age_band: Annotated[AgeBand, Field(strict=False)] = AgeBand.UNKNOWN


class MomentAsked(_Closed):
    """One of the four moments, before you show anything to the child.

    ``other``: who asks, writes, or was blocked; null where a default is switched off. ``setting``: which default, null
    at the other moments. ``mutual_friends``: null where you do not know.
    """

    moment: Annotated[Moment, Field(strict=False)]
    child: Somebody
    other: Somebody | None = None
    relation: Annotated[Relation, Field(strict=False)] = Relation.UNKNOWN
    mutual_friends: Annotated[int, Field(ge=0, le=100_000)] | None = None
    setting: Annotated[Setting, Field(strict=False)] | None = None
    surface: Surface
    language: Annotated[str, Field(pattern=LANGUAGE, description="BCP 47, such as en or de-AT.")] = "unknown"
    country: Annotated[str, Field(pattern=COUNTRY, description="ISO 3166-1 alpha-2, such as GB.")] = "unknown"

    @model_validator(mode="after")
    def _fits_its_moment(self) -> MomentAsked:
        off = self.moment is Moment.DEFAULT_OFF
        if off and (self.setting is None or self.other is not None):
            raise ValueError("default_off has a setting and no other")
        if not off and (self.setting is not None or self.other is None):
            raise ValueError("this moment has an other and no setting")
        if self.other is not None and self.other.id == self.child.id:
            raise ValueError("child and other are two people")
        return self


class ChoiceShown(_Closed):
    """One thing that the child may choose; you carry it out."""

    id: Choice
    label: str


class PromptShown(_Closed):
    """What the child reads: plain text, no markup. ``language`` is that of the text, maybe not yours."""

    id: str
    version: str
    language: str
    title: str
    text: str
    choices: list[ChoiceShown]


class MomentAnswer(_Closed):
    """What to do next. There is nothing else in it, whatever is known of anybody.

    ``wait_seconds``: wait so long, then go on; ``hold_for_review`` too ends by itself then. ``guidance``: where to ask
    for the links of this country.
    """

    decision: Decision
    prompt: PromptShown | None
    wait_seconds: int
    guidance: str


class ResourceShown(_Closed):
    """Somebody who helps. ``checked``: when a person last checked the entry, null where nobody has."""

    id: str
    name: str
    says: str
    language: str
    phone: str | None
    url: str | None
    source: str
    checked: str | None


class GuidanceAnswer(_Closed):
    """Who helps: in ``country``, which is ``international`` where we have nothing of the one that was asked for."""

    country: str
    audience: Audience
    emergency: str | None
    resources: list[ResourceShown]


ASKED: Final[pydantic.TypeAdapter[MomentAsked]] = pydantic.TypeAdapter(MomentAsked)
FIELDS: Final = frozenset({*MomentAsked.model_fields, *Somebody.model_fields})
