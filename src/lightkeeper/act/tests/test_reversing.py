"""A reversal undoes what can be undone, leaves the rest and says so: before, in its row, and in the audit event."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import now

from lightkeeper.act.models import Action, Contribution, Decision, Reversal
from lightkeeper.act.queries import decision_of
from lightkeeper.act.reversing import WORDS, may_be_reversed, plan_of_decision
from lightkeeper.act.services import add_to_list, reverse_action, reverse_decision
from lightkeeper.act.tests.decided import decide, equal_bytes, minute_passes, sent_by, settled_case, work
from lightkeeper.act.tests.platform import Platform, make_platform
from lightkeeper.act.tests.test_case_actions import EVENTS, propose, told
from lightkeeper.act.types import ActionRefused, ContributionRefused, ReversalGround
from lightkeeper.lists.models import Entry, Exchange, Feedback
from lightkeeper.lists.services import create_list
from lightkeeper.lists.tests.making import csv, imported, row
from lightkeeper.lists.types import ListStatus
from lightkeeper.people.models import Person
from lightkeeper.people.tests.clients_made import details_of
from lightkeeper.people.types import Role
from lightkeeper.record.events import Event
from lightkeeper.record.types import Actor
from lightkeeper.review.services import reopen_case
from lightkeeper.review.tests.grades_made import harmless, policy, reviewer
from lightkeeper.review.tests.making import finding

pytestmark = pytest.mark.django_db
WRONG = ReversalGround.MISTAKE


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    policy()
    return make_platform(monkeypatch, events=EVENTS)


@pytest.fixture
def lead() -> Person:
    return reviewer(Role.SENIOR_ANALYST)


def test_content_comes_back_once_for_all_who_sent_it(platform: Platform, lead: Person) -> None:
    sent_by(platform, "photo-0", number=7, data=b"drawing 1")
    item = settled_case(platform, lead, **equal_bytes())
    with pytest.raises(PermissionDenied):
        reverse_decision(item, ground=WRONG, note="wrong", person=reviewer())
    with pytest.raises(ActionRefused, match="Write down why"):
        reverse_decision(item, ground=WRONG, note="", person=lead)
    made = decision_of(item)
    assert may_be_reversed(made)
    assert made is not None
    planned = plan_of_decision(made)
    reversal = reverse_decision(item, ground=WRONG, note="It is a drawing.", person=lead)
    work()
    back = [body for body in told(platform, "decision.made") if body["decision"] == "reinstate"]
    assert sorted(body["id"] for body in back) == ["photo-0", "photo-1"]
    assert all(body["submission_state"] == "accepted" and "statement_of_reasons" not in body for body in back)
    assert (reversal.undone, reversal.left) == (".".join(planned.undone), ".".join(planned.left))
    assert (reversal.undone, reversal.left) == ("reinstate", "listed.seen")
    assert all(str(sentence).endswith(".") for sentence in WORDS.values())
    [event] = details_of(Event.ACT_DECISION_REVERSED)
    assert event == {"kind": "remove", "ground": "mistake", "undone": "reinstate", "left": "listed.seen", "actions": 2}
    with pytest.raises(ActionRefused, match="nothing to undo"):
        reverse_decision(item, ground=WRONG, note="again", person=lead)
    assert Reversal.objects.count() == 1
    assert decision_of(item) is None
    assert Action.objects.filter(reversal=reversal).count() == 2
    assert Decision.objects.get().state == "reversed"


def test_a_label_comes_off_and_what_did_nothing_is_not_reversed(platform: Platform, lead: Person) -> None:
    policy()
    labelled = sent_by(platform, "photo-2", number=2, data=b"drawing 2")
    decide(labelled, lead, harmless(proposed="label"), label="sensitive")
    minute_passes()
    work()
    reverse_decision(labelled, ground=ReversalGround.OTHER, note="not needed", person=lead)
    work()
    last = told(platform, "decision.made")[-1]
    assert (last["decision"], last["label"], last["submission_state"]) == ("no_action", None, "accepted")
    fine = settled_case(platform, lead, replace(harmless(), proposed="no_action"), name="photo-3", number=3)
    again = settled_case(platform, lead, name="photo-4", number=4)
    reopen_case(again, "look again", lead.actor)
    for item in (fine, again):
        with pytest.raises(ActionRefused, match="nothing to undo"):
            reverse_decision(item, ground=WRONG, note="wrong", person=lead)


@pytest.mark.parametrize("ground", list(ReversalGround))
def test_entries_and_opinions_follow_only_where_the_judgement_was_wrong(
    platform: Platform, lead: Person, ground: ReversalGround
) -> None:
    own = create_list(name="our own", actor=Actor.operator(), status=ListStatus.VETTED)
    item = settled_case(platform, lead)
    add_to_list(item, own, reason="known now", person=lead)
    entries = Entry.objects.filter(pk__in=Contribution.objects.values("entry"))
    assert {row.state for row in entries} == {"active"}
    other = settled_case(platform, lead, name="photo-2", number=2)
    add_to_list(other, own, reason="known now", person=lead)
    action = propose(item, lead)
    minute_passes()
    work()
    reversal = reverse_decision(item, ground=ground, note="x", person=lead)
    wrong = ground is not ReversalGround.OTHER
    states = Contribution.objects.filter(case_item=item).values_list("entry__state", flat=True)
    assert set(states) == {"withdrawn" if wrong else "active"}
    kept = Contribution.objects.filter(case_item=other)
    assert set(kept.values_list("entry__state", flat=True)) == {"active"}
    assert ("entries" in reversal.undone.split("."), "entries_kept" in reversal.left.split(".")) == (wrong, not wrong)
    assert "accounts" in reversal.left.split(".")
    with pytest.raises(ContributionRefused, match="reversed"):
        add_to_list(item, own, reason="again", person=lead)
    assert reverse_action(action, ground=ground, note="x", person=lead).undone == "lift"


@pytest.mark.parametrize("ground", list(ReversalGround))
@pytest.mark.parametrize("sent", [False, True])
def test_a_source_is_told_the_opposite_of_what_it_was_told_wrongly(
    platform: Platform, lead: Person, ground: ReversalGround, sent: bool
) -> None:
    made = imported(csv(row(1, "sha256")))
    Exchange.objects.create(list_id=made.list_id, kind="ncmec", feedback=True, created_at=now())
    found = replace(finding(), entry=Entry.objects.get().pk, algorithm="sha256", distance=0, tier="match")
    item = settled_case(platform, lead, findings=[found])
    if sent:
        Feedback.objects.update(state="sent", ended_at=now())
    reversal = reverse_decision(item, ground=ground, note="x", person=lead)
    told_source = list(Feedback.objects.order_by("pk").values_list("opinion", "state"))
    if ground is ReversalGround.OTHER:
        assert told_source == [("up", "sent" if sent else "queued")]
        assert "opinion_kept" in reversal.left
    else:
        assert told_source == ([("up", "sent"), ("down", "queued")] if sent else [("up", "refused")])
        assert "opinion" in reversal.undone
