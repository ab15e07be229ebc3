"""Frozen values and enumerations of the room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from django.db.models import TextChoices

from lightkeeper.detect.findings import Match
from lightkeeper.detect.text.addresses import Address, addresses_in
from lightkeeper.detect.text.words import words_of
from lightkeeper.lists.states import EntryState, ListStatus

__all__ = [
    "DIGESTS",
    "INDUSTRY",
    "LARGEST_RADIUS",
    "WIDTHS",
    "AddressFound",
    "Algorithm",
    "Answer",
    "EntryState",
    "ExchangeKind",
    "FeedbackState",
    "Freshness",
    "ImportSummary",
    "ListInfo",
    "ListPurpose",
    "ListRefused",
    "ListStatus",
    "NewEntry",
    "NewHit",
    "Opinion",
    "RowSetAside",
    "RunOutcome",
    "TextLookup",
    "TextRead",
    "UrlLookup",
]

LARGEST_RADIUS = 31
"""The widest radius that a list may have: what the makers of PDQ advise, and what the index tests itself at."""


class ListPurpose(TextChoices):
    """What a list is for: ``known`` is looked for, ``allow`` names harmless look-alikes that win over a hit."""

    KNOWN = "known"
    ALLOW = "allow"


class ExchangeKind(TextChoices):
    """Where a list can be fetched from."""

    NCMEC = "ncmec", "NCMEC hash sharing"
    STOPNCII = "stopncii", "StopNCII"
    THREATEXCHANGE = "threatexchange", "Meta ThreatExchange"
    FEED = "feed", "a CSV or JSON feed over HTTPS"
    FILE = "file", "a file on this machine"


class RunOutcome(TextChoices):
    """What came of one fetch; ``interrupted`` goes on where it stopped, by itself."""

    RUNNING = "running"
    COMPLETE = "complete"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


class Opinion(TextChoices):
    """What we say of an entry to its source."""

    UP = "up", "it is what the list says"
    DOWN = "down", "it is not"


class FeedbackState(TextChoices):
    """Where an opinion stands."""

    QUEUED = "queued"
    SENT = "sent"
    REFUSED = "refused"


class Algorithm(TextChoices):
    """What a value is: a perceptual hash, a digest of bytes, an address in canonical form or a digest of one, a phrase.

    ``url_prefix`` is an address that stands for all whose path goes on below it, ``domain`` a host with all below it.
    """

    PDQ = "pdq"
    SHA256 = "sha256"
    SHA1 = "sha1"
    MD5 = "md5"
    URL = "url"
    URL_PREFIX = "url_prefix"
    DOMAIN = "domain"
    URL_SHA256 = "url_sha256"
    URL_MD5 = "url_md5"
    PHRASE = "phrase"


DIGESTS = frozenset({Algorithm.SHA256, Algorithm.SHA1, Algorithm.MD5})
"""Equality of one of these is equality of bytes."""


WIDTHS: Mapping[str, int] = MappingProxyType(
    {"pdq": 32, "sha256": 32, "sha1": 20, "md5": 16, "url_sha256": 32, "url_md5": 16}
)
"""Bytes of a value of each algorithm whose values have one length."""

INDUSTRY = ("A1", "A2", "B1", "B2")
"""Our categories of entries: the industry classification of NCMEC, apparent age (letter) and what is done (digit)."""


class ListRefused(Exception):  # noqa: N818  # a refusal, told to the person who asked
    """What was asked of a list cannot be done; the message is a sentence that holds no value of an entry."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A value to be added to a list: its bytes (an address, a phrase: the UTF-8 of its canonical form).

    ``id`` and ``category`` are the source's own, "" for none; ``confidence`` from 0 to 100, None where nothing is said.
    """

    algorithm: Algorithm
    value: bytes
    id: str = ""
    category: str = ""
    confidence: int | None = None


@dataclass(frozen=True, slots=True)
class NewHit:
    """An entry matched an item of an uploader, ``distance`` bits away: keys of the room above, 32 bytes each."""

    entry: int
    item: bytes
    uploader: bytes
    distance: int


@dataclass(frozen=True, slots=True)
class RowSetAside:
    """A row of a file that was not imported: its line from 1, and what is wrong with it, never its value."""

    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What one import did.

    ``rows`` were usable; of their distinct entries ``added`` are new (or active again), ``changed`` have another id or
    category, ``unchanged`` were there; ``withdrawn`` were not in the file and are withdrawn because that was asked
    for. ``bad_count`` rows were set aside, the first of them described in ``bad_rows``. ``version`` is the SHA-256 of
    the file's bytes.
    """

    list_id: int
    name: str
    version: str
    created: bool
    rows: int
    added: int
    changed: int
    unchanged: int
    withdrawn: int
    bad_count: int
    bad_rows: tuple[RowSetAside, ...]
    both_count: int

    @property
    def effects(self) -> int:
        """How many entries are other than before."""
        return self.added + self.changed + self.withdrawn


@dataclass(frozen=True, slots=True)
class ListInfo:
    """A list as the index of this process knows it; ``entries`` counts those that are searched for."""

    id: int
    name: str
    source: str
    status: ListStatus
    radius: int
    version: str
    entries: int
    imported_at: datetime | None
    purpose: ListPurpose = ListPurpose.KNOWN

    def age_seconds(self, now: datetime) -> float | None:
        """Seconds since a file was last imported into it, None if none ever was."""
        return None if self.imported_at is None else max(0.0, (now - self.imported_at).total_seconds())


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of one item; ``allowed``: something was found and an allow-list won all of it over."""

    matches: tuple[Match, ...]
    allowed: bool = False


@dataclass(frozen=True, slots=True)
class UrlLookup:
    """What is known of one address; ``reason`` says in a sentence why it has no canonical form, else None."""

    matches: Sequence[Match]
    reason: str | None = None
    allowed: bool = False


@dataclass(frozen=True, slots=True)
class AddressFound:
    """An address in a text: where it stands, in characters from 0 (``end`` is not part of it), what is known of it."""

    start: int
    end: int
    lookup: UrlLookup


@dataclass(frozen=True, slots=True)
class TextRead:
    """A text as it is looked up: the addresses in it, and its words in their one form."""

    addresses: Sequence[Address] = field(repr=False)
    words: Sequence[str] = field(repr=False)

    @classmethod
    def of(cls, text: str) -> TextRead:
        """Read a text."""
        return cls(addresses_in(text), words_of(text))


@dataclass(frozen=True, slots=True)
class TextLookup:
    """What is known of one text: of each address in it, in their order, and of the phrases in it together."""

    addresses: Sequence[AddressFound]
    phrases: Answer


@dataclass(frozen=True, slots=True)
class Freshness:
    """How current the index of this process is.

    ``age`` is the seconds since it was last known to be current, None where it never was; ``why`` says in words what
    keeps it from being loaded, None if nothing does; ``change`` is the number of the newest change that it has.
    """

    change: int
    as_of: datetime | None
    age: float | None
    stale: bool
    why: str | None
    entries: int
