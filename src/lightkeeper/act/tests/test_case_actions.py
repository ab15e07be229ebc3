"""Actions about accounts: nothing without a settled judgement and a person, a second one where policy says so, once."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lightkeeper.act import case_actions
from lightkeeper.act.account_names import accounts_of
from lightkeeper.act.action_kinds import ACTIONS, CASE_KINDS, TELLING_USERS, ActionKind, Aim, Weight
from lightkeeper.act.models import Callback, CaseAction
from lightkeeper.act.notes import note_of
from lightkeeper.act.services import (
    approve_action,
    propose_action,
    refuse_action,
    reverse_action,
    reverse_decision,
    withdraw_action,
)
from lightkeeper.act.statements import STATEMENTS
from lightkeeper.act.states import CASE_ACTION_MOVES, CaseActionState
from lightkeeper.act.tests.decided import appeals_at, decide, minute_passes, sent_by, settled_case, work
from lightkeeper.act.tests.platform import Platform, make_platform
from lightkeeper.act.types import ActionRefused, Delivery, ReversalGround
from lightkeeper.people.models import Person
from lightkeeper.people.tests.clients_made import OPERATOR, details_of
from lightkeeper.people.tests.people_made import make_person
from lightkeeper.people.types import Role
from lightkeeper.record import policy as policies
from lightkeeper.record.events import Event
from lightkeeper.review.conversations.tests.made import found, item_of
from lightkeeper.review.models import CaseItem
from lightkeeper.review.services import Judgement, erase_from_case, reopen_case
from lightkeeper.review.tests.grades_made import harmless, policy, reviewer
from lightkeeper.runtime.models import Work

EVENTS = ("decision.made", "action.taken", "action.reversed", "notice.changed")
CSAM = "child_sexual_abuse_material"
CALLBACKS = Path(__file__).parents[4] / "docs" / "callbacks.md"

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    policy()
    return make_platform(monkeypatch, events=EVENTS)


@pytest.fixture
def person() -> Person:
    return reviewer()


@pytest.fixture
def lead() -> Person:
    return reviewer(Role.SENIOR_ANALYST)


def propose(item: CaseItem, person: Person, kind: ActionKind = ActionKind.SUSPEND, **values: Any) -> CaseAction:
    """Propose an action about the only account of a case, or refer it."""
    given: dict[str, Any] = {"statement": CSAM}
    if kind is ActionKind.REFER:
        given["agency"] = "police"
    else:
        given["account"] = accounts_of(item.case)[0].key
    return propose_action(item.case, kind, person=person, **{**given, **values})


def told(platform: Platform, event: str) -> list[Any]:
    return [body for body in platform.bodies() if body["event"] == event]


def example(event: str, key: str = "") -> dict[str, Any]:
    """The first example of an event in the document, that has this key."""
    blocks = re.findall(r"```json\n(.*?)```", CALLBACKS.read_text("utf-8"), re.DOTALL)
    found: list[dict[str, Any]] = [one for one in map(json.loads, blocks) if one.get("event") == event]
    return next(one for one in found if not key or key in one)


def same_shape(body: dict[str, Any], wanted: dict[str, Any], *varying: str) -> None:
    """The same keys in order, of the same types, and the same values but for those that vary."""
    assert list(body) == list(wanted)
    assert [type(value) for value in body.values()] == [type(value) for value in wanted.values()]
    free = {"idempotency_id", "sequence", *varying}
    assert {key: body[key] for key in body if key not in free} == {
        key: wanted[key] for key in wanted if key not in free
    }


def test_carried_out_once_after_a_minute_told_as_the_document_says_then_lifted(
    platform: Platform, person: Person, lead: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    appeals_at(monkeypatch)
    item = settled_case(platform, person)
    made = propose(item, person, days=30, reference=" terms 4.2 ")
    assert (made.state, made.second, bytes(made.account or b"").find(b"account-17")) == ("waiting", False, -1)
    work()
    assert told(platform, "action.taken") == []
    with pytest.raises(ActionRefused, match="on its way already"):
        propose(item, lead)
    minute_passes()
    work()
    minute_passes()
    work()
    [body] = told(platform, "action.taken")
    same_shape(body, example("action.taken"), "action_id", "taken_at", "until", "policy_version")
    made.refresh_from_db()
    assert (made.state, made.delivery, body["action_id"]) == ("carried_out", Delivery.WAITING, str(made.public))
    assert body["taken_at"] == made.carried_out_at.isoformat() if made.carried_out_at else False
    with pytest.raises(ActionRefused, match="still holds"):
        propose(item, lead)
    with pytest.raises(ActionRefused, match="too late"):
        withdraw_action(made, person)
    with pytest.raises(PermissionDenied):
        reverse_action(made, ground=ReversalGround.APPEAL, note="upheld", person=person)
    reversal = reverse_action(made, ground=ReversalGround.APPEAL, note="upheld", person=lead)
    with pytest.raises(ActionRefused, match="not reversed yet"):
        reverse_action(made, ground=ReversalGround.APPEAL, note="again", person=lead)
    work()
    [back] = told(platform, "action.reversed")
    same_shape(back, example("action.reversed"), "action_id", "reversed_at", "policy_version")
    assert (reversal.undone, reversal.left, note_of(bytes(reversal.note), reversal.public.bytes)) == (
        "lift", "seen", "upheld",
    )  # fmt: skip
    common = {"kind": "suspend", "case": item.case_id}
    assert details_of(Event.ACT_ACTION_PROPOSED) == [{**common, "days": 30, "second": False, "policy": 1}]
    assert details_of(Event.ACT_ACTION_CARRIED_OUT) == [{**common, "days": 30, "delivery": "waiting", "policy": 1}]
    assert details_of(Event.ACT_ACTION_REVERSED) == [{**common, "ground": "appeal", "undone": "lift", "left": "seen"}]
    propose(item, person)  # lifted: it can be done again
    for body in platform.bodies():
        assert not re.search("list|grade|confirmed|entry|distance", json.dumps(body).replace("no_list", ""))


def test_nothing_before_people_have_judged_and_nothing_more_than_they_judged(
    platform: Platform, person: Person, lead: Person
) -> None:
    item = sent_by(platform, uploader="account-17")
    with pytest.raises(ActionRefused, match="before people have judged"):
        propose(item, person)
    harmful = settled_case(platform, person, name="photo-2", number=2)
    fine = settled_case(platform, person, harmless(proposed="no_action"), name="photo-3", number=3, uploader="b")
    mild = replace(harmless(proposed="withhold"), outcome="confirmed_tos_only")
    rude = settled_case(platform, person, mild, name="photo-4", number=4, uploader="c")
    for kind in CASE_KINDS:
        if Weight.UNFOUNDED not in ACTIONS[kind].after:
            with pytest.raises(ActionRefused, match="No judgement"):
                propose(fine, person, kind, statement="no_violation")
    with pytest.raises(ActionRefused, match="No judgement"):
        propose(rude, person, ActionKind.TERMINATE, statement="child_safety_rules")
    for wrong in (CSAM, "precaution", "no_such"):
        with pytest.raises(ActionRefused, match="something else than the judgement"):
            propose(rude, person, statement=wrong)
    assert propose(rude, person, ActionKind.WARN, statement="child_safety_rules").state == "waiting"
    assert propose(fine, person, ActionKind.NOTIFY, statement="no_violation").state == "waiting"
    for bad in ({"account": "00"}, {"days": 0}, {"days": 366}, {"agency": "police"}, {"reference": "x" * 65},
                {"reference": "é"}):  # fmt: skip
        with pytest.raises(ActionRefused):
            propose(harmful, person, **bad)
    with pytest.raises(ActionRefused):
        propose(harmful, person, ActionKind.TERMINATE, days=3)
    with pytest.raises(ActionRefused, match="no such action"):
        propose_action(harmful.case, ActionKind.REMOVE, person=person)
    with pytest.raises(PermissionDenied):
        propose(harmful, make_person(Role.AUDITOR))
    assert CaseAction.objects.count() == 2


def test_of_a_conversation_only_its_sender_can_be_meant(
    platform: Platform, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    appeals_at(monkeypatch)
    item = item_of(found(platform.client_id))
    decide(item, person, Judgement(outcome="enticement", confidence="sure", proposed="withhold"))
    minute_passes()
    work()
    item.refresh_from_db()
    [body] = told(platform, "decision.made")
    names = ("conversation_ids", "sender_id", "recipient_id", "decided_at", "policy_version")
    same_shape(body, example("decision.made", "conversation_ids"), *names)
    assert [one.name for one in accounts_of(item.case)] == ["ann"]
    with pytest.raises(ActionRefused, match="something else"):
        propose(item, person)
    propose(item, person, statement="solicitation_of_children")
    minute_passes()
    work()
    [action] = told(platform, "action.taken")
    assert (action["account_id"], action["statement_of_reasons"]["facts"]) == ("ann", ["messages_written"])
    assert not re.search("score|band|signal|chat-1|bo\\b", json.dumps(action))


def test_a_second_person_is_another_and_may_refuse(platform: Platform, person: Person, lead: Person) -> None:
    other = reviewer(Role.SENIOR_ANALYST)
    item = settled_case(platform, person)
    made = propose(item, lead, ActionKind.TERMINATE)
    minute_passes()
    work()
    assert told(platform, "action.taken") == []
    with pytest.raises(ActionRefused, match="Another person"):
        approve_action(made, lead)
    with pytest.raises(ActionRefused, match="Another person"):
        refuse_action(made, lead, "no")
    with pytest.raises(PermissionDenied):
        approve_action(made, person)
    with pytest.raises(ActionRefused, match="Write down why"):
        refuse_action(made, other, " ")
    refuse_action(made, other, "Too much for one picture.")
    made.refresh_from_db()
    assert (made.state, note_of(made.why, made.public.bytes)) == ("refused", "Too much for one picture.")
    with pytest.raises(ActionRefused, match="does not wait"):
        approve_action(made, other)
    again = propose(item, lead, ActionKind.TERMINATE)
    approve_action(again, other)
    withdraw_action(again, other)
    minute_passes()
    work()
    assert told(platform, "action.taken") == []
    third = propose(item, lead, ActionKind.TERMINATE)
    approve_action(third, other)
    minute_passes()
    work()
    assert [body["action_id"] for body in told(platform, "action.taken")] == [str(third.public)]
    left = reverse_action(third, ground=ReversalGround.MISTAKE, note="wrong", person=lead)
    work()
    assert (left.undone, left.left) == ("told", "terminate")
    assert [body["undone_by"] for body in told(platform, "action.reversed")] == [None]
    for values in ({"decided_by": lead}, {"decided_by": None, "decided_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():  # the database says it too
            CaseAction.objects.filter(pk=third.pk).update(**values)
    assert details_of(Event.ACT_ACTION_REFUSED) == [{"kind": "terminate", "case": item.case_id}]


def test_what_it_rested_on_is_gone_when_its_minute_is_over(platform: Platform, person: Person, lead: Person) -> None:
    opened = settled_case(platform, person)
    wiped = settled_case(platform, person, name="photo-2", number=2, uploader="b")
    wrong = settled_case(platform, person, name="photo-3", number=3, uploader="c")
    actions = [propose(item, person) for item in (opened, wiped, wrong)]
    late = propose(opened, person, ActionKind.TERMINATE)
    reopen_case(opened, "look again", lead.actor)
    erase_from_case(case_id=wiped.case_id, source=bytes(wiped.sightings.get().source), actor=OPERATOR)
    reverse_decision(wrong, ground=ReversalGround.MISTAKE, note="wrong", person=lead)
    with pytest.raises(ActionRefused, match="does not stand"):
        approve_action(late, lead)
    minute_passes()
    work()
    assert told(platform, "action.taken") == []
    states = [CaseAction.objects.values_list("state", "ended", "account").get(pk=one.pk) for one in actions]
    assert [(state, ended) for state, ended, _ in states] == [
        ("withdrawn", "basis_gone"), ("withdrawn", "erased"), ("withdrawn", "basis_gone"),
    ]  # fmt: skip
    assert [account is None for _, _, account in states] == [False, True, False]


def test_killed_at_any_step_it_is_carried_out_once(
    platform: Platform, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = propose(settled_case(platform, person), person)
    minute_passes()
    for name in ("queue_callback", "begin_if_urgent", "statement_of", "_write", "move"):
        with monkeypatch.context() as dying:

            def die(*_: object, **__: object) -> None:
                raise KeyboardInterrupt

            dying.setattr(case_actions, name, die)
            with pytest.raises(KeyboardInterrupt), transaction.atomic():
                case_actions.carry_out_action(made.pk)
        made.refresh_from_db()
        assert made.state == "waiting"
        assert not Callback.objects.filter(event="action.taken").exists()
        assert Work.objects.filter(kind=case_actions.CARRY_OUT, subject=made.pk).exists()
    for _ in range(3):
        case_actions.carry_out_action(made.pk)
    work()
    assert len(told(platform, "action.taken")) == 1


def test_referring_sends_nothing_and_a_platform_that_takes_none_is_told_so(
    platform: Platform, person: Person, lead: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = settled_case(platform, person)
    made = propose(item, person, ActionKind.REFER)
    approve_action(made, lead)
    minute_passes()
    work()
    made.refresh_from_db()
    assert (made.state, made.delivery, made.client_id) == ("carried_out", Delivery.NOTHING_SENT, None)
    assert reverse_action(made, ground=ReversalGround.OTHER, note="x", person=lead).left == "refer"
    deaf = make_platform(monkeypatch, name="deaf", events=["decision.made"])
    other = settled_case(deaf, person, name="photo-9", number=9)
    with pytest.raises(ActionRefused, match="action.taken"):
        propose(other, person)


ACTS = st.sampled_from(["propose", "terminate", "approve", "refuse", "withdraw", "wait", "wait", "reverse", "overturn"])


def test_whatever_people_do_in_whatever_order_each_action_is_told_once_and_by_the_rules(
    platform: Platform, lead: Person
) -> None:
    people, numbers, taken = [lead, reviewer(Role.SENIOR_ANALYST)], iter(range(10**6)), list[int]()

    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(ACTS, st.integers(0, 1)), min_size=3, max_size=14))
    def any_sequence(steps: list[tuple[str, int]]) -> None:
        number = next(numbers)
        platform.sent.clear()
        item = settled_case(platform, lead, name=f"p-{number}", number=number + 1, uploader=f"account-{number}")
        before: dict[int, str] = {}
        for what, who in steps:
            _step(what, item, people[who])
            for row in CaseAction.objects.filter(case=item.case):
                states = CaseActionState(before.get(row.pk, "proposed")), CaseActionState(row.state)
                assert states[0] == states[1] or _reachable(*states)
                before[row.pk] = row.state
                assert not row.second or row.decided_by_id != row.proposed_by_id
                done = [body for body in told(platform, "action.taken") if body["action_id"] == str(row.public)]
                assert len(done) <= (row.state in {"carried_out", "reversed"})
        minute_passes()
        work()
        rows = CaseAction.objects.filter(case=item.case)
        sent = [body["action_id"] for body in told(platform, "action.taken")]
        assert sorted(sent) == sorted(str(row.public) for row in rows if row.state in {"carried_out", "reversed"})
        back = [body["action_id"] for body in told(platform, "action.reversed")]
        assert sorted(back) == sorted(str(row.public) for row in rows if row.state == "reversed")
        taken.append(len(sent))

    any_sequence()
    assert sum(taken)  # or nothing was proved


def _step(what: str, item: CaseItem, person: Person) -> None:
    rows = CaseAction.objects.filter(case=item.case).order_by("-pk")
    try:
        match what:
            case "propose" | "terminate":
                propose(item, person, ActionKind.TERMINATE if what == "terminate" else ActionKind.SUSPEND)
            case "overturn":
                if rows.filter(state="carried_out").exists():
                    reverse_decision(item, ground=ReversalGround.OTHER, note="x", person=person)
            case "wait":
                minute_passes()
                work()
            case _:
                for row in rows[:1]:
                    _decide(what, row, person)
    except ActionRefused:
        return  # not their turn, or too late: nothing happened


def _decide(what: str, row: CaseAction, person: Person) -> None:
    match what:
        case "approve":
            approve_action(row, person)
        case "refuse":
            refuse_action(row, person, "no")
        case "withdraw":
            withdraw_action(row, person)
        case _:
            reverse_action(row, ground=ReversalGround.OTHER, note="x", person=person)


def _reachable(start: CaseActionState, end: CaseActionState) -> bool:
    """Whether there is a way; more than one move may have been made between two looks."""
    return end in CASE_ACTION_MOVES[start] or any(_reachable(one, end) for one in CASE_ACTION_MOVES[start])


def test_the_table_is_whole_and_says_the_same_as_policy() -> None:
    assert set(ACTIONS) == set(ActionKind)
    assert set(CASE_KINDS) == set(policies.CASE_ACTIONS)
    assert set(policies.SUGGESTED_ACTIONS) <= set(ActionKind.values)
    assert set(policies.DECISIONS) <= {*ActionKind.values, "no_action"}
    assert all(row.undone_by or row.instead for row in ACTIONS.values())
    assert all(ACTIONS[kind].aim is Aim.ACCOUNT for kind in TELLING_USERS)
    assert {one.weight for one in STATEMENTS.values()} == set(Weight)
