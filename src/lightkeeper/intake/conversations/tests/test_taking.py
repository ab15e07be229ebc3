"""Events count once, all of a request or none, a client for itself, and only where the law lets them be looked at."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection

from lightkeeper.intake.conversations import tallies
from lightkeeper.intake.conversations.models import ConversationEvent, ConversationState
from lightkeeper.intake.conversations.tests.talking import (
    EVENTS,
    CountingEngine,
    counted,
    message,
    send,
    set_chat,
    talker,
)
from lightkeeper.intake.tests.platform import OPERATOR, Platform
from lightkeeper.people.tests.clients_made import details_of
from lightkeeper.record.events import Event
from lightkeeper.record.policy import change_policy


def test_one_event_and_a_batch_are_taken(platform: Platform, counting: CountingEngine) -> None:
    one = platform.json(EVENTS, message(1))
    assert (one.status_code, json.loads(one.content)) == (
        200,
        {"accepted": 1, "duplicate": 0, "late": 0, "refused": 0},
    )
    assert send(platform, message(2), message(3))[1]["accepted"] == 2
    assert list(counted().values()) == [3]
    assert [len(call) for call in counting.calls] == [1, 2]


def test_the_same_id_counts_once_in_one_request_and_in_two(platform: Platform, counting: CountingEngine) -> None:
    assert send(platform, message(1), message(1), message(2))[1] == {
        "accepted": 2, "duplicate": 1, "late": 0, "refused": 0,
    }  # fmt: skip
    assert send(platform, message(1, text="other words"), message(3))[1]["duplicate"] == 1
    assert list(counted().values()) == [3]
    assert [event.text for event in counting.calls[0]] == ["hello there"] * 2  # type: ignore[union-attr]


def test_the_same_words_twice_count_twice(platform: Platform, counting: CountingEngine) -> None:
    assert send(platform, message(1, text="again"), message(2, text="again"))[1]["accepted"] == 2
    assert list(counted().values()) == [2]


def test_an_edit_is_an_event_of_its_own_that_names_the_message(platform: Platform, counting: CountingEngine) -> None:
    send(platform, message(1))
    edit = message("e1", type="message_edited", message="m1", text="better words")
    assert send(platform, edit)[1]["accepted"] == 1
    assert send(platform, edit)[1]["duplicate"] == 1
    gone = {key: value for key, value in edit.items() if key != "text"}
    assert send(platform, {**gone, "type": "message_deleted", "id": "d1"})[1]["accepted"] == 1
    sent, edited, deleted = (call[0] for call in counting.calls)
    assert sent.id == edited.id == deleted.id
    assert (edited.edited, deleted.deleted, deleted.text) == (True, True, None)  # type: ignore[union-attr]


@pytest.mark.usefixtures("counting")
def test_two_clients_with_the_same_ids_have_nothing_in_common(platform: Platform) -> None:
    other = talker("another platform")
    for client in (platform, other):
        assert send(client, message(1))[1] == {"accepted": 1, "duplicate": 0, "late": 0, "refused": 0}
    assert list(counted().values()) == [1, 1]
    assert other.send("DELETE", "/conversations/persons/kim").status_code == 200
    assert list(counted().values()) == [1]
    assert send(platform, message(1))[1]["duplicate"] == 1


def test_what_fails_in_the_middle_leaves_nothing(platform: Platform, counting: CountingEngine) -> None:
    counting.error = RuntimeError("don't tell your mum")
    response = platform.json(EVENTS, message(1))
    assert response.status_code == 500
    assert b"mum" not in response.content
    assert not ConversationEvent.objects.exists()
    assert not ConversationState.objects.exists()
    assert tallies.totals() == {}
    assert details_of(Event.INTAKE_CONVERSATION_EVENTS_TAKEN) == []
    counting.error = None
    assert send(platform, message(1))[1]["accepted"] == 1


class Killed(BaseException):
    """What ends a process at once."""


@pytest.mark.parametrize("place", ["tallies.add", "rows.write", "findings.pass_on", "write_event"])
def test_killed_at_any_step_nothing_is_kept_and_sent_again_it_counts_once(
    platform: Platform, counting: CountingEngine, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(f"lightkeeper.intake.conversations.taking.{place}", kill)
        with pytest.raises(Killed):
            platform.json(EVENTS, message(1))
    connection.rollback() if connection.in_atomic_block else None
    assert not ConversationEvent.objects.exists()
    assert not ConversationState.objects.exists()
    assert send(platform, message(1))[1]["accepted"] == 1
    assert list(counted().values()) == [1]
    assert len(counting.calls) >= 1


def test_off_unless_somebody_switched_it_on(platform: Platform, counting: CountingEngine) -> None:
    change_policy({"conversations": False}, reason="for a test", actor=OPERATOR)
    status, answer = send(platform, message(1))
    assert (status, answer["type"]) == (403, "urn:lightkeeper:problem:conversations-off")
    assert not counting.calls
    assert not ConversationEvent.objects.exists()


def test_a_surface_that_may_not_be_searched_is_counted_and_not_stored(
    platform: Platform, counting: CountingEngine
) -> None:
    set_chat(detection=False)
    account = {"type": "account", "id": "a1", "ts": "2024-11-20T18:00:00Z", "person": "kim", "age_band": "13-15"}
    assert send(platform, message(1), account)[1] == {"accepted": 1, "duplicate": 0, "late": 0, "refused": 1}
    assert len(counting.calls[0]) == 1
    assert tallies.totals()["event:refused"] == 1
    set_chat(detection=True)
    assert send(platform, message(1))[1]["accepted"] == 1


@pytest.mark.usefixtures("counting")
def test_private_messages_are_not_looked_at_on_public_ground(platform: Platform) -> None:
    assert send(platform, message(1, surface="public"))[1]["refused"] == 1
    assert send(platform, message(2, surface="public", visibility="public"))[1]["accepted"] == 1
    assert send(platform, message(3, surface="nowhere"))[1]["refused"] == 1


@pytest.mark.usefixtures("counting")
def test_each_request_is_one_audit_event_with_counts_alone(platform: Platform) -> None:
    send(platform, message(1), message(1), message(2, surface="nowhere"))
    assert details_of(Event.INTAKE_CONVERSATION_EVENTS_TAKEN) == [{"accepted": 1, "duplicate": 1, "refused": 1}]


@pytest.mark.usefixtures("counting")
def test_another_scope_does_not_do(platform: Platform) -> None:
    from lightkeeper.intake.tests.platform import make_platform

    submitter = make_platform("a submitter")
    assert submitter.json(EVENTS, message(1)).status_code == 403
    assert platform.json("/submissions", {}).status_code == 403


def test_a_pair_counts_once_a_day_in_its_highest_bin(platform: Platform, counting: CountingEngine) -> None:
    from lightkeeper.intake.conversations.models import ConversationTally

    for number, score in enumerate((1.0, 3.0, 2.0)):
        counting.score = score
        send(platform, message(number))
    spread = dict(ConversationTally.objects.filter(what__startswith="score:").values_list("what", "count"))
    assert spread == {f"score:{tallies.bin_of(1.0)}": 0, f"score:{tallies.bin_of(3.0)}": 1}
