"""The shapes of requests and answers of the API. Small, closed (an unknown field is an error) and bounded."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, IPvAnyAddress, model_validator

from lightkeeper.act.types import DecisionKind
from lightkeeper.intake.types import Kind, ReportReason, ReportSource, Word

MAXIMUM_BATCH = 100
MAXIMUM_LOOKUP = 100
LONGEST_TEXT = 20_000
_ID = r"^[A-Za-z0-9][A-Za-z0-9._:@~+=-]{0,199}$"


class _Closed(BaseModel):
    """A shape without unknown fields. Plain pydantic: these are read and checked without ninja, at half the cost."""

    model_config = ConfigDict(extra="forbid")


def _not_reserved(value: str) -> str:
    if value == "batch":
        raise ValueError("the word batch is an address of this API and cannot be an id")
    return value


CallersId = Annotated[
    str,
    Field(
        pattern=_ID,
        description="Your own id: 1 to 200 letters, digits or . _ : @ ~ + = -, beginning with a letter or digit.",
    ),
    AfterValidator(_not_reserved),
]
Address = Annotated[str, Field(min_length=1, max_length=4096, description="An address (URL); it is never fetched.")]


class Context(_Closed):
    """What is known about the upload; all of it optional, kept sealed, and only with a case."""

    account_age_days: int | None = Field(None, ge=0, le=100_000)
    prior_reports: int | None = Field(None, ge=0, le=1_000_000)
    visibility: Literal["public", "private"] | None = None
    country: str | None = Field(None, pattern=r"^[A-Z]{2}$")
    uploaded_at: AwareDatetime | None = None
    address: IPvAnyAddress | None = None
    port: int | None = Field(None, ge=1, le=65535)
    file_name: str | None = Field(None, min_length=1, max_length=255)


class Metadata(_Closed):
    """What comes with one submission."""

    id: CallersId
    kind: Literal[Kind.PICTURE, Kind.VIDEO, Kind.URL]
    url: Address | None = None
    uploader: str | None = Field(None, min_length=1, max_length=200, description="Your id of who uploaded it.")
    surface: str | None = Field(None, pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")
    context: Context | None = None

    @model_validator(mode="after")
    def _url_where_it_belongs(self) -> Metadata:
        if (self.kind == Kind.URL) != (self.url is not None):
            raise ValueError("url is given with the kind url, and only then")
        return self


class Batch(_Closed):
    """Addresses, up to 100 at a time."""

    items: list[Metadata] = Field(min_length=1, max_length=MAXIMUM_BATCH)


class UserReport(_Closed):
    """A user's report about something submitted before, or about an address."""

    id: CallersId
    submission: CallersId | None = None
    url: Address | None = None
    reason: Literal[tuple(ReportReason.values)]  # type: ignore[valid-type]  # one list of the words, in types.py
    source: Literal[tuple(ReportSource.values)] = "user_report"  # type: ignore[valid-type]
    reporter: str | None = Field(None, min_length=1, max_length=200)
    note: str | None = Field(None, max_length=4000)
    child_in_danger: bool = Field(
        False,
        strict=True,
        description="The reporter says that a child is in danger now: whoever is on call is told at once.",
    )

    @model_validator(mode="after")
    def _about_one_thing(self) -> UserReport:
        if (self.submission is None) == (self.url is None):
            raise ValueError("give either submission or url")
        return self


class Hash(_Closed):
    """One hash; hexadecimal digits, as many as the algorithm has."""

    algorithm: Literal["pdq", "sha256", "sha1", "md5"]
    value: str = Field(pattern=r"^[0-9a-fA-F]{32,64}$")

    @model_validator(mode="after")
    def _as_long_as_it_should_be(self) -> Hash:
        if len(self.value) != {"pdq": 64, "sha256": 64, "sha1": 40, "md5": 32}[self.algorithm]:
            raise ValueError("the value has not as many digits as the algorithm")
        return self


class Lookup(_Closed):
    """Hashes, addresses or one text to look up."""

    hashes: list[Hash] | None = Field(None, min_length=1, max_length=MAXIMUM_LOOKUP)
    urls: list[Address] | None = Field(None, min_length=1, max_length=MAXIMUM_LOOKUP)
    text: str | None = Field(
        None,
        min_length=1,
        max_length=LONGEST_TEXT,
        description="A text; each address in it is looked up, and phrases in it.",
    )

    @model_validator(mode="after")
    def _one_kind(self) -> Lookup:
        if [self.hashes, self.urls, self.text].count(None) != 2:
            raise ValueError("give one of hashes, urls and text")
        return self


class Answer(_Closed):
    """The answer to a caller without the scope detail: the same two keys whatever was found."""

    id: str
    state: Literal[Word.ACCEPTED, Word.WITHHELD, Word.REFUSED]


class DetailedAnswer(Answer):
    """The answer to a caller with the scope detail."""

    outcome: Literal["match", "possible", "clear", "unmatchable", "unreadable"] | None
    withhold: bool
    case_id: str | None
    reason: str
    allowed: bool
    lists_as_of: str | None
    degraded: list[str]
    decision: Literal[tuple(DecisionKind.values)] | None  # type: ignore[valid-type]  # one list of the words, in act
    label: str | None


class LookupMatch(_Closed):
    """One entry that is equal or near, or that an address is on.

    ``id`` is the entry's in its source; ``scope`` says how an address is on it.
    """

    list: str
    status: str
    id: str | None
    category: str | None
    algorithm: str
    scope: Literal["exact", "prefix", "domain"] | None
    distance: int
    tier: Literal["match", "possible"]


class LookupResult(_Closed):
    """What was found for one hash or address, in the order of the request or the text.

    ``start`` and ``end`` say where in the text an address stands, in characters; null for phrases, which come last.
    """

    matches: list[LookupMatch]
    allowed: bool = False
    reason: str | None = None
    start: int | None = None
    end: int | None = None


class LookupAnswer(_Closed):
    """What was found, how fresh the lists are, and what was not searched."""

    results: list[LookupResult]
    lists_as_of: str | None
    degraded: list[str]


class StatusAnswer(_Closed):
    """How the service stands."""

    lists_as_of: str | None
    degraded: list[str]
    hash_only: bool
    waiting: int
    dead: int
    workers: int
    version: str


class Problem(_Closed):
    """RFC 9457: what went wrong, and what to do."""

    type: str
    title: str
    status: int
    detail: str
