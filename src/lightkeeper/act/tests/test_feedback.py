"""Sources are told what people judged: after a final grade, once, and not what says nothing of the entry."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.utils.timezone import now

from lightkeeper.lists.models import Entry, Exchange, Feedback
from lightkeeper.lists.tests.making import csv, imported, row
from lightkeeper.people.types import Role
from lightkeeper.review.models import CaseItem
from lightkeeper.review.services import reopen_case
from lightkeeper.review.tests.grades_made import (
    case_item,
    graded,
    harmless,
    illegal,
    minute_over,
    policy,
    reviewer,
    stood,
)
from lightkeeper.review.tests.making import finding
from lightkeeper.review.types import NewFinding

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> int:
    """An entry of a list whose source takes opinions, switched on."""
    policy()
    made = imported(csv(row(1, "sha256")))
    Exchange.objects.create(list_id=made.list_id, kind="ncmec", feedback=True, created_at=now())
    return Entry.objects.get().pk


def found(entry: int, **values: Any) -> NewFinding:
    given = {"entry": entry, "algorithm": "sha256", "distance": 0, "tier": "match"}
    return replace(finding(), **{**given, **values})


def item_of(entry: int, **values: Any) -> CaseItem:
    return case_item(findings=[found(entry, **values)])


def told() -> list[tuple[str, str]]:
    return list(Feedback.objects.order_by("pk").values_list("opinion", "state"))


def test_only_a_final_grade_is_told_and_once(entry: int) -> None:
    item, person = item_of(entry), reviewer()
    graded(item, person, illegal())
    assert told() == []
    stood_grade = item.grades.get()
    assert minute_over(stood_grade)
    assert told() == [("up", "queued")]
    assert Feedback.objects.get().grade == stood_grade.pk
    assert not minute_over(stood_grade)
    assert len(told()) == 1


def test_against_an_entry_speaks_an_exact_match_that_people_judged_harmless(entry: int) -> None:
    stood(item_of(entry), reviewer(), harmless(proposed="no_action"))
    assert told() == [("down", "queued")]


@pytest.mark.parametrize(
    "values", [{"algorithm": "pdq", "distance": 8, "radius": 31}, {"distance": 0, "tier": "possible"}]
)
def test_a_harmless_neighbour_says_nothing_against_an_entry(entry: int, values: dict[str, Any]) -> None:
    stood(item_of(entry, **values), reviewer(), harmless(proposed="no_action"))
    assert told() == []


@pytest.mark.parametrize("outcome", ["age_undeterminable", "insufficient_info", "duplicate", "not_found"])
def test_what_is_no_judgement_of_the_entry_is_not_told(entry: int, outcome: str) -> None:
    stood(item_of(entry), reviewer(), harmless(outcome=outcome, proposed="no_action"))
    assert told() == []


def test_sources_that_were_not_switched_on_are_told_nothing(entry: int) -> None:
    Exchange.objects.update(feedback=False)
    stood(item_of(entry), reviewer(), illegal())
    assert told() == []


def test_what_was_not_sent_is_taken_back_when_the_item_is_opened_again(entry: int) -> None:
    item = item_of(entry)
    stood(item, reviewer(), illegal())
    senior = reviewer(Role.SENIOR_ANALYST)
    again = reopen_case(item, "An appeal.", senior.actor).items.get()
    assert told() == [("up", "refused")]
    stood(again, senior, harmless(proposed="no_action"))
    assert told() == [("up", "refused"), ("down", "queued")]


def test_what_was_sent_stays_sent(entry: int) -> None:
    item = item_of(entry)
    stood(item, reviewer(), illegal())
    Feedback.objects.update(state="sent", ended_at=now())
    reopen_case(item, "An appeal.", reviewer(Role.SENIOR_ANALYST).actor)
    assert told() == [("up", "sent")]
