"""A bad event is told by its place and field, and nothing is taken; hostile bodies are refused in words of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lightkeeper.intake.conversations.models import ConversationEvent
from lightkeeper.intake.conversations.tests.talking import EVENTS, CountingEngine, message, send
from lightkeeper.intake.tests.platform import Platform

SECRET = "plum-crumble"  # noqa: S105  # a word to be found, if it leaks

BAD: list[tuple[dict[str, Any], str]] = [
    ({"sender": 7}, "event 1, sender: string type"),
    ({"sender": ""}, "event 1, sender: string too short"),
    ({"sender": "x" * 201}, "event 1, sender: string too long"),
    ({"sender": SECRET + "\n"}, "event 1, sender: not as"),
    ({"ts": "yesterday"}, "event 1, ts: not as"),
    ({"ts": "2024-11-20T18:00:00"}, "event 1, ts: not as"),
    ({"ts": "2999-01-01T00:00:00Z"}, "event 1, ts: not as"),
    ({"ts": "1999-01-01T00:00:00Z"}, "event 1, ts: not as"),
    ({"ts": 1_700_000_000}, "event 1, ts: not as"),
    ({"ts": "1700000000"}, "event 1, ts: not as"),
    ({"type": SECRET}, "event 1: type is not one of the words"),
    ({"type": None}, "event 1: type is not one of the words"),
    ({SECRET: 1}, "event 1: a field that is not known here"),
    ({"recipients": []}, "event 1, recipients: none of them"),
    ({"recipients": ["x"] * 101}, "event 1, recipients: more of them"),
    ({"recipients": "kim"}, "event 1, recipients: list type"),
    ({"media": SECRET}, "event 1, media: not one of the words"),
    ({"language": "not a language"}, "event 1, language: not of the form"),
    ({"text": {"a": SECRET}}, "event 1, text: string type"),
    ({"text": "x" * 20_001}, "event 1, text: string too long"),
    ({"surface": "Chat Room"}, "event 1, surface: not of the form"),
    ({"visibility": "secret"}, "event 1, visibility: not one of the words"),
]


@pytest.mark.parametrize(("change", "says"), BAD)
def test_a_bad_event_is_told_by_place_and_field(
    platform: Platform, counting: CountingEngine, change: dict[str, Any], says: str
) -> None:
    status, answer = send(platform, message(1), message(2, **change))
    assert status == 422
    assert says in answer["detail"]
    assert answer["detail"].startswith("Nothing was taken.")
    assert SECRET not in json.dumps(answer)
    assert not counting.calls
    assert not ConversationEvent.objects.exists()


ODD: list[tuple[bytes, int]] = [
    (b"{", 400),
    (b"[]", 422),
    (b"null", 422),
    (b'"events"', 422),
    (b"{}", 422),
    (b'{"events":[]}', 422),
    (b'{"events":{}}', 422),
    (b'{"events":[1]}', 422),
    (b'{"events":[[]]}', 422),
    (b'{"events":[' * 300, 400),
    (b"[" * 100_000, 400),
    (b"\xff\xfe", 400),
    (b'{"type":"message","id":"\\ud800"}', 400),
    (b'{"type":"account","id":"a","ts":"2024-11-20T18:00:00Z","person":"p","verified":"yes"}', 422),
    (b'{"type":"account","id":"a","ts":"2024-11-20T18:00:00Z","person":"p","utc_offset":1e9}', 422),
    (b'{"type":"relation","id":"r","ts":"2024-11-20T18:00:00Z","a":"p","b":"p"}', 422),
    (b'{"type":"block","id":"r","ts":"2024-11-20T18:00:00Z","surface":"chat","actor":"p","target":"p"}', 422),
]


@pytest.mark.parametrize(("body", "status"), ODD)
def test_hostile_bodies_are_refused(platform: Platform, counting: CountingEngine, body: bytes, status: int) -> None:
    response = platform.send("POST", EVENTS, body, kind="application/json")
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert not counting.calls


@pytest.mark.usefixtures("counting")
def test_more_than_a_thousand_are_refused_and_a_thousand_are_not(platform: Platform) -> None:
    many = [message(number) for number in range(1001)]
    status, answer = send(platform, *many)
    assert (status, "events: more of them" in answer["detail"]) == (422, True)
    assert send(platform, *many[:1000])[1]["accepted"] == 1000


@pytest.mark.usefixtures("counting")
def test_too_large_or_no_json_is_refused_before_it_is_read(platform: Platform) -> None:
    assert platform.send("POST", EVENTS, b" " * (9 << 20), kind="application/json").status_code == 413
    assert platform.send("POST", EVENTS, b"a=b", kind="application/x-www-form-urlencoded").status_code == 415


def test_every_kind_of_event_is_taken(platform: Platform, counting: CountingEngine) -> None:
    when = {"ts": "2024-11-20T18:00:00.123+01:00"}
    acts = ["friend_request", "accept", "decline", "block", "report", "unfollow", "gift", "call", "camera_request"]
    events: list[dict[str, Any]] = [
        {"type": kind, "id": f"x-{kind}", "surface": "chat", "actor": "sam", "target": "kim", **when} for kind in acts
    ]
    events += [
        {"type": "account", "id": "a1", "person": "kim", "age_band": "13-15", "age_source": "declared",
         "created": "2024-01-01T00:00:00Z", "verified": None, "region": None, "utc_offset": 60, **when},
        {"type": "account", "id": "a2", "person": "sam", **when},
        {"type": "relation", "id": "r1", "a": "sam", "b": "kim", "relation": "stranger", "mutual": 0,
         "initiated_by": "sam", "since": None, **when},
        message(1, text=None, language="de-AT", media="picture", recipients=["kim", "kim", "alex"]),
    ]  # fmt: skip
    assert send(platform, *events)[1]["accepted"] == len(events)
    sent = counting.calls[0]
    assert len(sent[-1].recipients) == 2  # type: ignore[union-attr]
    assert sent[0].at % 1000 == 123
