"""The text of a label is part of what two agree on: they agree to label only if it is with the same words."""

from __future__ import annotations

import pytest

from lightkeeper.act.models import Decision
from lightkeeper.act.tests.decided import decide, minute_passes, work
from lightkeeper.people.types import Role
from lightkeeper.review.judgement import agree, faults
from lightkeeper.review.models import CaseItem
from lightkeeper.review.services import confirm_consensus
from lightkeeper.review.tests.grades_made import case_item, graded, harmless, leased, policy, reviewer, stood

pytestmark = pytest.mark.django_db
LABELLED = harmless(proposed="label")


def test_two_who_label_with_other_words_disagree_and_what_is_confirmed_is_carried_out_with_its_words() -> None:
    policy(second_random_percent=100)
    item, first, second = case_item(), reviewer(), reviewer()
    decide(item, first, LABELLED, label="graphic")
    minute_passes()
    work("review:settle")
    decide(item, second, LABELLED, label="sensitive")
    minute_passes()
    work("review:settle")
    item = CaseItem.objects.get()
    assert item.state == "disagreed"
    assert not Decision.objects.filter(state="carried_out").exists()
    stood(item, first, harmless(proposed="label", label="mature"))
    leased(item, second)
    made = confirm_consensus(case_item=item, person=second)
    assert made.label == "mature"
    minute_passes()
    work("review:settle")
    carried = Decision.objects.get(state="carried_out")
    assert (carried.label, carried.grade) == ("mature", made)


def test_the_same_words_however_spaced_are_agreement() -> None:
    policy(second_random_percent=100)
    item = case_item()
    first = stood(item, reviewer(), harmless(proposed="label", label="  graphic \n content"))
    assert first.label == "graphic content"
    stood(item, reviewer(), harmless(proposed="label", label="graphic content"))
    assert item.state == "settled"


def test_a_senior_decides_between_two_labels() -> None:
    policy(second_random_percent=100)
    item = case_item()
    for text in ("graphic", "sensitive"):
        stood(item, reviewer(), harmless(proposed="label", label=text))
    stood(item, reviewer(Role.SENIOR_ANALYST), harmless(proposed="label", label="graphic"))
    assert item.state == "settled"


def test_only_what_labels_has_a_text_and_it_is_asked_for() -> None:
    policy()
    assert agree(LABELLED, LABELLED)
    assert faults(LABELLED) == ["A label needs a text of 1 to 64 characters."]
    assert faults(harmless(label="graphic")) == ["Only a decision to label has a text."]
    assert faults(harmless(proposed="label", label="x" * 64)) == []
    assert graded(case_item(), reviewer(), harmless(proposed="label", label="graphic")).label == "graphic"
