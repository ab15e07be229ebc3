"""The engine: (states, events) -> (states, findings), pure, and the same whatever the order of the events.

Rows of state are made of sets that are joined, never of a history of arrivals, so that the same events give the same
bytes. A band is not kept in them: it is worked out anew from the last windows (see ``judging``), so that it is the same
too.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from lightkeeper.detect.conversations.events import Account, Act, Event, Message, RelationSaid
from lightkeeper.detect.conversations.judging import is_judged, judge
from lightkeeper.detect.conversations.keys import Key
from lightkeeper.detect.conversations.packing import StateError, name_digest
from lightkeeper.detect.conversations.pair import Placed
from lightkeeper.detect.conversations.recent import TEXT, UNSCORED, UNSUPPORTED
from lightkeeper.detect.conversations.table import Table
from lightkeeper.detect.conversations.taking import Taking
from lightkeeper.detect.conversations.view import TextFeatures, TextHit
from lightkeeper.detect.conversations.viewing import Rows, rows_of

if TYPE_CHECKING:
    from lightkeeper.detect.conversations.assessing import Reason
    from lightkeeper.detect.conversations.bands import Band
    from lightkeeper.detect.conversations.thresholds import EngineSettings

__all__ = [
    "ENGINE",
    "Advance",
    "Event",
    "EventNote",
    "Noted",
    "PairFinding",
    "Reader",
    "Reading",
    "Scorer",
    "StateError",
    "advance",
]

ENGINE = "conversations-1"
"""The version of the engine, named by every finding."""


class Reader(Protocol):
    """Takes features from texts by packs of phrases."""

    @property
    def version(self) -> str:
        """Which packs, for the record."""

    def read(self, text: str, language: str) -> TextFeatures:
        """The features of one text; ``language`` as in ``Message``."""

    def join(self, parts: Sequence[bytes]) -> tuple[TextHit, ...]:
        """Phrases that were sent in pieces: hits that lie in no part alone and end in the last part.

        ``parts``: the ``unfinished`` of at least two messages of one sender, oldest first, each sent within 60 seconds
        of the one before.
        """


class Scorer(Protocol):
    """Scores texts against exemplars."""

    @property
    def version(self) -> str:
        """Which model and exemplars, for the record."""

    def reads(self, language: str) -> bool:
        """Whether texts of a language may be scored; a score of any other would be a guess."""

    def score(self, texts: Sequence[str]) -> Sequence[Mapping[str, float]]:
        """For each text its unclipped log-ratio by name of signal."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What reads texts. Without a scorer the engine works on, and its findings say so in ``degraded``."""

    reader: Reader
    scorer: Scorer | None = None


class Noted(enum.StrEnum):
    """What became of an event."""

    COUNTED = "counted"
    DUPLICATE = "duplicate"
    LATE = "late"
    EDITED = "edited"
    DELETED = "deleted"
    UNKNOWN_TARGET = "unknown_target"


class EventNote(NamedTuple):
    """What became of the event of this id.

    ``LATE``: counted, but more than 24 hours and 50 messages after its place. ``UNKNOWN_TARGET``: the message that was
    edited or deleted is not known (any more).
    """

    id: bytes
    noted: Noted


@dataclass(frozen=True, slots=True)
class PairFinding:
    """A pair that is above the band ``none`` after these events: said each time it is touched, so that none is missed.

    ``previous``: the band that the pair's windows before these events give, by all that is known now. ``conversation``
    and ``at`` are of the newest message. ``degraded``: what could not be looked at (``no_scorer``, ``no_text``,
    ``language_unsupported``: by packs of phrases, ``language_unscored``: by exemplars).
    """

    sender: bytes
    recipient: bytes
    conversation: bytes
    at: int
    band: Band
    previous: Band
    score: float
    reasons: tuple[Reason, ...]
    peers: bool
    fast: bool
    degraded: tuple[str, ...]
    engine: str
    settings: str


@dataclass(frozen=True, slots=True)
class Advance:
    """What came of the events.

    ``states``: the rows that changed, to be written over the old ones. ``findings``: of pairs above ``none``.
    ``scores``: of every ordered pair that was judged, so that a pair without a finding is now at ``none``.
    ``notes``: one an event, in their order.
    """

    states: Mapping[Key, bytes]
    findings: tuple[PairFinding, ...]
    notes: tuple[EventNote, ...]
    scores: Mapping[tuple[bytes, bytes], float]


def advance(
    states: Mapping[Key, bytes], events: Sequence[Event], *, reading: Reading, settings: EngineSettings
) -> Advance:
    """Take events into the rows that ``keys.keys_needed`` names; rows that are left out are new. Raises StateError."""
    taking = Taking(Table(states), reading)
    notes: dict[int, Noted] = {}
    # What is known of people comes first, so that messages of the same call are read by it.
    for place, event in enumerate(events):
        if isinstance(event, Account):
            notes[place] = Noted.COUNTED if taking.account(event) else Noted.DUPLICATE
        elif isinstance(event, RelationSaid):
            notes[place] = Noted.COUNTED if taking.relation(event) else Noted.DUPLICATE
    taking.prepare(events)
    ordered = sorted((event.at, event.id, place) for place, event in enumerate(events) if place not in notes)
    for _, _, place in ordered:
        event = events[place]
        if isinstance(event, Message):
            notes[place] = _noted(event, taking.message(event))
        elif isinstance(event, Act):
            notes[place] = Noted.COUNTED if taking.act(event) else Noted.DUPLICATE
    findings, scores = _judged(taking, reading, settings)
    named = tuple(EventNote(event.id, notes[place]) for place, event in enumerate(events))
    return Advance(taking.table.packed(), findings, named, scores)


def _noted(event: Message, placed: Sequence[Placed]) -> Noted:
    """What became of a message, by the most telling of its recipients."""
    if any(one.missing for one in placed):
        return Noted.UNKNOWN_TARGET
    if event.deleted:
        return Noted.DELETED
    if event.edited:
        return Noted.EDITED
    if placed and all(one.known for one in placed):
        return Noted.DUPLICATE
    return Noted.LATE if any(one.late for one in placed) else Noted.COUNTED


def _judged(
    taking: Taking, reading: Reading, settings: EngineSettings
) -> tuple[tuple[PairFinding, ...], dict[tuple[bytes, bytes], float]]:
    """Judge every pair that was touched, in an order of its own."""
    version = settings.version
    surfaces = {name_digest(name): name for name in settings.surfaces}
    findings, scores = [], {}
    for (sender, recipient), new in sorted(taking.touched.items()):
        if not is_judged(taking.table.account(recipient)):
            continue
        rows = rows_of(taking.table, sender, recipient)
        if not (rows.to.total or rows.to.kinds):
            continue
        judgement = judge(rows, surfaces.get(rows.to.surface, ""), settings, new)
        found = judgement.assessment
        scores[sender, recipient] = found.score
        if judgement.band != "none":
            findings.append(
                PairFinding(
                    sender,
                    recipient,
                    rows.to.conversation,
                    rows.to.newest_at or 0,
                    judgement.band,
                    judgement.previous,
                    found.score,
                    found.reasons,
                    found.peers,
                    found.fast,
                    _degraded(rows, reading),
                    ENGINE,
                    version,
                )
            )
    return tuple(findings), scores


def _degraded(rows: Rows, reading: Reading) -> tuple[str, ...]:
    """What could not be looked at."""
    flags = [record[14] for record in rows.to.recent]
    said = {
        "no_scorer": reading.scorer is None,
        "no_text": bool(flags) and not any(flag & TEXT for flag in flags),
        "language_unsupported": any(flag & UNSUPPORTED for flag in flags),
        "language_unscored": any(flag & UNSCORED for flag in flags),
    }
    return tuple(name for name, holds in said.items() if holds)
