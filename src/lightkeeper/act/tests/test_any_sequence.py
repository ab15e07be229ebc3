"""Whatever people do in whatever order, each item's decision is carried out exactly once, and only when it is final."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lightkeeper.act.models import Action, Decision
from lightkeeper.act.tests.decided import decide, minute_passes, sent_by, work
from lightkeeper.act.tests.platform import Platform, make_platform
from lightkeeper.people.models import Person
from lightkeeper.people.types import Role
from lightkeeper.review.judgement import GradeError
from lightkeeper.review.models import CaseItem, Grade
from lightkeeper.review.services import context_of, undo_grade
from lightkeeper.review.tests.grades_made import harmless, illegal, policy, reviewer

ACTS = st.sampled_from(["grade", "grade", "grade and wait", "grade and wait", "undo", "wait", "work"])
STEPS = st.lists(st.tuples(ACTS, st.integers(0, 1), st.integers(0, 2), st.booleans()), min_size=4, max_size=16)
"""What is done, to which of two items, by which of three people, and as what."""


@pytest.mark.django_db
def test_each_item_is_decided_exactly_once(monkeypatch: pytest.MonkeyPatch) -> None:
    platform = make_platform(monkeypatch, events=["decision.made"])
    people = [reviewer(), reviewer(), reviewer(Role.SENIOR_ANALYST)]
    round_number, settled = iter(range(10**6)), list[int]()

    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(STEPS, st.booleans())
    def any_sequence(steps: list[tuple[str, int, int, bool]], second: bool) -> None:
        policy(second_random_percent=100 if second else 0)
        base = 2 * next(round_number)
        platform.sent.clear()
        items = [
            sent_by(platform, f"photo-{base + number}", number=base + number, data=b"drawing %d" % (base + number))
            for number in range(2)
        ]
        for what, item, person, flag in steps:
            _step(what, items[item], people[person], flag)
            _check(platform, items)
        minute_passes()
        work()
        _check(platform, items)
        work()
        _check(platform, items)
        names = [body["id"] for body in platform.bodies()]
        assert sorted(names) == sorted(_name(item) for item in items if item.state == "settled")
        settled.append(len(names))

    any_sequence()
    assert sum(settled) > len(settled) / 4  # many of the items are decided, or nothing was proved


def _step(what: str, item: CaseItem, person: Person, flag: bool) -> None:
    item.refresh_from_db()
    try:
        if what.startswith("grade"):
            decide(item, person, illegal() if flag else harmless(proposed="no_action"))
        elif what == "undo":
            for grade in Grade.objects.filter(case_item=item, state="pending"):
                undo_grade(grade, grade.person)
    except GradeError:
        return  # not their turn, or too late: nothing happened
    if what.endswith("wait"):
        minute_passes()
    if what in {"grade and wait", "work"}:
        work()


def _check(platform: Platform, items: list[CaseItem]) -> None:
    told: list[Any] = platform.bodies()
    for item in items:
        item.refresh_from_db()
        done = list(Decision.objects.filter(case_item=item, state="carried_out"))
        assert len(done) == (item.state == "settled")
        assert Action.objects.filter(decision__case_item=item).count() == len(done)
        name = _name(item)
        assert len([body for body in told if body["id"] == name]) <= len(done)
        for decision in done:
            assert decision.grade.state == "standing"
            assert [body["decision"] for body in told if body["id"] == name] in ([], [decision.kind])
        for grade in Grade.objects.filter(case_item=item).exclude(state="standing"):
            assert grade.decision.state == {"pending": "proposed", "undone": "void"}[grade.state]
        assert not (done and Decision.objects.filter(case_item=item, state="proposed").exists())


def _name(item: CaseItem) -> str:
    return str((context_of(item.sightings.get()) or {})["callers_id"])
