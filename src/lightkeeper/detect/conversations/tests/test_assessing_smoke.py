"""The engine judges with the shipped catalogue: words alone stay at watch, an adult's words to a child reach review."""

from __future__ import annotations

from lightkeeper.detect.conversations import engine
from lightkeeper.detect.conversations.events import Account, AgeBand, Event
from lightkeeper.detect.conversations.keys import keys_needed
from lightkeeper.detect.conversations.tests.saying import ALEX, BO, HOUR, NOON, READING, key, message
from lightkeeper.detect.conversations.thresholds import EngineSettings


def _band(*accounts: Account) -> str:
    words = ["hello", "secret", "alone", "camera", "secret camera", "alone gift"]
    events: list[Event] = [*accounts, *(message(str(n), n * HOUR, text) for n, text in enumerate(words))]
    assert keys_needed(events)
    came = engine.advance({}, events, reading=READING, settings=EngineSettings())
    return max((found.band.value for found in came.findings if found.sender == ALEX), default="none")


def test_words_alone_stay_at_watch() -> None:
    assert _band() == "watch"


def test_an_adult_stranger_to_a_child_reaches_a_person() -> None:
    grown = Account(key("grown"), ALEX, NOON, AgeBand.ADULT)
    assert _band(Account(key("child"), BO, NOON, AgeBand.FROM_13), grown) in {"review", "urgent"}
