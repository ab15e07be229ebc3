"""What tests of the engine share: people, messages, a reader of a few plain words, a judgement that never looks up."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from lightkeeper.detect.conversations import engine
from lightkeeper.detect.conversations.engine import Advance, Reading
from lightkeeper.detect.conversations.events import Event, Message
from lightkeeper.detect.conversations.keys import Key, keys_linked, keys_needed
from lightkeeper.detect.conversations.packing import name_digest
from lightkeeper.detect.conversations.view import TextFeatures, TextHit

NOON = 1_790_000_000_000
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def key(name: str) -> bytes:
    """An id as the edge would make one."""
    return hashlib.blake2b(name.encode(), digest_size=16).digest()


ALEX, BO, CAT = key("alex"), key("bo"), key("cat")
PEOPLE = (ALEX, BO, CAT)


def message(
    name: str, at: int, text: str | None = "hello", *, sender: bytes = ALEX, to: bytes = BO, **more: Any
) -> Message:
    """A message of this name, ``at`` ms after noon."""
    return Message(key(name), key("talk"), sender, (to,), NOON + at, text, language="en", **more)


class PlainReader:
    """Hits where a text has the words of a signal; "one" and "two" are the pieces of a secret."""

    version = "plain"
    words: Mapping[str, str] = {
        "secret": "secrecy_request",
        "alone": "alone_probe",
        "camera": "image_request",
        "gift": "gift_offer",
    }

    def read(self, text: str, language: str) -> TextFeatures:
        hits = tuple(TextHit(self.words[word], word, reviewed=True) for word in text.split() if word in self.words)
        unfinished = text.encode() if text in {"one", "two"} else b""
        return TextFeatures(hits, unfinished, name_digest(text), language == "en", refusal="stop" in text)

    def join(self, parts: Sequence[bytes]) -> tuple[TextHit, ...]:
        return (TextHit("secrecy_request", "pieces", reviewed=False),) if parts[-2:] == [b"one", b"two"] else ()


READING = Reading(PlainReader())
SETTINGS: Any = SimpleNamespace(version="test", surfaces={})
Rows = dict[Key, bytes]


def silent(rows: Any, surface: str, settings: Any, new: int) -> Any:
    """A judgement that says nothing."""
    return SimpleNamespace(assessment=SimpleNamespace(score=0.0), band="none", previous="none")


def take(rows: Rows, events: Sequence[Event], reading: Reading = READING) -> Advance:
    """Advance as a caller does: only the rows that are needed are given, and what changed is written back."""
    names = keys_needed(events)
    given = {name: rows[name] for name in names if name in rows}
    given |= {name: rows[name] for name in keys_linked(events, given) if name in rows}
    came = engine.advance(given, events, reading=reading, settings=SETTINGS)
    assert came.states.keys() <= names | keys_linked(events, given)
    rows.update(came.states)
    return came


def rows_after(batches: Iterable[Sequence[Event]]) -> Rows:
    """The rows after batches that are taken one after another."""
    rows: Rows = {}
    for batch in batches:
        take(rows, batch)
    return rows


def changed(event: Message, **what: Any) -> Message:
    """Another version of a message."""
    return dataclasses.replace(event, **what)


Judge = Callable[..., Any]
