"""Intake and the real engine together: rows in any order, edits, ages that come later."""

from __future__ import annotations

import random
from typing import Any

import pytest

from lightkeeper.detect.conversations.engine import Reading
from lightkeeper.detect.conversations.view import TextFeatures, TextHit
from lightkeeper.intake.conversations import texts
from lightkeeper.intake.conversations.models import ConversationEvent, ConversationState
from lightkeeper.intake.conversations.tests.talking import message, send
from lightkeeper.intake.tests.platform import Platform


class Plain:
    """A reader that knows one phrase."""

    version = "one phrase"

    def read(self, text: str, language: str) -> TextFeatures:  # noqa: ARG002  # as a reader is called
        """As ``Reader.read``."""
        hit = TextHit("secrecy_request", "en.secrecy.1", reviewed=True)
        return TextFeatures(hits=(hit,) if "tell your mum" in text else ())

    def join(self, parts: Any) -> tuple[TextHit, ...]:  # noqa: ARG002  # as a reader is called
        """As ``Reader.join``."""
        return ()


@pytest.fixture(autouse=True)
def _reading(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:  # it comes first
    monkeypatch.setattr(texts, "reading", lambda: Reading(Plain()))


def story() -> list[dict[str, Any]]:
    """A stranger, a child, and a request for a secret."""
    when = "2024-11-20T17:00:00Z"
    return [
        {"type": "account", "id": "a1", "ts": when, "person": "kim", "age_band": "13-15", "age_source": "declared"},
        {"type": "account", "id": "a2", "ts": when, "person": "sam", "age_band": "adult", "age_source": "verified"},
        {"type": "relation", "id": "r1", "ts": when, "a": "sam", "b": "kim", "relation": "stranger", "mutual": 0},
        {"type": "friend_request", "id": "f1", "ts": when, "surface": "chat", "actor": "sam", "target": "kim"},
        *(message(number, ts=f"2024-11-20T18:0{number}:00Z") for number in range(5)),
        message(6, ts="2024-11-20T18:06:00Z", text="don't tell your mum"),
        message("e1", type="message_edited", message="m2", ts="2024-11-20T18:07:00Z", text="sorry, wrong chat"),
        message(7, ts="2024-11-20T18:08:00Z", sender="kim", recipients=["sam"], text=None),
    ]


def kept() -> dict[bytes, bytes]:
    return {bytes(key): bytes(packed) for key, packed in ConversationState.objects.values_list("key", "packed")}


def test_the_same_events_in_any_order_and_in_any_batches_give_the_same_rows(platform: Platform) -> None:
    assert send(platform, *story())[1] == {"accepted": 12, "duplicate": 0, "late": 0, "refused": 0}
    first = kept()
    assert {key[:1] for key in first} == {b"a", b"p", b"r", b"s", b"t"}
    choose = random.Random(7)  # no secret
    for _ in range(3):
        ConversationState.objects.all().delete()
        ConversationEvent.objects.all().delete()
        events = story()
        choose.shuffle(events)
        for event in events:
            assert send(platform, event)[1]["accepted"] == 1
        assert kept() == first


def test_what_was_taken_before_changes_no_byte(platform: Platform) -> None:
    send(platform, *story())
    first = kept()
    assert send(platform, *story())[1]["duplicate"] == 12
    assert kept() == first


def test_no_row_has_words(platform: Platform) -> None:
    send(platform, *story())
    whole = b"".join(key + packed for key, packed in kept().items())
    assert b"mum" not in whole
    assert b"sam" not in whole
