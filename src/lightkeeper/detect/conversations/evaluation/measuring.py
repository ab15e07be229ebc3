"""Scores a stream of conversations and keeps of each a few numbers, so that memory stays bounded."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

import numpy as np

from lightkeeper.detect.conversations.evaluation.latency import CONSECUTIVE, Steps, steps_of
from lightkeeper.detect.conversations.evaluation.metrics import Flags, Floats
from lightkeeper.detect.conversations.evaluation.streams import Labelled

KEPT: Final = 100
"""Risky and as many benign conversations that are kept whole for the gates; the first of the stream."""
LONGEST: Final = 2_000
"""Messages of one kept conversation, at most."""


HEIGHTS: Final = (1, 2, 3)
"""Of the bands above none: watch, review, urgent."""


class Scored(NamedTuple):
    """What a scorer says of a conversation.

    ``by_author``: a score after each message of the conversation, as many as there are messages, for each author.
    ``flagged``: places of messages named as evidence; None where the scorer names none. ``heights``: of the highest
    band of any pair after each message, 0 to 3; None where the scorer has no bands.
    """

    by_author: Mapping[str, Sequence[float]]
    flagged: frozenset[int] | None = None
    heights: Sequence[int] | None = None


class Scorer(Protocol):
    """Scores whole conversations; higher is riskier."""

    name: str

    def score(self, conversation: Labelled, *, arrival: Sequence[int] | None = None, texts: bool = True) -> Scored:
        """Score a conversation.

        ``arrival``: places of messages in the order in which they come in, some perhaps twice; only the last score of
        an author is then meaningful. ``texts`` False: the words are withheld, as on an encrypted platform.
        """


@dataclass(slots=True)
class Measured:
    """A few numbers for every conversation: of a million they take about 1 GB, of 60,000 about 60 MB."""

    risky: list[bool] = field(default_factory=list)
    corpora: list[str] = field(default_factory=list)
    slices: list[tuple[str, ...]] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    steps: dict[int, list[Steps]] = field(default_factory=lambda: {count: [] for count in CONSECUTIVE})
    author_scores: list[float] = field(default_factory=list)
    author_roles: list[str] = field(default_factory=list)  # "offender", "child" or ""
    author_ids: list[bytes] = field(default_factory=list)  # digests, so that no name is kept
    reached: list[tuple[int, ...]] = field(default_factory=list)  # the first message, from 1, at each band; 0 never
    lines: list[int] = field(default_factory=lambda: [0, 0, 0])  # hits, false alarms, misses
    line_truth: bool = False
    unlabelled: int = 0
    empty: int = 0
    kept: list[Labelled] = field(default_factory=list)

    @property
    def truth(self) -> Flags:
        """Which conversations are risky."""
        return np.array(self.risky, bool)

    def tops(self, consecutive: int = 1) -> Floats:
        """The highest score of each conversation that lasted so many windows."""
        return np.array([one.top for one in self.steps[consecutive]], float)

    def by(self, message: int) -> Floats:
        """The highest score of each conversation by a message."""
        return np.array([one.by(message) for one in self.steps[1]], float)


def measure(stream: Iterable[Labelled], scorer: Scorer) -> Measured:
    """Score all labelled conversations of a stream."""
    measured = Measured()
    room = {True: KEPT, False: KEPT}
    for conversation in stream:
        if conversation.risky is None:
            measured.unlabelled += 1
            continue
        if not conversation.turns:
            measured.empty += 1
            continue
        _take(measured, conversation, scorer.score(conversation))
        if room[conversation.risky] and len(conversation.turns) <= LONGEST:
            room[conversation.risky] -= 1
            measured.kept.append(conversation)
    return measured


def _take(measured: Measured, conversation: Labelled, scored: Scored) -> None:
    """Keep the numbers of one conversation."""
    measured.risky.append(bool(conversation.risky))
    measured.corpora.append(conversation.corpus)
    measured.slices.append(conversation.slices)
    measured.lengths.append(len(conversation.turns))
    together = highest_by_message(scored, len(conversation.turns))
    for count in CONSECUTIVE:
        measured.steps[count].append(steps_of(together, count))
    for author in {turn.author for turn in conversation.turns}:
        measured.author_scores.append(max(scored.by_author.get(author, ()), default=-math.inf))
        measured.author_roles.append(
            "offender" if author in conversation.offenders else "child" if author in conversation.children else ""
        )
        measured.author_ids.append(_person(conversation, author))
    if scored.heights is not None:
        measured.reached.append(tuple(_first(scored.heights, height) for height in HEIGHTS))
    if conversation.marked is not None and scored.flagged is not None:
        measured.line_truth = True
        hits = len(conversation.marked & scored.flagged)
        measured.lines[0] += hits
        measured.lines[1] += len(scored.flagged) - hits
        measured.lines[2] += len(conversation.marked) - hits


def _person(conversation: Labelled, author: str) -> bytes:
    """A short name for an author: one of the whole corpus only where the file says so."""
    within = "" if conversation.same_authors else conversation.id
    said = f"{len(within)} {within}{conversation.corpus}\0{author}"
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=12).digest()


def _first(heights: Sequence[int], least: int) -> int:
    return next((number for number, height in enumerate(heights, 1) if height >= least), 0)


def highest_by_message(scored: Scored, length: int) -> list[float]:
    """The highest score of any author after each message."""
    columns = [list(one) for one in scored.by_author.values()]
    return [max(values) for values in zip(*columns, strict=True)] if columns else [-math.inf] * length


def top(scored: Scored) -> float:
    """The highest score of any author after any message."""
    return max((max(one, default=-math.inf) for one in scored.by_author.values()), default=-math.inf)


def last(scored: Scored) -> dict[str, float]:
    """The score of each author when all messages have come in."""
    return {author: scores[-1] for author, scores in scored.by_author.items() if len(scores)}
