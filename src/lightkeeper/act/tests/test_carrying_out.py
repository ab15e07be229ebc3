"""A decision is carried out once, when the grades stand: each platform is told once, whatever dies in between."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from lightkeeper.act import carrying_out
from lightkeeper.act.keeping import prune
from lightkeeper.act.models import Action, Callback, Decision
from lightkeeper.act.queries import actions_of, decision_of
from lightkeeper.act.services import carry_out, erase_callbacks, set_address
from lightkeeper.act.statements import STATEMENTS
from lightkeeper.act.tests.decided import appeals_at, decide, equal_bytes, minute_passes, sent_by, work
from lightkeeper.act.tests.platform import Platform, make_platform
from lightkeeper.act.types import Delivery
from lightkeeper.people.models import Person
from lightkeeper.people.tests.clients_made import OPERATOR, details_of, forget
from lightkeeper.people.types import Role
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Subject
from lightkeeper.review.models import Grade, Sighting
from lightkeeper.review.services import erase_from_case, reopen_case, undo_grade, withdraw_case
from lightkeeper.review.tests.grades_made import graded, harmless, illegal, policy, reviewer
from lightkeeper.review.tests.making import source
from lightkeeper.runtime.models import Work
from lightkeeper.runtime.services import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    policy()
    return make_platform(monkeypatch, events=["decision.made"])


@pytest.fixture
def person() -> Person:
    return reviewer()


def told(platform: Platform) -> list[tuple[str, str]]:
    """What the platform was told: ids and decisions."""
    return [(body["id"], body["decision"]) for body in platform.bodies()]


def test_undo_within_60_s_sends_no_callback_after_it_exactly_one(platform: Platform, person: Person) -> None:
    item = sent_by(platform)
    undone = decide(item, person, illegal())
    work()
    undo_grade(undone.grade, person)
    minute_passes()
    work()
    assert platform.sent == []
    assert not Callback.objects.exists()
    decide(item, person, illegal())
    work()
    assert platform.sent == []
    minute_passes()
    work()
    work()
    minute_passes()
    work()
    [(headers, body)] = platform.sent
    assert verify(headers, body, keys={platform.key_id: platform.secret.encode()}) == platform.key_id
    callback = Callback.objects.get()
    assert headers["Lightkeeper-Event"] == "decision.made"
    assert headers["Lightkeeper-Idempotency-Id"] == str(callback.idempotency_id)
    assert [row.state for row in Decision.objects.order_by("pk")] == ["void", "carried_out"]


def test_the_platform_is_told_what_was_decided_and_nothing_of_how(platform: Platform, person: Person) -> None:
    sent_by(platform)
    item = sent_by(platform, "photo-2", number=2, detail=True)
    made = decide(item, person, illegal())
    minute_passes()
    work()
    made.refresh_from_db()
    assert made.ended_at is not None
    plain, detailed = platform.bodies()
    for body in (plain, detailed):
        assert body.pop("event") == "decision.made"
        del body["idempotency_id"], body["sequence"]
    common = {
        "submission_state": "withheld", "decision": "remove", "label": None,
        "decided_at": made.ended_at.isoformat(), "policy_version": 1, "appeal_url": None,
        "notify_user": {"rule": "now", "until": None},
        "statement_of_reasons": {
            "ground": "illegal_content", "code": "child_sexual_abuse_material", "reference": None,
            "facts": ["content_shared"], "source": "own_initiative", "automated_detection": True,
            "decided_by_person": True,
            "text": "Content from this account was found to be child sexual abuse material.",
            "texts": STATEMENTS["child_sexual_abuse_material"].texts,
        },
    }  # fmt: skip
    assert plain == {"id": "photo-1", **common}
    assert detailed == {"id": "photo-2", **common, "case_id": str(item.case.public), "outcome": "match"}
    event = {"kind": "remove", "actions": 2, "policy": 1}
    assert details_of(Event.ACT_DECISION_CARRIED_OUT) == [event]


def test_the_example_of_the_document_is_what_is_sent(
    platform: Platform, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    appeals_at(monkeypatch)
    sent_by(platform, "your-id")
    decide(sent_by(platform, "your-id"), person, harmless(proposed="label"), label="sensitive content")
    minute_passes()
    work()
    text = (Path(__file__).parents[4] / "docs" / "callbacks.md").read_text("utf-8")
    example, *_ = [json.loads(one) for one in re.findall(r"```json\n(.*?)```", text, re.DOTALL) if "decision" in one]
    [body] = platform.bodies()
    assert list(body) == list(example)
    varying = {"idempotency_id", "sequence", "decided_at", "policy_version"}
    assert {name: body[name] for name in body if name not in varying} == {
        name: example[name] for name in example if name not in varying
    }
    assert [type(value) for value in body.values()] == [type(value) for value in example.values()]


@pytest.mark.parametrize(
    ("kind", "state"),
    [("withhold", "withheld"), ("remove", "withheld"), ("reinstate", "accepted"), ("label", "accepted"),
     ("no_action", "accepted")],
)  # fmt: skip
def test_each_decision_says_how_the_submission_stands_after_it(
    platform: Platform, person: Person, kind: str, state: str
) -> None:
    item = sent_by(platform, **equal_bytes())
    decide(item, person, harmless(proposed=kind), label="sensitive" if kind == "label" else "")
    minute_passes()
    work()
    [body] = platform.bodies()
    assert (body["decision"], body["submission_state"]) == (kind, state)
    assert body["label"] == ("sensitive" if kind == "label" else None)


def test_only_the_decision_of_the_deciding_grade_is_carried_out(platform: Platform) -> None:
    policy(second_random_percent=100)
    item, first, second, senior = sent_by(platform), reviewer(), reviewer(), reviewer(Role.SENIOR_ANALYST)
    decide(item, first, illegal())
    minute_passes()
    work()
    assert platform.sent == []
    assert decision_of(item) is None
    decide(item, second, harmless(proposed="no_action"))
    minute_passes()
    work()
    assert platform.sent == []
    decide(item, senior, harmless(proposed="label"), label="sensitive")
    minute_passes()
    work()
    assert told(platform) == [("photo-1", "label")]
    assert [row.state for row in Decision.objects.order_by("pk")] == ["void", "void", "carried_out"]


def test_what_was_withdrawn_or_erased_is_told_nothing(platform: Platform, person: Person) -> None:
    item = sent_by(platform)
    for number in (2, 3):
        sent_by(platform, f"photo-{number}", number=number)
    withdraw_case(case_id=item.case_id, source=source(2), actor=OPERATOR)
    erase_from_case(case_id=item.case_id, source=source(3), actor=OPERATOR)
    decide(item, person, illegal())
    minute_passes()
    work()
    assert told(platform) == [("photo-1", "remove")]
    assert [row.sighting.source for row in Action.objects.all()] == [source(1)]


def test_what_is_erased_before_its_grade_stands_is_not_decided(platform: Platform, person: Person) -> None:
    item = sent_by(platform)
    made = decide(item, person, illegal())
    erase_from_case(case_id=item.case_id, source=source(1), actor=OPERATOR)
    minute_passes()
    work()
    made.refresh_from_db()
    assert (made.state, platform.sent) == ("void", [])


def test_who_takes_no_callbacks_asks(platform: Platform, person: Person) -> None:
    set_address(client_id=platform.client_id, url="", events=[], actor=OPERATOR)
    forget()
    item = sent_by(platform)
    decide(item, person, illegal())
    minute_passes()
    work()
    [action] = actions_of(item)
    assert (action.delivery, action.client, action.kind) == (Delivery.ASKS, "a platform", "remove")
    assert platform.sent == []


def test_what_cannot_be_opened_holds_nobody_up(platform: Platform, person: Person) -> None:
    item = sent_by(platform)
    sent_by(platform, "photo-2", number=2)
    Sighting.objects.filter(source=source(1)).update(context=b"altered")
    decide(item, person, illegal())
    minute_passes()
    work()
    assert told(platform) == [("photo-2", "remove")]
    assert [action.delivery for action in actions_of(item)] == [Delivery.UNREADABLE, Delivery.DELIVERED]


def test_an_item_opened_again_is_decided_again_and_the_platform_told_again(platform: Platform, person: Person) -> None:
    item = sent_by(platform)
    decide(item, person, illegal())
    minute_passes()
    work()
    senior = reviewer(Role.SENIOR_ANALYST)
    again = reopen_case(item, "An appeal.", senior.actor).items.get()
    joined = sent_by(platform, "photo-2", number=2)
    assert joined.pk == again.pk
    decide(again, senior, harmless())
    minute_passes()
    work()
    assert told(platform) == [("photo-1", "remove"), ("photo-1", "reinstate"), ("photo-2", "reinstate")]
    assert [row["submission_state"] for row in platform.bodies()] == ["withheld", "accepted", "accepted"]
    identities = [row["idempotency_id"] for row in platform.bodies()]
    assert len(set(identities)) == 3
    assert Decision.objects.filter(state="carried_out").count() == 2


def test_how_far_each_platform_was_told_is_known_after_the_callback_is_gone(
    platform: Platform, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = sent_by(platform)
    sent_by(platform, "photo-2", number=2)
    decide(item, person, illegal())
    minute_passes()
    work("review:settle")
    assert [action.delivery for action in actions_of(item)] == [Delivery.WAITING, Delivery.WAITING]
    work()
    assert [(action.delivery, action.attempts) for action in actions_of(item)] == [(Delivery.DELIVERED, 1)] * 2
    Callback.objects.filter(pk=Action.objects.order_by("pk").values("callback")[:1]).update(state="dead")
    assert [action.delivery for action in actions_of(item)] == [Delivery.DEAD, Delivery.DELIVERED]
    erase_callbacks(client_id=platform.client_id, order_key=source(1), actor=OPERATOR)
    monkeypatch.setattr("lightkeeper.act.keeping.KEPT_FOR", -timedelta(days=1))
    assert prune() == 1
    assert not Callback.objects.exists()
    assert [action.delivery for action in actions_of(item)] == [Delivery.DEAD, Delivery.DELIVERED]


def test_a_grade_without_a_row_of_its_own_says_what_it_confirms(platform: Platform, person: Person) -> None:
    item = sent_by(platform)
    graded(item, person, illegal())
    minute_passes()
    work()
    assert told(platform) == [("photo-1", "remove")]


class Killed(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("place", ["queue_callback", "write_event", "sightings_of"])
def test_killed_between_settling_and_callback_it_happens_once_all_the_same(
    platform: Platform, person: Person, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    item = sent_by(platform)
    decide(item, person, illegal())
    minute_passes()

    def dies(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(carrying_out, place, dies)
        with pytest.raises(Killed):
            work()
    item.refresh_from_db()
    assert (item.state, Action.objects.count(), Callback.objects.count()) == ("waiting", 0, 0)
    assert Grade.objects.get().state == "pending"
    assert work() == 0  # the dead worker's lease runs still
    Work.objects.filter(kind="review:settle").update(lease_until=timezone.now() - timedelta(seconds=1))
    work()
    assert told(platform) == [("photo-1", "remove")]


def test_settling_told_twice_carries_out_once(platform: Platform, person: Person) -> None:
    item = sent_by(platform)
    made = decide(item, person, illegal())
    minute_passes()
    work()
    assert carry_out(case_item_id=item.pk, grade_id=made.grade_id) is None
    with transaction.atomic():
        write_event(
            Event.REVIEW_ITEM_SETTLED,
            actor=Actor.system(),
            subject=Subject("case_item", str(item.pk)),
            details={"grade": made.grade_id, "grades": 1},
        )
    work()
    assert told(platform) == [("photo-1", "remove")]


def test_the_database_too_lets_one_decision_and_one_action_be(platform: Platform) -> None:
    policy(second_random_percent=100)
    item = sent_by(platform)
    for reader in (reviewer(), reviewer()):
        decide(item, reader, illegal())
        minute_passes()
        work()
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.update(state="carried_out")
    action = Action.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Action.objects.create(
            decision=action.decision, sighting=action.sighting, kind="remove", delivery=Delivery.WAITING
        )


def test_nothing_that_is_kept_in_clear_says_what_the_platform_calls_it(platform: Platform, person: Person) -> None:
    item = sent_by(platform, "planted-id")
    decide(item, person, harmless(proposed="label"), label="sensitive")
    minute_passes()
    work("review:settle")
    assert b"planted-id" not in bytes(Callback.objects.get().payload)
    assert "planted-id" not in json.dumps(details_of(Event.ACT_DECISION_CARRIED_OUT))
