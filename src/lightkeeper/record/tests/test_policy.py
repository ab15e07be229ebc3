"""The policy is one table of versions: the newest is in force, each can be read again, and nothing unsound gets in."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.record.models import AuditEvent, Policy
from lightkeeper.record.policy import DECISIONS, OUTCOMES, RANGES, faults
from lightkeeper.record.policy_forms import missing
from lightkeeper.record.policy_history import differences, history, since
from lightkeeper.record.services import PolicyError, PolicyValues, change_policy, current_policy, policy_of
from lightkeeper.record.types import Actor, ActorKind

pytestmark = pytest.mark.django_db
LEAD = Actor(ActorKind.PERSON, "7", "supervisor")
SUGGESTS = dict(PolicyValues().suggests)


def test_what_is_delivered_is_version_0_and_sound() -> None:
    assert current_policy() == PolicyValues() == policy_of(0)
    assert faults(PolicyValues()) == []
    assert missing() == set()


def test_a_version_changes_what_was_named_and_keeps_the_rest() -> None:
    made = change_policy({"hold_seconds": 10}, reason=" They asked for it. ", actor=LEAD)
    again = change_policy({"case_items": 5}, reason="Too many.", actor=LEAD)
    assert (made.version, made.hold_seconds, again.version, again.hold_seconds) == (1, 10, 2, 10)
    assert current_policy() == again
    assert policy_of(1) == made
    row = Policy.objects.get(version=1)
    assert (row.reason, row.made_by) == ("They asked for it.", "7")
    assert AuditEvent.objects.filter(event="record:policy:changed").count() == 2
    with pytest.raises(PolicyError, match="no version 3"):
        policy_of(3)


@pytest.mark.parametrize(
    "changes",
    [
        {"sample_percent": 0},
        {"sample_percent": True},
        {"hold_seconds": 2.5},
        {"case_items": "20"},
        {"steps": 1},
        {"second_unsure": None},
        {"highest_level": "huge"},
        {"no_such_value": 1},
        {"suggests": {**SUGGESTS, "not_found": "burn"}},
        {"suggests": {**SUGGESTS, "unheard_of": "remove"}},
        {"suggests": {"not_found": "no_action"}},
        {"suggests": {**SUGGESTS, "not_found": ["remove"]}},
        {"suggests": "remove"},
        {"note_templates": ("a",) * 2},
        {"note_templates": tuple(f"line {number}" for number in range(21))},
        {"note_templates": ("a" * 281,)},
        {"note_templates": ("two\nlines",)},
        {"note_templates": (" ",)},
        {"note_templates": "a line"},
        {"note_templates": (7,)},
    ],
)
def test_what_is_unsound_is_refused_with_a_sentence(changes: dict[str, Any]) -> None:
    with pytest.raises(PolicyError) as error:
        change_policy(changes, reason="a test", actor=LEAD)
    assert str(error.value).endswith(".")
    assert not Policy.objects.exists()


@pytest.mark.parametrize("reason", ["", "  ", "a" * 1001])
def test_a_change_has_a_reason(reason: str) -> None:
    with pytest.raises(PolicyError, match="Say why"):
        change_policy({"hold_seconds": 10}, reason=reason, actor=LEAD)


@given(st.data())
def test_a_number_is_sound_exactly_within_its_range(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(RANGES)))
    least, most = RANGES[name]
    value = data.draw(st.integers(least - 3, most + 3))
    changes: dict[str, Any] = {name: value}
    sound = not faults(dataclasses.replace(PolicyValues(), **changes))
    assert sound == (least <= value <= most)


def test_who_starts_from_a_version_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    change_policy({"hold_seconds": 10}, reason="a test", actor=LEAD)
    monkeypatch.setattr("lightkeeper.record.policy.current_policy", PolicyValues)
    with pytest.raises(PolicyError, match="Somebody else"):
        change_policy({"hold_seconds": 11}, reason="a test", actor=LEAD)


def test_a_value_that_is_newer_than_a_version_is_the_default_there() -> None:
    Policy.objects.create(version=1, values='{"hold_seconds": 9, "given_up_long_ago": 1}', reason="old")
    assert current_policy() == dataclasses.replace(PolicyValues(), hold_seconds=9)
    Policy.objects.create(version=2, values='{"suggests": {"not_found": "withhold"}}', reason="old")
    assert dict(current_policy().suggests) == {**SUGGESTS, "not_found": "withhold"}
    assert tuple(current_policy().suggests) == OUTCOMES


def test_the_history_says_what_each_version_changed_and_since_when_a_value_holds() -> None:
    change_policy({"hold_seconds": 10, "steps": False}, reason="one", actor=LEAD)
    change_policy({"hold_seconds": 12}, reason="two", actor=LEAD)
    change_policy({"suggests": {**SUGGESTS, "not_found": "withhold"}}, reason="three", actor=LEAD)
    third, second, first, delivered = history()
    assert [(change.name, change.before, change.after) for change in second.changes] == [("hold_seconds", 10, 12)]
    assert {change.name for change in first.changes} == {"hold_seconds", "steps"}
    [suggestions] = third.changes
    assert (suggestions.before, suggestions.after) == ({"not_found": "no_action"}, {"not_found": "withhold"})
    assert (delivered.values.version, delivered.made_at, second.reason, second.made_by) == (0, None, "two", "7")
    holds = since([third, second, first, delivered])
    numbers = {name: holds[name].values.version for name in ("hold_seconds", "steps", "suggests", "case_items")}
    assert numbers == {"hold_seconds": 2, "steps": 1, "suggests": 3, "case_items": 0}
    assert differences(PolicyValues(), dataclasses.replace(PolicyValues(), version=9)) == []


def test_asking_for_the_policy_is_one_cheap_question() -> None:
    change_policy({"hold_seconds": 10}, reason="a test", actor=LEAD)
    with CaptureQueriesContext(connection) as queries:
        current_policy()
    assert len(queries) == 1


def test_every_outcome_has_a_suggestion_that_is_a_decision() -> None:
    assert set(PolicyValues().suggests) == set(OUTCOMES)
    assert set(PolicyValues().suggests.values()) <= set(DECISIONS)


@pytest.mark.parametrize(
    "changes",
    [
        {"actions_after": {"remove": ("suspend",)}},
        {"actions_after": {**PolicyValues().actions_after, "label": ("withhold",)}},
        {"actions_after": {**PolicyValues().actions_after, "label": "warn"}},
        {"actions_after": {**PolicyValues().actions_after, "label": ("warn", "warn")}},
        {"actions_second": ("report",)},
        {"actions_second": ("refer", "refer")},
        {"notice_hours_imminent": 337},
    ],
)
def test_actions_that_policy_does_not_know_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(PolicyError, match="|".join(changes)):
        change_policy(changes, reason="a test", actor=Actor.system())
    kept = {"actions_after": {**PolicyValues().actions_after, "label": ("warn",)}, "actions_second": ()}
    made = change_policy(kept, reason="a test", actor=Actor.system())
    assert current_policy() == made
