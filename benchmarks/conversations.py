"""The conversation engine alone: events a second through rows, features and judgement, in memory, on one core.

Messages are drawn words; a few of a hundred show a signal. Two kinds of traffic: a thousand events of two hundred talks
(people write to and fro), and a thousand events of as many talks (each pair is read, judged and written for one message
alone: the worst there is). Then one event a call. Each by a reader of a few plain words, which shows what the engine
costs, and by the shipped packs. Times are of the processor; medians of rounds, the readers in turn.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from lightkeeper.detect.conversations.engine import Reader, Reading, advance
from lightkeeper.detect.conversations.events import Account, AgeBand, AgeSource, Event, Message
from lightkeeper.detect.conversations.keys import Key, KeyKind
from lightkeeper.detect.conversations.view import TextFeatures, TextHit
from lightkeeper.detect.text.phrase_matcher import SignalReader
from lightkeeper.detect.text.signal_packs import shipped_packs

START = 1_790_000_000_000
EVENTS = 50_000
ROUNDS = 3
AT_ONCE = 1000
PLAIN = "hello there how are you doing today"
TELLING = {"please keep it a secret": "secrecy_request", "are you home alone": "alone_probe"}


class WordReader:
    """Knows a few whole sentences: the cost of packs is measured with the packs."""

    version = "words"

    def read(self, text: str, language: str) -> TextFeatures:  # noqa: ARG002  as readers have it
        """The signal of a sentence."""
        signal = TELLING.get(text)
        return TextFeatures((TextHit(signal, "1", reviewed=True),)) if signal else TextFeatures()

    def join(self, parts: Sequence[bytes]) -> tuple[TextHit, ...]:  # noqa: ARG002  as readers have it
        """No sentence goes over messages."""
        return ()


def key(name: str) -> bytes:
    """An id as the edge makes one."""
    return hashlib.blake2b(name.encode(), digest_size=16).digest()


def accounts(people: Sequence[bytes]) -> list[Event]:
    """Half of all are adults, the others children."""
    ages = (AgeBand.ADULT, AgeBand.FROM_13)
    return [
        Account(key(f"account {place}"), one, START, ages[place % 2], AgeSource.DECLARED)
        for place, one in enumerate(people)
    ]


def traffic(pairs: Sequence[tuple[bytes, bytes]], active: int, count: int) -> Iterator[Message]:
    """Messages of ``active`` pairs at a time, other ones with every thousand."""
    chance = random.Random(active)
    for number in range(count):
        first = number // AT_ONCE * active % (len(pairs) - active + 1)
        sender, recipient = chance.choice(pairs[first : first + active])
        if chance.random() < 0.5:
            sender, recipient = recipient, sender
        text = chance.choice(list(TELLING)) if chance.random() < 0.03 else PLAIN
        yield Message(key(f"{active} {number}"), bytes(16), sender, (recipient,), START + number * 20_000, text, "en")


def rate(rows: dict[Key, bytes], events: Sequence[Event], at_once: int, settings: Any, reader: Reader) -> float:
    """Events a second of the processor's time."""
    reading = Reading(reader)
    spent = time.process_time()
    for first in range(0, len(events), at_once):
        came = advance(rows, events[first : first + at_once], reading=reading, settings=settings)
        rows.update(came.states)
    return len(events) / (time.process_time() - spent)


def measure(settings: Any, count: int = EVENTS, reader: Reader | None = None) -> dict[str, float]:
    """Events a second by kind of traffic, and the mean and greatest bytes of a row of a pair."""
    chance, reader = random.Random(1), reader or WordReader()
    people = [key(f"person {number}") for number in range(max(10, count // 25))]
    pairs = [(one, other) for one, other in (chance.sample(people, 2) for _ in range(max(20, count // 12)))]
    rows: dict[Key, bytes] = {}
    rate(rows, accounts(people), AT_ONCE, settings, reader)
    figures = {
        "200 talks in 1,000 events": rate(
            rows, list(traffic(pairs, min(200, len(pairs)), count)), AT_ONCE, settings, reader
        ),
        "talks anywhere": rate(rows, list(traffic(pairs, len(pairs), count)), AT_ONCE, settings, reader),
        "one event a call": rate(rows, list(traffic(pairs[::-1], len(pairs), count // 10)), 1, settings, reader),
    }
    sizes = [len(row) for name, row in rows.items() if name.kind is KeyKind.PAIR]
    return figures | {"mean bytes of a pair": sum(sizes) / len(sizes), "most bytes of a pair": float(max(sizes))}


def main() -> None:
    """Print all figures, with the settings as they ship."""
    from lightkeeper.detect.conversations.thresholds import EngineSettings

    readers: dict[str, Reader] = {"plain words": WordReader(), "shipped packs": SignalReader(shipped_packs())}
    rounds = [{name: measure(EngineSettings(), reader=one) for name, one in readers.items()} for _ in range(ROUNDS)]
    print(f"  {'':28}" + "".join(f"{name:>16}" for name in readers))
    for figure in rounds[0]["plain words"]:
        middle = [median(one[name][figure] for one in rounds) for name in readers]
        print(f"  {figure:28}" + "".join(f"{value:16,.0f}" for value in middle))


if __name__ == "__main__":
    main()
