"""A decision is proposed with a grade, one for each, and only what makes sense; undone, it is void."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from lightkeeper.act.decisions import LABEL_HINT
from lightkeeper.act.models import Decision
from lightkeeper.act.queries import allowed_kinds, decision_of, suggested
from lightkeeper.act.services import propose_decision, void_decision
from lightkeeper.act.states import DECISION_MOVES, DecisionState
from lightkeeper.act.tests.decided import decide, equal_bytes, minute_passes, sent_by, work
from lightkeeper.act.tests.platform import Platform, make_platform
from lightkeeper.act.types import DecisionError, DecisionKind
from lightkeeper.record.services import change_policy
from lightkeeper.record.types import Actor
from lightkeeper.review.services import GradeError, undo_grade
from lightkeeper.review.tests.grades_made import graded, harmless, illegal, policy, reviewer
from lightkeeper.review.types import CaseReason

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    policy()
    return make_platform(monkeypatch, events=["decision.made"])


def test_a_decision_belongs_to_its_grade_and_keeps_the_version_of_the_policy(platform: Platform) -> None:
    person = reviewer()
    made = decide(sent_by(platform), person, illegal())
    assert (made.state, made.kind, made.label, made.made_by, made.policy) == ("proposed", "remove", "", person, 1)
    with pytest.raises(DecisionError, match="already"):
        propose_decision(grade=made.grade, person=person)
    assert Decision.objects.count() == 1


def test_only_who_graded_proposes_and_only_while_it_can_be_undone(platform: Platform) -> None:
    item, person = sent_by(platform), reviewer()
    grade = graded(item, person, illegal())
    with pytest.raises(DecisionError, match="whoever graded"):
        propose_decision(grade=grade, person=reviewer())
    undo_grade(grade, person)
    grade.refresh_from_db()
    with pytest.raises(DecisionError, match="cannot be changed"):
        propose_decision(grade=grade, person=person)


@pytest.mark.parametrize(
    ("label", "sentence"),
    [
        ("", "1 to 64"),
        ("a" * 65, "1 to 64"),
        ("a\0b", "1 to 64"),
        ("ask somebody@pictures.example", "leave addresses"),
        ("call 0171 555 0134", "leave addresses"),
        ("see https://pictures.example", "leave addresses"),
    ],
)
def test_a_label_is_a_short_text_without_addresses_and_numbers(platform: Platform, label: str, sentence: str) -> None:
    with pytest.raises(GradeError, match=sentence):
        decide(sent_by(platform), reviewer(), harmless(proposed="label"), label=label)
    assert not Decision.objects.exists()
    assert "nothing about a person" in str(LABEL_HINT)


def test_a_label_is_for_labelling_alone(platform: Platform) -> None:
    with pytest.raises(GradeError, match="Only a decision to label"):
        decide(sent_by(platform), reviewer(), illegal(), label="sensitive")
    made = decide(sent_by(platform), reviewer(), harmless(proposed="label"), label="  sensitive \n content ")
    assert made.label == "sensitive content"
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.update(kind="remove")


def test_there_is_something_to_reinstate_only_where_something_may_be_withheld(platform: Platform) -> None:
    near = sent_by(platform)
    assert DecisionKind.REINSTATE not in allowed_kinds(near)
    with pytest.raises(DecisionError, match="nothing to reinstate"):
        decide(near, reviewer(), harmless())
    assert suggested("not_illegal") is DecisionKind.REINSTATE
    assert suggested("not_illegal", near) is DecisionKind.NO_ACTION
    equal = sent_by(platform, "photo-2", number=2, data=b"another drawing", **equal_bytes())
    assert set(allowed_kinds(equal)) == set(DecisionKind)
    assert decide(equal, reviewer(), harmless()).kind == "reinstate"


def test_what_a_person_had_removed_can_be_reinstated_when_it_comes_again(platform: Platform) -> None:
    first = sent_by(platform)
    decide(first, reviewer(), illegal())
    minute_passes()
    work()
    again = sent_by(platform, "photo-2", number=2, reason=CaseReason.USER_REPORT, findings=[])
    assert again.pk != first.pk
    assert suggested("not_illegal", again) is DecisionKind.REINSTATE


def test_policy_suggests_and_every_outcome_has_its_suggestion(platform: Platform) -> None:
    assert platform.sent == []
    assert suggested("confirmed_illegal") is DecisionKind.REMOVE
    suggests = {**dict.fromkeys(_outcomes(), "no_action"), "confirmed_illegal": "withhold"}
    change_policy({"suggests": suggests}, reason="a test", actor=Actor.system())
    assert suggested("confirmed_illegal") is DecisionKind.WITHHOLD
    assert suggested("not_illegal") is DecisionKind.NO_ACTION


def test_the_policy_knows_the_words_of_grades_and_decisions() -> None:
    from lightkeeper.record.policy import DECISIONS, OUTCOMES

    assert set(DECISIONS) == set(DecisionKind.values)
    assert set(OUTCOMES) == set(_outcomes())


def test_undone_it_is_void_and_for_ever(platform: Platform) -> None:
    item, person = sent_by(platform), reviewer()
    made = decide(item, person, illegal())
    undo_grade(made.grade, person)
    made.refresh_from_db()
    assert made.state == DecisionState.VOID
    assert made.ended_at is not None
    assert not void_decision(made.grade_id)
    assert decision_of(item) is None
    assert not DECISION_MOVES[DecisionState.VOID]
    assert DECISION_MOVES[DecisionState.CARRIED_OUT] == {DecisionState.REVERSED}


def test_what_is_only_proposed_is_told_to_nobody(platform: Platform) -> None:
    item = sent_by(platform)
    decide(item, reviewer(), illegal())
    assert decision_of(item) is None


def _outcomes() -> list[str]:
    from lightkeeper.review.vocabularies import vocabulary

    return list(vocabulary().question("outcome").values)
