"""The engine as a scorer: plays a conversation through it, one message a call, as a platform would send it.

Each conversation is played alone, from nothing: what a person did to others in other conversations is not known, so
that signals across conversations (many children approached, the same first words) show only where a context tells them.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from lightkeeper.detect.conversations import engine
from lightkeeper.detect.conversations.bands import Band
from lightkeeper.detect.conversations.engine import Reading
from lightkeeper.detect.conversations.evaluation.measuring import Scored
from lightkeeper.detect.conversations.evaluation.streams import Labelled, Turn
from lightkeeper.detect.conversations.events import ID_BYTES, Event, MediaKind, Message
from lightkeeper.detect.conversations.keys import Key, keys_linked, keys_needed
from lightkeeper.detect.conversations.thresholds import EngineSettings

Names = Callable[[str], bytes]
"""The id of a person of the conversation by name, of an event by any other word."""
Context = Callable[[Labelled, Names], Sequence[Event]]
"""What is known beside the messages of a conversation: ages, relations, acts, in the order of their times."""
PERSON: Final = "person "
"""Before a name, as a person's word."""


class EngineScorer:
    """Each author's score after each message: the highest latest score of the ordered pairs that they send in."""

    name = engine.ENGINE

    def __init__(
        self, reading: Reading, settings: EngineSettings | None = None, context: Context | None = None
    ) -> None:
        self._reading, self._settings, self._context = reading, settings or EngineSettings(), context

    def score(self, conversation: Labelled, *, arrival: Sequence[int] | None = None, texts: bool = True) -> Scored:
        """As ``measuring.Scorer``. Messages that arrive out of their order come after all that is known beside them."""
        key = _names(conversation)
        play = _Play(self._reading, self._settings)
        known = list(self._context(conversation, key)) if self._context else []
        columns: dict[str, list[float]] = {turn.author: [] for turn in conversation.turns}
        people = {name: key(PERSON + name) for name in (*columns, *sorted(conversation.silent - columns.keys()))}
        heights: list[int] = []
        order = range(len(conversation.turns)) if arrival is None else arrival
        for number, place in enumerate(order, 1):
            while known and (arrival is not None or known[0].at <= conversation.turns[place].at):
                play.take(known.pop(0))
            play.take(_message(conversation, place, people, key, texts=texts))
            while known and number == len(order):  # what was done after the last message
                play.take(known.pop(0))
            for name, column in columns.items():
                column.append(play.highest(people[name]))
            heights.append(play.height)
        ids = {key(f"message {place}"): place for place in range(len(conversation.turns))}
        return Scored(columns, frozenset(ids[one] for one in play.evidence if one in ids), heights)


@dataclass(slots=True)
class _Play:
    """The rows of one conversation's people, and what was said of them last."""

    reading: Reading
    settings: EngineSettings
    rows: dict[Key, bytes] = field(default_factory=dict)
    scores: dict[bytes, dict[bytes, float]] = field(default_factory=dict)
    bands: dict[tuple[bytes, bytes], int] = field(default_factory=dict)
    evidence: set[bytes] = field(default_factory=set)

    def take(self, event: Event) -> None:
        names = keys_needed([event])
        given = {one: self.rows[one] for one in names if one in self.rows}
        given |= {one: self.rows[one] for one in keys_linked([event], given) if one in self.rows}
        came = engine.advance(given, [event], reading=self.reading, settings=self.settings)
        self.rows.update(came.states)
        for pair, score in came.scores.items():
            self.scores.setdefault(pair[0], {})[pair[1]] = score
            self.bands[pair] = Band.NONE.height
        for found in came.findings:
            self.bands[found.sender, found.recipient] = found.band.height
            self.evidence.update(one for reason in found.reasons for one in reason.evidence)

    def highest(self, person: bytes) -> float:
        """Of a person to anybody; minus infinity for who was not judged."""
        return max(self.scores.get(person, {}).values(), default=-math.inf)

    @property
    def height(self) -> int:
        """Of the highest band of any pair."""
        return max(self.bands.values(), default=0)


def _names(conversation: Labelled) -> Names:
    def key(said: str) -> bytes:
        word = f"{conversation.corpus}\0{conversation.id}\0{said}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(word, digest_size=ID_BYTES).digest()

    return key


def _message(conversation: Labelled, place: int, people: dict[str, bytes], key: Names, *, texts: bool) -> Message:
    turn: Turn = conversation.turns[place]
    others = tuple(_others(people, turn.author)) or (key("nobody"),)
    return Message(
        key(f"message {place}"),
        key("talk"),
        people[turn.author],
        others,
        turn.at,
        turn.text if texts else None,
        conversation.language,
        MediaKind(turn.media),
    )


def _others(people: dict[str, bytes], author: str) -> Iterator[bytes]:
    return (person for name, person in people.items() if name != author)
