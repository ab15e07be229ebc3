"""What an authority's adapter has to offer: one file a authority, one way through all of them.

An adapter knows an authority's documents and requests; it keeps nothing and decides nothing. ``submitting`` asks it for
the next step, records that the step begins, lets it perform the step, and records what came of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from lightkeeper.act.reports.states import Mode, StepKind

if TYPE_CHECKING:
    from lightkeeper.act.reports.viewed import Viewed


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one value of a report: where it stands, and why; never the value."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class FiledFile:
    """One file of a report on its way: its place from 1, its MD5 in hexadecimal, what is said of it, what was sent."""

    position: int
    md5: str
    details: bytes
    file_id: str = ""
    described: bool = False


@dataclass(frozen=True, slots=True)
class Filing:
    """A report on its way: the ``document`` that was approved, and the authority's name for it once it is open."""

    mode: Mode
    document: bytes = field(repr=False)
    external_id: str
    files: tuple[FiledFile, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One request to be made; ``position`` is the file's, 0 where it is about the whole report."""

    kind: StepKind
    position: int = 0


class Came(StrEnum):
    """What an answer means for the way of a report."""

    DONE = "done"
    AGAIN = "again"
    """It did not happen; the same step may be tried again later."""
    UNKNOWN = "unknown"
    """It may have happened."""
    GONE = "gone"
    """The authority has no such unfinished report (any more): begin anew."""
    HOLD = "hold"
    """Something here must be mended by a person, and then the same step may go on: credentials, rights."""
    FAIL = "fail"
    """The report itself is refused; a person must correct it."""
    FINISHED = "finished"
    """It was finished before."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a step: ``code`` is the authority's number or a word of ours, ``body`` what it wrote."""

    came: Came
    code: str
    external_id: str = ""
    file_id: str = ""
    md5: str = ""
    request_id: str = ""
    body: bytes = field(default=b"", repr=False)


AFTER_UNKNOWN_REPEAT: frozenset[StepKind] = frozenset({StepKind.OPEN, StepKind.FINISH, StepKind.RETRACT})
"""Steps that do no harm twice: an unfinished report is deleted by the authority, a finished one says that it is."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A draft as it would be sent: its document, and what is said of each file; empty where there are faults."""

    faults: list[Fault]
    document: bytes = field(default=b"", repr=False)
    details: tuple[bytes, ...] = field(default=(), repr=False)


class Authority(Protocol):
    """An authority that takes reports."""

    name: str

    def mode(self) -> Mode:
        """Whether reports leave this installation for it, and where to."""
        ...

    def prepare(self, report: Mapping[str, Any], files: Sequence[Mapping[str, Any]], mode: Mode) -> Prepared:
        """A draft, checked by the authority's rules and schema, and made ready to be sent."""
        ...

    def with_views(self, details: Mapping[str, Any], seen: Viewed) -> Mapping[str, Any]:
        """What is said of a file, with what the view log proves in place of whatever it said of that."""
        ...

    def next_step(self, filing: Filing) -> Step | None:
        """What is to be done next; None where the report is filed as far as this adapter goes."""
        ...

    def perform(self, step: Step, filing: Filing, content: bytes) -> Answer:
        """Make one request. ``content`` are the bytes of the step's file, none for any other. Raises nothing."""
        ...

    def receipt(self, body: bytes) -> Mapping[str, str]:
        """What a receipt says, for people: names and values."""
        ...
