"""The shapes of a trusted reporter's request and of its answer: closed and bounded."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import pydantic
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from lightkeeper.intake.public_reports import cleaning
from lightkeeper.intake.public_reports.receiving import NewReport
from lightkeeper.intake.public_reports.saying import Says
from lightkeeper.intake.public_reports.states import Danger, ReportState, SeenOn, Voice
from lightkeeper.intake.schemas import CallersId
from lightkeeper.intake.types import ReportReason

LANGUAGE: Final = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$"


def _address(value: str) -> str:
    found = cleaning.addresses(value)
    if len(found.typed) != 1:
        raise ValueError("not the address of a page (http or https), or longer than 2048 characters")
    return found.typed[0]


Address = Annotated[
    str,
    Field(min_length=1, max_length=cleaning.LONGEST_ADDRESS, description="An address (URL); it is never fetched."),
    AfterValidator(_address),
]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TrustedReport(_Closed):
    """What a trusted reporter reports: addresses, or a description of where it is found."""

    id: CallersId
    urls: list[Address] = Field(default_factory=list, max_length=cleaning.MOST_ADDRESSES)
    description: str = Field("", max_length=cleaning.LONGEST_DESCRIPTION)
    reason: Literal[tuple(ReportReason.values)] = "abuse_material"  # type: ignore[valid-type]  # one list, in types.py
    seen_on: Literal[tuple(SeenOn.values)] = "unknown"  # type: ignore[valid-type]  # one list, in states.py
    contact: str = Field("", max_length=cleaning.LONGEST_CONTACT)
    language: str = Field("en", pattern=LANGUAGE, max_length=35)
    child_in_danger: bool = Field(
        False, strict=True, description="A child is in danger now: whoever is on call is told at once."
    )

    @model_validator(mode="after")
    def _about_something(self) -> TrustedReport:
        if not self.urls and not cleaning.lines(self.description):
            raise ValueError("give urls, or a description")
        return self

    def new(self) -> NewReport:
        """The report, cleaned."""
        return NewReport(
            voice=Voice.TRUSTED,
            language=self.language.lower(),
            says=Says(_once(self.urls), cleaning.lines(self.description)),
            seen_on=SeenOn(self.seen_on),
            danger=Danger.YES if self.child_in_danger else Danger.NO,
            contact=cleaning.one_line(self.contact),
            reason=ReportReason(self.reason),
        )


class TrustedAnswer(_Closed):
    """Where a report stands: what a ticket of the form says, and no more."""

    id: str
    state: Literal[ReportState.RECEIVED, ReportState.LOOKED_AT, ReportState.CLOSED]


def _once(urls: list[str]) -> tuple[str, ...]:
    """Addresses of which several are one are named once."""
    return cleaning.addresses("\n".join(urls)).typed


TRUSTED_REPORT: Final = pydantic.TypeAdapter(TrustedReport)
