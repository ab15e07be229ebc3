"""What a figure counts, and of which time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

_EARLIEST: Final = 1990
_LATEST: Final = 2200


class Unit(StrEnum):
    """What one of a figure is. A number without it means nothing: a report may be of many pictures."""

    REPORT = "report"
    URL = "url"
    IMAGE = "image"
    VIDEO = "video"
    CHILD = "child"
    HASH = "hash"
    CONVERSATION = "conversation"
    ACCOUNT = "account"
    CASE = "case"
    ITEM = "item"
    """A piece of content of any kind, once, however often it came."""
    NOTICE = "notice"
    """A takedown notice that was sent, to one recipient about one address."""
    DOMAIN = "domain"
    """A name that somebody registered, once for each value of the axis it is counted by."""
    TLD = "tld"
    PAIR = "pair"
    """Two judgements of one item, of people who did not know each other's."""
    VIEW = "view"
    LEASE = "lease"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class Period:
    """From ``start`` on and before ``end``: two instants of UTC, whatever the clock on the wall says.

    Raises ValueError for instants without a time zone, and where nothing is between them.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None or self.end.utcoffset() is None:
            raise ValueError("a period is between two instants with a time zone")
        if self.start >= self.end:
            raise ValueError("a period ends after it begins")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))

    @classmethod
    def of_year(cls, year: int) -> Period:
        """A calendar year of UTC. Raises ValueError for one that cannot be meant."""
        if not _EARLIEST <= year <= _LATEST:
            raise ValueError(f"{year} is not a year from {_EARLIEST} to {_LATEST}")
        return cls(datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC))

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end

    @property
    def words(self) -> str:
        """As it is printed: its two instants, the second outside of it."""
        return f"{self.start:%Y-%m-%dT%H:%M:%SZ}/{self.end:%Y-%m-%dT%H:%M:%SZ}"
