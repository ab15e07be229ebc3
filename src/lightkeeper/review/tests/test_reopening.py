"""Opening again: a new case with all its evidence; what was judged before stays as it was."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied

from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent
from lightkeeper.review.judgement import GradeError
from lightkeeper.review.models import Case, CaseItem, CaseLink, Media
from lightkeeper.review.queries import because_of, deciding_grade, may_see_grades
from lightkeeper.review.services import context_of, erase_from_case, reopen_case
from lightkeeper.review.tests.grades_made import case_item, harmless, illegal, leased, policy, reviewer, stood
from lightkeeper.review.tests.making import CLIENT, opened, original, source

pytestmark = pytest.mark.django_db


def settled() -> CaseItem:
    policy()
    item = case_item(original=original(b"drawing"))
    stood(item, reviewer(), illegal())
    return item


def test_a_settled_item_opens_as_a_new_case_and_earlier_grades_stay() -> None:
    before, senior = settled(), reviewer(Role.SENIOR_ANALYST)
    before.findings.update(sampled=True)
    case = reopen_case(before, " The list was wrong. ", senior.actor)
    after = case.items.get()
    assert (case.state, case.reason, after.state, after.reopens) == ("waiting", "reopened", "waiting", before)
    assert because_of(case) == "The list was wrong."
    assert b"wrong" not in bytes(case.because or b"")
    assert [context_of(row) for row in after.sightings.all()] == [{"number": 1}]
    assert not before.sightings.exists()
    assert (after.findings.get().sampled, before.findings.get().sampled) == (True, False)
    assert Media.objects.get().case_item == after
    link = CaseLink.objects.get()  # who opened it again says that the two belong together
    assert (link.earlier, link.state, link.judgements.get().made_by) == (before.case, "accepted", senior)
    stood(after, senior, harmless())
    before.refresh_from_db()
    assert [grade.outcome for grade in may_see_grades(before, senior)] == ["confirmed_illegal"]
    decided = deciding_grade(after)
    assert decided is not None
    assert decided.outcome == "not_illegal"
    event = AuditEvent.objects.get(event="review:case:reopened")
    assert (json.loads(event.details), event.actor_id) == ({"before": before.case_id}, str(senior.pk))


def test_a_later_sighting_joins_what_was_opened_again() -> None:
    before = settled()
    case = reopen_case(before, "An appeal.", reviewer(Role.SENIOR_ANALYST).actor)
    assert opened(number=2).id == case.pk


def test_only_the_last_settled_row_of_an_item_is_opened_and_only_with_a_reason() -> None:
    before, senior = settled(), reviewer(Role.SENIOR_ANALYST)
    with pytest.raises(PermissionDenied):
        reopen_case(before, "An appeal.", reviewer().actor)
    with pytest.raises(GradeError, match="Write down why"):
        reopen_case(before, " ", senior.actor)
    after = reopen_case(before, "An appeal.", senior.actor).items.get()
    with pytest.raises(GradeError, match="later case"):
        reopen_case(before, "An appeal.", senior.actor)
    with pytest.raises(GradeError, match="not settled yet"):
        reopen_case(after, "An appeal.", senior.actor)
    stood(after, senior, harmless())
    with pytest.raises(GradeError, match="later case"):
        reopen_case(before, "An appeal.", senior.actor)
    assert reopen_case(after, "Another appeal.", senior.actor).items.get().reopens == after


def test_what_was_erased_is_not_opened_again() -> None:
    before, senior = settled(), reviewer(Role.SENIOR_ANALYST)
    erase_from_case(case_id=before.case_id, source=source(1), actor=CLIENT)
    with pytest.raises(GradeError, match="erased"):
        reopen_case(before, "An appeal.", senior.actor)


def test_erasing_reaches_what_was_opened_again() -> None:
    before, senior = settled(), reviewer(Role.SENIOR_ANALYST)
    case = reopen_case(before, "An appeal.", senior.actor)
    erase_from_case(case_id=case.pk, source=source(1), actor=CLIENT)
    assert case.items.get().state == "settled"
    assert not Media.objects.exists()
    assert deciding_grade(case.items.get()) is None


def test_erasing_what_nobody_graded_closes_the_case_once_and_ends_the_lease() -> None:
    item, person = case_item(), reviewer()
    lease = leased(item, person)
    erase_from_case(case_id=item.case_id, source=source(1), actor=CLIENT)
    lease.refresh_from_db()
    assert (Case.objects.get().state, lease.ended) == ("closed", "done")
    assert AuditEvent.objects.filter(event="review:case:closed").count() == 1
    assert deciding_grade(item) is None
