"""The decision API: what each moment is answered, and that no answer tells what is known of anybody."""

from __future__ import annotations

import dataclasses
import json
import logging
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.checks import run_checks
from django.utils.timezone import now

from lightkeeper.detect.conversations.engine import Reading
from lightkeeper.detect.conversations.events import AgeBand
from lightkeeper.intake.conversations import texts
from lightkeeper.intake.conversations.models import ConversationCase, ConversationState, ConversationTally
from lightkeeper.intake.conversations.tests.conftest import platform  # noqa: F401  # a fixture
from lightkeeper.intake.conversations.tests.talking import set_chat
from lightkeeper.intake.conversations.tests.test_with_the_engine import Plain
from lightkeeper.intake.moments.reading import read
from lightkeeper.intake.moments.rules import GROUPS
from lightkeeper.intake.pacing import Pace
from lightkeeper.intake.tests.platform import OPERATOR, Platform
from lightkeeper.record.models import AuditEvent
from lightkeeper.record.policy import change_policy
from lightkeeper.record.services import keyed, pair_index
from lightkeeper.record.types import Actor, Named
from lightkeeper.review import services as review
from lightkeeper.review.models import Case
from lightkeeper.review.states import CaseState

MOMENTS = "/conversations/moments"
GUIDANCE = "/conversations/guidance"
SECRET = "plum-crumble"  # noqa: S105  # a word to be found, if it leaks


@pytest.fixture(autouse=True)
def _asked(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:  # noqa: F811  # the fixture
    """The moments are answered, and nobody waits for a step."""
    monkeypatch.setattr(texts, "reading", lambda: Reading(Plain()))
    monkeypatch.setattr(Pace, "release", lambda _: None)
    change_policy({"moments": True, "moment_drawn_percent": 50}, reason="for a test", actor=OPERATOR)
    read.cache_clear()
    yield
    read.cache_clear()


def moment(**changes: Any) -> dict[str, Any]:
    """A stranger's first message to a child."""
    return {
        "moment": "first_message",
        "child": {"id": "kim", "age_band": "13-15"},
        "other": {"id": "sam", "age_band": "unknown"},
        "relation": "stranger",
        "surface": "chat",
        "language": "en",
        "country": "GB",
        **changes,
    }


def ask(platform: Platform, **changes: Any) -> dict[str, Any]:  # noqa: F811  # the fixture
    """The answer to it."""
    response = platform.json(MOMENTS, moment(**changes))
    assert response.status_code == 200, response.content
    told: dict[str, Any] = json.loads(response.content)
    assert set(told) == {"decision", "prompt", "wait_seconds", "guidance"}
    return told


def put_before_a_person(platform: Platform, other: str = "sam") -> Case:  # noqa: F811  # the fixture
    """A case of this pair, as intake opens one where the engine says review."""
    sender, recipient = (keyed(platform.client_id, Named.PERSON, one) for one in (other, "kim"))
    pair = pair_index(platform.client_id, sender, recipient)
    case = review.open_conversation_case(
        client_id=platform.client_id, pair=pair, context={"conversation_id": "c1"}, band="review", score=4.0,
        signals=[], imminent=False, fast=False, peers=False, degraded=[], engine="e", actor=Actor.system(),
    )  # fmt: skip
    ConversationCase.objects.create(case_id=case.id, pair=pair, sender=sender, recipient=recipient)
    return Case.objects.get(pk=case.id)


def test_each_moment_has_its_text_and_an_adult_none(platform: Platform) -> None:  # noqa: F811
    first = ask(platform)
    assert (first["prompt"]["id"], first["prompt"]["language"]) == ("first_message.13-15", "en")
    assert [one["id"] for one in first["prompt"]["choices"]] == ["stop", "continue", "block", "report", "help"]
    assert first["guidance"] == "/api/v1/conversations/guidance?country=GB&language=en&audience=child"
    known = ask(platform, relation="friend")
    assert (known["decision"], known["prompt"], known["wait_seconds"]) == ("allow", None, 0)
    off = ask(platform, moment="default_off", other=None, setting="location", language="de-AT")
    assert (off["decision"], off["wait_seconds"], off["prompt"]["language"]) == ("require_confirm", 0, "de")
    blocked = ask(platform, moment="block_or_report", child={"id": "kim", "age_band": "u13"}, language="fr")
    assert (blocked["decision"], blocked["wait_seconds"]) == ("soft_prompt", 0)
    assert (blocked["prompt"]["language"], blocked["prompt"]["title"]) == ("en", "Well done for telling us")
    assert ask(platform, child={"id": "kim", "age_band": "adult"})["prompt"] is None
    unknown = ask(platform, child={"id": "kim"}, relation="unknown", moment="friend_request")
    assert unknown["decision"] in {"require_confirm", "hold_for_review"}
    follow = platform.send("GET", first["guidance"].removeprefix("/api/v1"))
    assert [one["id"] for one in json.loads(follow.content)["resources"]] == ["childline", "report-remove", "ceop"]


def history(seed: int, other: str) -> list[dict[str, Any]]:
    """Random events from one person to the child: few or many, mild or pressing, with and without blocks."""
    choose = random.Random(seed)  # no secret
    when = [f"2024-11-20T18:{minute:02}:00Z" for minute in range(60)]
    events: list[dict[str, Any]] = [
        {"type": "account", "id": f"a{other}", "ts": when[0], "person": other, "age_source": "verified",
         "age_band": choose.choice(["adult", "16-17", "unknown"])},
        {"type": "account", "id": "akim", "ts": when[0], "person": "kim", "age_band": "13-15",
         "age_source": "declared"},
        {"type": "relation", "id": f"r{other}", "ts": when[0], "a": other, "b": "kim", "relation": "stranger",
         "mutual": 0},
    ]  # fmt: skip
    for number in range(choose.randrange(2, 40)):
        place = {"id": f"{other}{number}", "ts": when[number + 1], "surface": "chat"}
        kind = choose.choice(
            ["message", "message", "message", "message", "friend_request", "gift", "camera_request", "call", "block"]
        )
        if kind == "message":
            words = choose.choice(["hello there", "don't tell your mum"])
            say = {"conversation": f"c{other}", "sender": other, "recipients": ["kim"], "text": words, "language": "en"}
            events.append({"type": kind, **place, **say})
        else:
            two = ("kim", other) if kind == "block" else (other, "kim")
            events.append({"type": kind, **place, "actor": two[0], "target": two[1]})
    return events


def test_with_any_history_the_answer_has_the_same_shape_and_prompt_and_makes_nothing(
    platform: Platform,  # noqa: F811
) -> None:
    names = [f"n{number}" for number in range(12)]
    before = [ask(platform, other={"id": name}) for name in names]
    for number, name in enumerate(names):
        platform.json("/conversations/events", {"events": history(number, name)})
    assert ConversationCase.objects.exists()  # some histories are before a person, others not
    assert ConversationCase.objects.count() < len(names)
    kept = (ConversationState.objects.count(), Case.objects.count(), ConversationCase.objects.count())
    after = [ask(platform, other={"id": name}) for name in names]
    assert kept == (ConversationState.objects.count(), Case.objects.count(), ConversationCase.objects.count())
    assert {json.dumps(one["prompt"]) for one in before + after} == {json.dumps(before[0]["prompt"])}
    assert {one["decision"] for one in before} == {one["decision"] for one in after}
    risky = {bytes(one) for one in ConversationCase.objects.values_list("sender", flat=True)}
    for name, first, later in zip(names, before, after, strict=True):
        if keyed(platform.client_id, Named.PERSON, name) in risky:
            assert later["decision"] == "hold_for_review"
            assert 900 <= later["wait_seconds"] <= 1800
        else:
            assert later == first  # the same again, so asking often averages nothing out


def test_a_case_that_is_open_holds_and_is_due_sooner_and_one_that_is_closed_does_not(
    platform: Platform,  # noqa: F811
) -> None:
    change_policy({"moment_drawn_percent": 1}, reason="few", actor=OPERATOR)
    plain = ask(platform)
    assert plain["decision"] == "require_confirm"
    case = put_before_a_person(platform)
    held = ask(platform)
    assert held == {**plain, "decision": "hold_for_review", "wait_seconds": held["wait_seconds"]}
    due = Case.objects.get(pk=case.pk).due_at
    assert due < case.due_at
    assert due <= now() + timedelta(seconds=held["wait_seconds"])
    assert ask(platform) == held
    assert AuditEvent.objects.filter(event="review:case:hastened").count() == 1
    assert ask(platform, child={"id": "alex", "age_band": "13-15"})["decision"] == "require_confirm"  # another pair
    assert ask(platform, moment="block_or_report")["wait_seconds"] == 0  # nobody who blocks is slowed
    set_chat(detection=False)
    assert ask(platform) == plain  # where the law lets nothing be known
    set_chat(detection=True)
    Case.objects.filter(pk=case.pk).update(state=CaseState.CLOSED, closed_at=now())
    assert ask(platform) == plain
    counts = dict(ConversationTally.objects.filter(what__contains=":").values_list("what", "count"))
    assert (counts["moment:first_message:hold_for_review"], counts["held:case"]) == (2, 2)
    assert "held:drawn" not in counts


def test_off_by_default_and_with_a_key_that_may(platform: Platform) -> None:  # noqa: F811
    assert platform.json(MOMENTS, moment(), key="").status_code == 401
    change_policy({"moments": False}, reason="off", actor=OPERATOR)
    for response in (platform.json(MOMENTS, moment()), platform.send("GET", GUIDANCE)):
        assert (response.status_code, json.loads(response.content)["type"]) == (
            403,
            "urn:lightkeeper:problem:moments-off",
        )


BAD: list[tuple[dict[str, Any], str]] = [
    ({"moment": SECRET}, "moment: not one of the words"),
    ({"child": {"id": "kim", "age_band": 14}}, "child.age_band: not one of the words"),
    ({"child": {"id": "x" * 201}}, "child.id: string too long"),
    ({"other": None}, "the body: moment, other and setting do not go together"),
    ({"other": {"id": "kim"}}, "the body: moment, other and setting"),
    ({"moment": "default_off"}, "the body: moment, other and setting"),
    ({"setting": "location"}, "the body: moment, other and setting"),
    ({SECRET: 1}, "the body: a field that is not known here"),
    ({"mutual_friends": -1}, "mutual_friends: greater than equal"),
    ({"mutual_friends": "3"}, "mutual_friends: int type"),
    ({"country": "Wales"}, "country: not of the form"),
    ({"language": "e n"}, "language: not of the form"),
    ({"surface": "Chat Room"}, "surface: not of the form"),
]


def test_a_bad_request_is_told_by_its_field(platform: Platform) -> None:  # noqa: F811
    for change, says in BAD:
        response = platform.json(MOMENTS, moment(**change))
        detail = json.loads(response.content)["detail"]
        assert response.status_code == 422
        assert says in detail
        assert SECRET not in detail


def test_hostile_bodies_are_refused_and_nothing_is_logged(
    platform: Platform,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    bodies = [(b"{", 400), (b"[]", 422), (b"null", 422), (b"\xff", 400), (b"[" * 8000, 400), (b" " * 9000, 413)]
    for body, status in bodies:
        assert platform.send("POST", MOMENTS, body, kind="application/json").status_code == status
    assert platform.send("POST", MOMENTS, b"a=b", kind="application/x-www-form-urlencoded").status_code == 415
    assert platform.send("GET", f"{GUIDANCE}?country=Wales").status_code == 422
    assert platform.send("GET", f"{GUIDANCE}?audience={SECRET}").status_code == 422
    ask(platform, other={"id": SECRET}, child={"id": SECRET + "2"})
    assert SECRET not in caplog.text


def test_an_operators_broken_files_are_a_503_and_a_line_in_the_log(
    platform: Platform,  # noqa: F811
    settings: Any,
    tmp_path: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    old = settings.LIGHTKEEPER
    settings.LIGHTKEEPER = dataclasses.replace(old, values={**old.values, "moments_dir": tmp_path / "gone"})
    assert platform.json(MOMENTS, moment()).status_code == 503
    assert "is no directory" in caplog.text
    assert "is no directory" in next(one.msg for one in run_checks() if one.id == "lightkeeper.moments")


def test_every_rule_has_a_group_and_answers_are_released_on_a_step(
    platform: Platform,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert set(GROUPS) == set(AgeBand) - {AgeBand.ADULT}
    released: list[int] = []
    note: Callable[[Pace], None] = lambda _: released.append(1)  # noqa: E731
    monkeypatch.setattr(Pace, "release", note)
    ask(platform)
    put_before_a_person(platform)
    ask(platform)
    assert released == [1, 1]
