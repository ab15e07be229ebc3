"""A case that closes starts its clocks; on the day all that shows what was found goes, and what was judged stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from lightkeeper.people.types import Role
from lightkeeper.record.models import DestructionProof, RetentionClock, VaultObject
from lightkeeper.record.services import destroy_due, lift_hold, place_hold
from lightkeeper.record.tests.support import PERSON
from lightkeeper.record.types import HoldBasis, LiftReason, Subject
from lightkeeper.review.models import Case, Grade, Media, Sighting
from lightkeeper.review.queries import earlier_cases
from lightkeeper.review.services import keep_derivative, reopen_case
from lightkeeper.review.tests.grades_made import case_item, harmless, illegal, policy, reviewer, stood
from lightkeeper.review.tests.making import original
from lightkeeper.review.types import MediaKind

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _vault(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path


def rules() -> list[str]:
    return list(RetentionClock.objects.order_by("rule").values_list("rule", flat=True))


def overdue() -> None:
    RetentionClock.objects.update(due_at=now() - timedelta(minutes=1))


def test_a_case_starts_the_clocks_of_what_people_found_it_to_be() -> None:
    policy()
    found, unfounded = case_item(), case_item(b"another", 2)
    assert rules() == []
    stood(found, reviewer(), illegal())
    assert rules() == ["eu_12m", "tos_min"]
    stood(unfounded, reviewer(), harmless())
    assert rules() == ["eu_12m", "eu_unfounded", "own_unfounded", "tos_min"]
    assert set(RetentionClock.objects.values_list("subject_kind", "subject_id")) == {
        ("case", str(found.case_id)), ("case", str(unfounded.case_id)),
    }  # fmt: skip


def test_on_the_day_what_shows_it_goes_and_what_was_judged_stays() -> None:
    policy()
    kept = original(b"drawing")
    item = case_item(original=kept)
    keep_derivative(case_item_id=item.pk, kind=MediaKind.GREY, made=original(b"grey"))
    grade = stood(item, reviewer(), illegal(note="a mild note"))
    assert destroy_due() == 0
    hold = place_hold(subject=Subject("item", str(item.item_id)), basis=HoldBasis.DISPUTE, reference="A", by=PERSON)
    overdue()
    assert (destroy_due(), RetentionClock.objects.filter(blocked="hold").count()) == (0, 2)
    assert VaultObject.objects.filter(destroyed_at=None).count() == 2
    lift_hold(hold=hold.pk, reason=LiftReason.CLOSED, reference="Over", by=PERSON)
    assert (destroy_due(), destroy_due()) == (1, 0)
    assert set(VaultObject.objects.values_list("destroyed_because", "wrapped_key")) == {("retention_over", None)}
    assert not Media.objects.exists()
    assert Sighting.objects.get().context is None
    after = Grade.objects.get(pk=grade.pk)
    assert (after.note, after.outcome, after.state) == (None, "confirmed_illegal", "standing")
    proof = DestructionProof.objects.get()
    assert '"media":2' in proof.counts
    assert str(kept.uuid) in proof.objects_destroyed
    assert "drawing" not in proof.objects_destroyed + proof.counts


def test_a_hold_on_the_case_before_keeps_what_moved_to_the_one_that_opened_it_again() -> None:
    policy()
    before = case_item(original=original(b"drawing"))
    stood(before, reviewer(), illegal())
    case = reopen_case(before, "An appeal.", reviewer(Role.SENIOR_ANALYST).actor)
    assert earlier_cases(case.pk) == [before.case_id]
    overdue()
    assert destroy_due() == 1  # the first case has nothing left; the second is open
    assert Media.objects.get().case_item.case_id == case.pk
    place_hold(subject=Subject("case", str(before.case_id)), basis=HoldBasis.DISPUTE, reference="A", by=PERSON)
    stood(case.items.get(), reviewer(), harmless())
    assert Case.objects.get(pk=case.pk).state == "closed"
    assert (destroy_due(), Media.objects.count()) == (0, 1)
