"""What is known of one ordered pair at one moment: all that a judgement of it may look at.

``assessing.assess`` gets a ``PairView`` and nothing else. Times are milliseconds since 1970 UTC, lists are oldest
first, and every figure is the same in whatever order the events came in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from lightkeeper.detect.conversations.events import ActKind, AgeBand, AgeSource, MediaKind, Relation

PHRASE_SIGNALS = (
    "secrecy_request",
    "alone_probe",
    "off_platform_move",
    "image_request",
    "call_request",
    "isolation",
    "personal_probe",
    "flattery",
    "gift_offer",
    "meet_request",
    "pressure_or_threat",
    "money_demand",
)
"""The signals that phrases of a pack may show; their places here are stored, so a new one is added at the end."""

WINDOW = 50
"""How many messages of one direction are known one by one."""


class TextHit(NamedTuple):
    """A phrase of a pack that a text has. ``phrase``: its id; ``reviewed``: a native speaker has reviewed the pack."""

    signal: str
    phrase: str
    reviewed: bool


class TextFeatures(NamedTuple):
    """What a reader takes from a text: never its words.

    ``unfinished`` (at most 8 bytes, b"" for none): what the text has of phrases that begin before it or end after it,
    so that ``Reader.join`` finds a phrase that was sent in pieces. ``template``: 64-bit simhash of the normalised text,
    0 for a text too short to tell (fewer than four words). ``supported``: there is a pack for the language.
    ``refusal``: the writer says no or stop.
    """

    hits: tuple[TextHit, ...] = ()
    unfinished: bytes = b""
    template: int = 0
    supported: bool = True
    refusal: bool = False


class MessageFeatures(NamedTuple):
    """One message that has something to show. ``affinity``: its log-ratio, None where it was not scored."""

    id: bytes
    at: int
    signals: tuple[str, ...]  # of phrases, also of those finished by this message
    reviewed: tuple[str, ...]  # of these, those that a reviewed phrase showed
    refusal: bool
    media: MediaKind
    affinity: float | None
    affinity_signal: str  # the exemplars it was nearest to, "" for none
    edited: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """How one signal of phrases shows in what a sender wrote, over all time.

    ``month``: a count of messages that halves in 30 days, at ``PairView.now``. ``evidence``: the newest messages that
    show it, at most 8; empty where all of them are older than what is kept one by one.
    """

    count: int
    month: float
    first_at: int
    last_at: int
    reviewed: bool
    evidence: tuple[bytes, ...]


class ActFact(NamedTuple):
    """One act between the two."""

    id: bytes
    at: int
    kind: ActKind
    by_sender: bool


@dataclass(frozen=True, slots=True)
class ActTrace:
    """How often one of the two did one kind of act to the other, over all time; ``evidence`` as of a ``Trace``."""

    count: int
    first_at: int
    last_at: int
    evidence: tuple[bytes, ...]


class AffinityFigures(NamedTuple):
    """The embedding scores of one direction's newest messages.

    ``mean``: exponentially weighted; ``top``: mean of the three highest; ``cusum``: one-sided cumulative sum at its
    end, which a run of raised scores raises; ``signal``: whose exemplars were nearest most often, "" for none.
    ``scored`` is how many of the messages were scored; with 0 all figures are 0.
    """

    scored: int
    mean: float
    top: float
    cusum: float
    signal: str
    evidence: tuple[bytes, ...]


class Person(NamedTuple):
    """What is known of one of the two."""

    id: bytes
    age_band: AgeBand = AgeBand.UNKNOWN
    age_source: AgeSource = AgeSource.UNKNOWN
    created: int | None = None
    verified: bool | None = None
    region: int = 0  # a digest of the region's name, 0 unknown: to be compared, not to be read
    utc_offset: int | None = None
    claimed_bands: frozenset[AgeBand] = frozenset()  # every known band that was ever declared
    measured_bands: frozenset[AgeBand] = frozenset()  # every known band that was ever estimated or verified

    @property
    def claims_changed(self) -> int:
        """How many ages were declared beside the first."""
        return max(0, len(self.claimed_bands) - 1)


class Ties(NamedTuple):
    """What the two are to one another. ``mutual``: contacts that both have, None unknown."""

    relation: Relation = Relation.UNKNOWN
    mutual: int | None = None
    initiated_by_sender: bool | None = None
    since: int | None = None


class Direction(NamedTuple):
    """What one of the two wrote to the other.

    ``times``: of the newest WINDOW messages, deleted ones too. ``marked``: those messages, of these and of older ones,
    that show something. ``total``: of all time.
    """

    total: int = 0
    first_at: int | None = None
    times: tuple[int, ...] = ()
    marked: tuple[MessageFeatures, ...] = ()
    refusals: tuple[tuple[int, bytes], ...] = ()  # time and id of messages that say no or stop


class ContactFigures(NamedTuple):
    """Whom the sender approached: wrote to, or asked to be friends with, before they wrote. The newest 80 contacts.

    ``minors``: those known to be children. ``requests``: people who were asked.
    Rates are of those they can be said of, None where there are none: ``accepted`` of requests to anybody,
    ``unanswered`` of all approached.
    """

    minors_1d: int = 0  # distinct minors first approached in the last day, week, month before ``now``
    minors_7d: int = 0
    minors_30d: int = 0
    people_30d: int = 0  # the same of anybody
    requests: int = 0
    accepted: float | None = None
    unanswered: float | None = None
    blocking_minors: int = 0
    reporting_minors: int = 0
    same_opener: int = 0  # other people who were approached with (nearly) the same first words as this one


class PairView(NamedTuple):
    """One ordered pair: ``sender`` is looked at, ``recipient`` is who they write to.

    ``now``: time of the newest event between the two, which is what "new" is measured from.
    ``surface`` is where the newest message was sent, "" where the settings say nothing of it. ``stages``: signals of
    ``traces`` in the order in which they were first seen.
    """

    now: int
    surface: str
    sender: Person
    recipient: Person
    ties: Ties
    to: Direction
    back: Direction
    traces: Mapping[str, Trace]
    stages: tuple[str, ...]
    acts: tuple[ActFact, ...]
    acts_by_sender: Mapping[ActKind, ActTrace]
    acts_by_recipient: Mapping[ActKind, ActTrace]
    contacts: ContactFigures
    affinity: AffinityFigures

    def local_hour(self, at: int) -> int | None:
        """The hour, 0 to 23, that the recipient's clock shows at a time; None where their zone is not known."""
        offset = self.recipient.utc_offset
        return None if offset is None else (at // 60_000 + offset) // 60 % 24
