"""What every source of a list gives and takes: pages of records, and opinions of single entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from lightkeeper.lists.types import Algorithm, Opinion

Checkpoint = dict[str, Any] | None
"""Where a fetch goes on: numbers and texts as JSON, None for the beginning. It never holds a secret."""

MOST_PROBLEM = 300
"""Characters of a sentence that the sync history keeps."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a source, as it is now; it replaces what was known of the record before.

    ``key`` names the record within its source; "" where the source's records have no name: then each value stands by
    itself. ``values`` are those that can be searched, ``unsearched`` counts the others. ``id`` and ``category`` are the
    source's own words, "" for none. A ``deleted`` record may come without values.
    """

    key: str
    values: Mapping[Algorithm, bytes | tuple[bytes, ...]] = field(default_factory=dict)
    category: str = ""
    deleted: bool = False
    confidence: int | None = None
    upvotes: int = 0
    downvotes: int = 0
    id: str = ""
    unsearched: int = 0


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that cannot be used: where it stood on its page (from 1), its name if that can be shown, and why.

    ``key`` is the record's key where it could be read: in a source that is read whole, what is known of it then stays.
    """

    position: int
    record: str
    problem: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Records of one answer. ``checkpoint`` is where to go on once all of them were applied.

    ``last``: nothing comes after it. ``whole`` (of the last): the run gave everything that the source has, so that what
    it did not give is withdrawn. ``note`` is a sentence for the sync history.
    """

    records: Sequence[Record]
    bad: Sequence[BadRecord]
    checkpoint: Checkpoint
    last: bool
    whole: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """An opinion of one entry, as the source is told it. ``reason`` is one of the source's codes, "" for none."""

    algorithm: Algorithm
    value: bytes
    id: str
    opinion: Opinion
    reason: str


class SourceFailed(Exception):  # noqa: N818  # an outcome, told in the sync history
    """A source gave nothing that can be used; the message is a sentence without a value or a credential.

    ``after``: when it may be asked again, if it said so. ``restart``: where to go on instead of the checkpoint, because
    the source cannot go on there; None keeps the checkpoint. ``status`` is that of an answer, 0 where there was none.
    """

    def __init__(
        self, message: str, *, after: datetime | None = None, restart: Checkpoint = None, status: int = 0
    ) -> None:
        super().__init__(message[:MOST_PROBLEM])
        self.status = status
        self.after = after
        self.restart = restart


class TellingRefused(Exception):  # noqa: N818  # an outcome, shown with the feedback
    """The source does not take this opinion, now or later; the message is a sentence without a value."""


class Source(Protocol):
    """A source of records."""

    def pages(self, checkpoint: Checkpoint) -> Iterator[Page]:
        """Give pages from the checkpoint on. Raises SourceFailed."""
        ...


class Teller(Protocol):
    """A source that takes opinions."""

    def tell(self, told: Told) -> None:
        """Send one opinion; the same twice is as once. Raises SourceFailed: later; TellingRefused: never."""
        ...
