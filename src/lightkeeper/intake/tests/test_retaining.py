"""What a submission keeps goes with its case; its id still answers, and says the same as before."""

from __future__ import annotations

import pytest

from lightkeeper.act.services import propose_decision
from lightkeeper.intake.models import Submission
from lightkeeper.intake.retained import unsealed
from lightkeeper.intake.tests.conftest import VETTED_BYTES
from lightkeeper.intake.tests.platform import Platform, body_of, picture
from lightkeeper.record.models import DestructionProof, Hold, VaultObject
from lightkeeper.record.services import destroy_due, lift_hold, place_hold
from lightkeeper.record.tests.support import PERSON
from lightkeeper.record.types import HoldBasis, LiftReason, Subject
from lightkeeper.review.models import Case
from lightkeeper.review.tests.grades_made import graded, harmless, minute_over, policy, reviewer

pytestmark = pytest.mark.django_db


def test_what_people_found_unfounded_is_destroyed_at_once_and_its_id_answers_as_before(
    platform: Platform, keeping: None
) -> None:
    policy()
    platform.submit("a", picture(VETTED_BYTES), uploader="account-17")
    item, person = Case.objects.get().items.get(), reviewer()
    grade = graded(item, person, harmless())
    propose_decision(grade=grade, person=person)
    minute_over(grade)
    before = body_of(platform.get("a")), body_of(platform.get("a", key=platform.detailed))
    row = Submission.objects.get()
    hold = place_hold(subject=Subject("submission", str(row.pk)), basis=HoldBasis.DISPUTE, reference="A", by=PERSON)
    assert destroy_due() == 0
    lift_hold(hold=hold.pk, reason=LiftReason.CLOSED, reference="Over", by=PERSON)
    assert Hold.objects.count() == 1
    assert (destroy_due(), destroy_due()) == (1, 0)
    row.refresh_from_db()
    kept = unsealed(row.retained, row.reference_index)
    assert kept == kept.only_body()
    assert not VaultObject.objects.filter(destroyed_at=None).exists()
    assert '"submissions":1' in DestructionProof.objects.get().counts
    assert (body_of(platform.get("a")), body_of(platform.get("a", key=platform.detailed))) == before
    assert platform.submit("a", picture(VETTED_BYTES), uploader="account-17").status_code == 200
    assert platform.send("DELETE", "/submissions/a").status_code == 200
