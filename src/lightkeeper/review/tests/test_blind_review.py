"""Whatever reviewers do, in whatever order: the second is blind, and an item gets exactly one judgement.

Some people grade, undo, wait, confirm, break the glass and open again; what the database says is compared with a small
model of the rules after every step.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import ClassVar
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import now
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from lightkeeper.people.models import Person
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent
from lightkeeper.review import second
from lightkeeper.review.judgement import GradeError, Judgement, agree
from lightkeeper.review.models import Case, CaseItem, Grade
from lightkeeper.review.queries import awaits, deciding_grade, may_see_grades, may_see_reasons, part_of, standing
from lightkeeper.review.services import (
    break_glass,
    confirm_consensus,
    reopen_case,
    settle,
    submit_grade,
    undo_grade,
)
from lightkeeper.review.states import CaseState, GradeState, ItemState
from lightkeeper.review.tests.grades_made import case_item, harmless, illegal, leased, policy, reviewer
from lightkeeper.review.types import GradePart

JUDGEMENTS = (
    illegal(uk_category="A"),
    illegal(uk_category="B"),
    harmless(),
    harmless(proposed="label", label="sensitive"),
    Judgement(outcome="insufficient_info", confidence="unsure", proposed="withhold"),
)
ROLES = (
    Role.ANALYST,
    Role.ANALYST,
    Role.ANALYST,
    Role.SENIOR_ANALYST,
    Role.SENIOR_ANALYST,
    Role.SUPERVISOR,
    Role.AUDITOR,
)
WHO = st.integers(0, 4)
WHAT = st.sampled_from(JUDGEMENTS)


class Reviewing(RuleBasedStateMachine):
    """An item, five people who grade and two who read; every act in a savepoint of one transaction."""

    people: ClassVar[list[Person]] = []

    def __init__(self) -> None:
        super().__init__()
        self._stack = contextlib.ExitStack()
        self._stack.enter_context(undone_afterwards())
        # What chance decides is a part of the example too: hypothesis must see the same again.
        self._stack.enter_context(mock.patch.object(second, "_random", Random(11)))
        self.item = case_item()

    def teardown(self) -> None:
        self._stack.close()

    def fresh(self) -> CaseItem:
        return CaseItem.objects.select_related("case").get(pk=self.item.pk)

    def pending(self) -> Grade | None:
        return Grade.objects.filter(case_item=self.item, state=GradeState.PENDING).first()

    @rule(who=WHO, judgement=WHAT)
    def grade(self, who: int, judgement: Judgement) -> None:
        person, item = self.people[who], self.fresh()
        part, before = part_of(item, person), Grade.objects.count()
        leased(item, person)
        with contextlib.suppress(GradeError), transaction.atomic():
            made = submit_grade(case_item=item, person=person, judgement=judgement)
            assert made.part == part
        assert Grade.objects.count() - before == (part is not None)

    @rule(who=WHO)
    def undo(self, who: int) -> None:
        grade, person = self.pending(), self.people[who]
        if grade is None:
            return
        with contextlib.suppress(GradeError), transaction.atomic():
            undo_grade(grade, person)
            assert grade.person_id == person.pk
            assert not settle(grade.pk)

    @rule(times=st.integers(1, 3))
    def minute_passes(self, times: int) -> None:
        grade = self.pending()
        if grade is None:
            return
        Grade.objects.filter(pk=grade.pk).update(stands_at=now())
        assert [settle(grade.pk) for _ in range(times)] == [True] + [False] * (times - 1)
        with pytest.raises(GradeError), transaction.atomic():
            undo_grade(grade, grade.person)

    @rule(who=WHO)
    def confirm(self, who: int) -> None:
        leased(self.item, self.people[who])
        with contextlib.suppress(GradeError), transaction.atomic():
            made = confirm_consensus(case_item=self.item, person=self.people[who])
            assert made.offered is not None
            assert made.offered.person_id != self.people[who].pk

    @rule(who=WHO, judgement=st.none() | WHAT, long=st.booleans())
    def alone(self, who: int, judgement: Judgement | None, long: bool) -> None:
        leased(self.item, self.people[who])
        if long:
            old = now() - timedelta(hours=24)
            Grade.objects.filter(case_item=self.item, state=GradeState.STANDING).update(ended_at=old)
        waited = long or Grade.objects.filter(case_item=self.item, ended_at__lt=now() - timedelta(hours=23)).exists()
        with contextlib.suppress(GradeError), transaction.atomic():
            break_glass(case_item=self.item, person=self.people[who], reason="Nobody came.", judgement=judgement)
            assert waited
            assert self.fresh().state in (ItemState.SECOND, ItemState.DISAGREED)

    @precondition(lambda self: self.fresh().state == ItemState.SETTLED)
    @rule(who=WHO)
    def reopen(self, who: int) -> None:
        with contextlib.suppress(PermissionDenied), transaction.atomic():
            case = reopen_case(self.fresh(), "An appeal.", self.people[who].actor)
            assert self.people[who].role == Role.SENIOR_ANALYST
            self.item = case.items.get()

    @invariant()
    def the_second_is_blind(self) -> None:
        for item in CaseItem.objects.select_related("case"):
            grades = standing(item)
            reviewers = {grade.person_id for grade in grades if grade.part in (GradePart.FIRST, GradePart.SECOND)}
            for person in self.people:
                seen = may_see_grades(item, person)
                others = [grade for grade in seen if grade.person_id != person.pk]
                assert all(grade.state == GradeState.STANDING for grade in others)
                if item.state in (ItemState.WAITING, ItemState.SECOND):
                    assert not others
                    assert not may_see_reasons(item, person)
                elif item.state == ItemState.DISAGREED:
                    entitled = person.pk in reviewers or person.role == Role.SENIOR_ANALYST
                    assert len(seen) >= len(grades) if entitled else not others
                if part_of(item, person) is GradePart.SECOND:
                    assert person.pk not in reviewers
                    assert not others

    @invariant()
    def an_item_has_one_judgement(self) -> None:
        for item in CaseItem.objects.select_related("case"):
            grades = standing(item)
            parts = [grade.part for grade in grades]
            assert parts.count(GradePart.FIRST) <= 1
            assert parts.count(GradePart.SECOND) <= 1
            assert len(
                {grade.person_id for grade in grades if grade.part in (GradePart.FIRST, GradePart.SECOND)}
            ) == len([part for part in parts if part in (GradePart.FIRST, GradePart.SECOND)])
            settled = AuditEvent.objects.filter(event="review:item:settled", subject_id=str(item.pk)).count()
            assert settled == (item.state == ItemState.SETTLED)
            decided = deciding_grade(item)
            assert (decided is not None) == (item.state == ItemState.SETTLED)
            if decided is not None:
                assert decided == grades[-1]
                assert_rightly_settled(item, grades)

    @invariant()
    def the_case_says_what_it_waits_for(self) -> None:
        for case in Case.objects.all():
            (item,) = case.items.all()
            pending = item.grades.filter(state=GradeState.PENDING).exists()
            if item.state == ItemState.SETTLED:
                assert case.state == CaseState.CLOSED
            else:
                assert case.state == (CaseState.SETTLING if pending else item.state)
            closed = AuditEvent.objects.filter(event="review:case:closed", subject_id=str(case.pk)).count()
            assert closed == (case.state == CaseState.CLOSED)

    @invariant()
    def every_act_has_its_event(self) -> None:
        count = AuditEvent.objects.filter(event__in=["review:grade:submitted", "review:glass:broken"]).count()
        assert count == Grade.objects.count()
        assert AuditEvent.objects.filter(event="review:grade:stood").count() == (
            Grade.objects.filter(state=GradeState.STANDING).count()
        )
        assert AuditEvent.objects.filter(event="review:grade:undone").count() == (
            Grade.objects.filter(state=GradeState.UNDONE).count()
        )

    @invariant()
    def nobody_waits_for_ever(self) -> None:
        item = self.fresh()
        if item.state != ItemState.SETTLED and self.pending() is None:
            assert any(awaits(item, person) for person in self.people)


def assert_rightly_settled(item: CaseItem, grades: list[Grade]) -> None:
    """One grade where no second was asked; two people who agree; or somebody who may decide by themselves."""
    last = grades[-1]
    if last.part == GradePart.FIRST:
        assert not item.second_because
    elif last.part in (GradePart.SECOND, GradePart.CONSENSUS):
        assert any(grade.person_id != last.person_id and agree(grade, last) for grade in grades)
    elif last.part == GradePart.SENIOR:
        assert last.person.role == Role.SENIOR_ANALYST
        assert all(grade.person_id != last.person_id for grade in grades[:-1])
    else:
        assert last.part == GradePart.ALONE
        assert last.note is not None


@contextlib.contextmanager
def undone_afterwards() -> Iterator[None]:
    """What happens within leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.long
@pytest.mark.django_db
def test_the_first_grade_is_invisible_to_the_second_reviewer_until_both_are_in() -> None:
    policy(second_high_stakes=True, second_unsure=True, second_random_percent=30)
    Reviewing.people[:] = [reviewer(role) for role in ROLES]
    examples = max(5, settings().max_examples // 4)
    # Without shrinking: it takes minutes, and an example of twenty acts can be read.
    run_state_machine_as_test(
        Reviewing,
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
