"""The second review: when it is asked for, what follows from agreeing and disagreeing, and what if nobody comes."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.utils.timezone import now

from lightkeeper.people.models import Alert, Person
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent
from lightkeeper.review import second
from lightkeeper.review.judgement import GradeError, Judgement
from lightkeeper.review.models import CaseItem, Grade
from lightkeeper.review.queries import awaits, deciding_grade, may_see_grades, may_see_reasons, note_of, proposal_of
from lightkeeper.review.services import break_glass, confirm_consensus, propose_consensus, undo_grade
from lightkeeper.review.tests.grades_made import (
    case_item,
    graded,
    harmless,
    illegal,
    leased,
    minute_over,
    policy,
    reviewer,
    stood,
)
from lightkeeper.review.tests.making import finding

pytestmark = pytest.mark.django_db
CANNOT_TELL = Judgement(outcome="age_undeterminable", confidence="sure", proposed="withhold")


def listed(category: str | None, tier: str = "match") -> CaseItem:
    return case_item(findings=[dataclasses.replace(finding(), category=category, tier=tier)])


def waits_for_long(item: CaseItem, hours: int = 24) -> None:
    Grade.objects.filter(case_item=item).update(ended_at=now() - timedelta(hours=hours))


@pytest.mark.parametrize(
    ("changes", "judgement", "reasons"),
    [
        ({"second_high_stakes": True}, illegal(uk_category="A"), "high_stakes"),
        ({"second_high_stakes": True}, illegal(industry_class="A2"), "high_stakes"),
        ({"second_high_stakes": True}, illegal(uk_category="B", industry_class="B1"), ""),
        ({"second_high_stakes": True}, harmless(imminent=True, reason="says_so"), "high_stakes"),
        ({"second_unsure": True}, harmless(confidence="unsure"), "unsure"),
        ({"second_unsure": True}, CANNOT_TELL, "unsure"),
        ({"second_unsure": True}, harmless(confidence="likely"), ""),
        ({"second_random_percent": 100}, harmless(), "random"),
        ({"second_new_reviewer_grades": 1}, harmless(), "new_reviewer"),
        ({}, illegal(uk_category="A", imminent=True, reason="says_so", confidence="unsure"), ""),
    ],
)  # fmt: skip
def test_the_policy_says_when_a_second_is_asked(changes: dict[str, Any], judgement: Judgement, reasons: str) -> None:
    policy(**changes)
    item = listed("", "possible")
    stood(item, reviewer(), judgement)
    assert item.second_because == reasons
    assert item.state == ("second" if reasons else "settled")
    assert item.case.items.get().case.state == ("second" if reasons else "closed")


@pytest.mark.parametrize(
    ("category", "tier", "judgement", "disagrees"),
    [
        ("A1", "possible", harmless(), True),
        ("A1", "possible", illegal(industry_class="A1"), False),
        ("A1", "possible", illegal(industry_class="B2"), True),
        (" b2 ", "possible", illegal(industry_class="B2"), False),
        ("b1", "possible", illegal(industry_class="B2"), True),
        ("A", "possible", illegal(uk_category="A"), False),
        ("A", "possible", illegal(uk_category="C"), True),
        ("none", "possible", harmless(), False),
        (None, "possible", harmless(), False),
        (None, "match", harmless(), True),
        (None, "match", illegal(), False),
        ("none", "match", illegal(), False),
        ("our own word", "possible", illegal(), False),
    ],
)
def test_a_list_that_says_otherwise_asks_a_second(
    category: str | None, tier: str, judgement: Judgement, disagrees: bool
) -> None:
    policy(second_list_disagrees=True)
    item = listed(category, tier)
    stood(item, reviewer(), judgement)
    assert item.second_because == ("list_disagrees" if disagrees else "")


def test_a_finding_that_cannot_be_opened_asks_a_second_before_anything_is_reinstated() -> None:
    policy(second_list_disagrees=True)
    item = listed("A1", "possible")
    item.findings.update(sealed=b"altered")
    stood(item, reviewer(), harmless())
    assert item.second_because == "list_disagrees"


def test_a_new_reviewer_is_new_until_enough_first_grades_stand() -> None:
    policy(second_new_reviewer_grades=2)
    person = reviewer()
    states = []
    for number in range(3):
        item = case_item(b"drawing %d" % number, number)
        stood(item, person, harmless())
        states.append(item.state)
    assert states == ["second", "second", "settled"]


def test_the_random_share_is_about_as_large_as_the_policy_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second, "_random", Random(20))
    drawn = sum(second._draw(20) for _ in range(20_000))
    assert 3700 < drawn < 4300
    assert not any(second._draw(0) for _ in range(1000))


def test_agreeing_settles_and_nobody_is_their_own_second() -> None:
    policy(second_random_percent=100)
    item, first, other = case_item(), reviewer(), reviewer()
    stood(item, first, illegal())
    assert not awaits(item, first)
    with pytest.raises(GradeError, match="does not wait"):
        graded(item, first, illegal())
    grade = stood(item, other, illegal(age_bracket="7-10", sex="girls", confidence="likely"))
    assert (item.state, grade.part, deciding_grade(item)) == ("settled", "second", grade)


def disagreed(first: Person, other: Person) -> CaseItem:
    policy(second_random_percent=100)
    item = case_item()
    stood(item, first, illegal())
    stood(item, other, harmless())
    assert item.state == "disagreed"
    assert item.case.items.get().case.state == "disagreed"
    return item


def test_one_of_two_proposes_and_the_other_confirms() -> None:
    first, other = reviewer(), reviewer()
    item = disagreed(first, other)
    assert awaits(item, first)
    assert awaits(item, other)
    leased(item, other)
    proposal = propose_consensus(case_item=item, person=other, judgement=illegal(uk_category="B"))
    leased(item, first)
    with pytest.raises(GradeError, match="no proposal"):
        confirm_consensus(case_item=item, person=first)
    minute_over(proposal)
    item.refresh_from_db()
    assert (item.state, proposal_of(item)) == ("disagreed", proposal)
    assert (awaits(item, first), awaits(item, other)) == (True, False)
    leased(item, other)
    with pytest.raises(GradeError, match="no proposal"):
        confirm_consensus(case_item=item, person=other)
    leased(item, first)
    confirmed = confirm_consensus(case_item=item, person=first, note="yes")
    assert (confirmed.part, confirmed.offered, confirmed.uk_category) == ("consensus", proposal, "B")
    minute_over(confirmed)
    item.refresh_from_db()
    assert (item.state, deciding_grade(item)) == ("settled", confirmed)
    assert len(may_see_grades(item, reviewer())) == 4


def test_a_child_in_danger_is_in_danger_in_what_is_confirmed_too() -> None:
    first, other = reviewer(), reviewer()
    item = disagreed(first, other)
    stood(item, other, illegal(uk_category="B", imminent=True, note="Made today."))
    leased(item, first)
    confirmed = confirm_consensus(case_item=item, person=first)
    assert (confirmed.imminent, note_of(confirmed)) == (True, "Made today.")


def test_who_gives_way_settles_it() -> None:
    first, other = reviewer(), reviewer()
    item = disagreed(first, other)
    grade = stood(item, first, harmless())
    assert (grade.part, item.state, deciding_grade(item)) == ("consensus", "settled", grade)


def test_a_proposal_that_was_undone_lies_there_no_more() -> None:
    first, other = reviewer(), reviewer()
    item = disagreed(first, other)
    grade = graded(item, first, illegal(uk_category="B"))
    undo_grade(grade, first)
    assert proposal_of(item) is None
    assert awaits(item, first)


def test_a_senior_who_is_neither_decides_and_another_analyst_does_not() -> None:
    first, other = reviewer(Role.SENIOR_ANALYST), reviewer()
    item = disagreed(first, other)
    with pytest.raises(GradeError, match="does not wait"):
        graded(item, reviewer(), harmless())
    senior = reviewer(Role.SENIOR_ANALYST)
    assert len(may_see_grades(item, senior)) == 2
    grade = stood(item, senior, illegal(uk_category="B"))
    assert (grade.part, item.state, deciding_grade(item)) == ("senior", "settled", grade)


def test_glass_is_broken_only_after_its_hours_and_leads_are_told() -> None:
    policy(second_random_percent=100)
    item, first = case_item(), reviewer()
    stood(item, first, illegal())
    with pytest.raises(GradeError, match="24 hours"):
        break_glass(case_item=item, person=first, reason="Nobody is here.")
    waits_for_long(item)
    with pytest.raises(GradeError, match="Write down why"):
        break_glass(case_item=item, person=first, reason=" ")
    with pytest.raises(GradeError, match="second judgement yourself"):
        break_glass(case_item=item, person=reviewer(), reason="Nobody is here.", judgement=illegal())
    grade = break_glass(case_item=item, person=first, reason="Nobody is here.")
    assert (grade.part, grade.outcome, note_of(grade)) == ("alone", "confirmed_illegal", "Nobody is here.")
    with pytest.raises(GradeError, match="does not wait"):
        break_glass(case_item=item, person=first, reason="Nobody is here.")
    assert not Alert.objects.exists()
    minute_over(grade)
    item.refresh_from_db()
    assert (item.state, deciding_grade(item)) == ("settled", grade)
    assert (Alert.objects.get().kind, Alert.objects.get().urgent) == ("settled_alone", False)
    event = AuditEvent.objects.get(event="review:glass:broken")
    assert json.loads(event.details) == {"hours": 24, "part": "alone", "seen": None}
    assert event.actor_id == str(first.pk)
    assert AuditEvent.objects.filter(event="review:grade:submitted").count() == 1


def test_glass_is_not_broken_while_somebody_has_the_case_or_nothing_waits() -> None:
    policy(second_random_percent=100)
    item, first, other = case_item(), reviewer(), reviewer()
    with pytest.raises(GradeError, match="does not wait for another"):
        break_glass(case_item=item, person=first, reason="Nobody is here.", judgement=illegal())
    stood(item, first, illegal())
    waits_for_long(item)
    leased(item, other)
    with pytest.raises(GradeError, match="Somebody has this case"):
        break_glass(case_item=item, person=first, reason="Nobody is here.")


def test_a_third_breaks_the_glass_of_two_who_disagree_with_a_judgement_of_their_own() -> None:
    first, other, third = reviewer(), reviewer(), reviewer()
    item = disagreed(first, other)
    waits_for_long(item)
    with pytest.raises(GradeError, match="judgement of your own"):
        break_glass(case_item=item, person=third, reason="Both are ill.")
    assert may_see_grades(item, third) == []
    grade = break_glass(case_item=item, person=third, reason="Both are ill.", judgement=illegal(uk_category="B"))
    minute_over(grade)
    item.refresh_from_db()
    assert deciding_grade(item) == grade


def test_the_reasons_for_a_second_are_hidden_from_the_second() -> None:
    policy(second_high_stakes=True)
    item, first, other = case_item(), reviewer(), reviewer()
    stood(item, first, illegal(uk_category="A"))
    assert may_see_reasons(item, other) == []
    stood(item, other, illegal(uk_category="A"))
    assert may_see_reasons(item, other) == ["high_stakes"]
    assert may_see_reasons(item, reviewer(Role.LIST_MANAGER)) == []
