"""An item that is opened again: its submission follows it, the new decision reaches it, and so does erasing."""

from __future__ import annotations

import pytest

from lightkeeper.act.services import propose_decision
from lightkeeper.intake.models import Submission
from lightkeeper.intake.tests.conftest import VETTED_BYTES
from lightkeeper.intake.tests.platform import Platform, picture
from lightkeeper.people.types import Role
from lightkeeper.review.judgement import Judgement
from lightkeeper.review.models import Case, Media, Sighting
from lightkeeper.review.services import reopen_case
from lightkeeper.review.tests.grades_made import graded, harmless, illegal, minute_over, policy, reviewer

pytestmark = pytest.mark.django_db


def decided(case: Case, judgement: Judgement) -> None:
    item, person = case.items.get(), reviewer()
    grade = graded(item, person, judgement)
    propose_decision(grade=grade, person=person)
    minute_over(grade)


def test_a_submission_follows_its_item_into_the_case_that_opened_it_again(platform: Platform, keeping: None) -> None:
    policy()
    platform.submit("a", picture(VETTED_BYTES))
    before = Case.objects.get()
    decided(before, illegal())
    row = Submission.objects.get()
    assert (row.case_id, row.decision, row.withheld) == (before.pk, "remove", True)
    case = reopen_case(before.items.get(), "An appeal.", reviewer(Role.SENIOR_ANALYST).actor)
    assert Media.objects.get().case_item.case == case
    decided(case, harmless())
    row.refresh_from_db()
    assert (row.case_id, row.decision, row.withheld) == (case.pk, "reinstate", False)
    assert platform.send("DELETE", "/submissions/a").status_code == 200
    assert Sighting.objects.get().context is None
    assert not Media.objects.exists()
