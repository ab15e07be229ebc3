"""Offers: what was graded is confirmed without another look, and the record says that nobody looked."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from lightkeeper.review.judgement import GradeError, Judgement
from lightkeeper.review.models import CaseItem, Cluster, Grade, Media
from lightkeeper.review.queries import offered
from lightkeeper.review.services import reopen_case
from lightkeeper.review.tests.grades_made import case_item, graded, harmless, illegal, policy, reviewer, stood
from lightkeeper.review.tests.looking import looked
from lightkeeper.review.tests.making import original

pytestmark = pytest.mark.django_db


def settled_by_two(data: bytes = b"drawing", judgement: Judgement | None = None) -> CaseItem:
    policy(second_random_percent=100)
    item = case_item(data)
    for _ in range(2):
        stood(item, reviewer(), judgement or illegal(uk_category="A"))
    assert item.state == "settled"
    return item


def shown(item: CaseItem) -> CaseItem:
    """There is a form for viewing of this item."""
    Media.objects.create(case_item=item, kind="tile", vault_object=original(b"tile"))
    return item


def clustered(*items: CaseItem) -> None:
    cluster = Cluster.objects.create(sealed=b"sealed", made_at=now())
    for item in items:
        item.cluster = cluster
        item.save(update_fields=["cluster"])


def test_what_two_agreed_on_is_confirmed_without_a_view_and_recorded_as_not_viewed() -> None:
    settled_by_two()
    policy(second_high_stakes=True, second_new_reviewer_grades=20)
    again = shown(case_item(number=2))
    offer = offered(again)
    assert offer is not None
    assert (offer.why, offer.agreed, offer.needs_view) == ("exact", 2, False)
    assert offer.judgement == illegal(uk_category="A")
    grade = stood(again, reviewer(), offer.judgement, offered=offer.grade)
    assert (grade.offered, grade.seen, grade.outcome) == (offer.grade, "", "confirmed_illegal")
    assert again.state == "settled"


def test_a_confirmation_is_drawn_for_a_second_by_chance_all_the_same() -> None:
    settled_by_two()
    again = case_item(number=2)
    offer = offered(again)
    assert offer is not None
    stood(again, reviewer(), offer.judgement, offered=offer.grade)
    assert (again.state, again.second_because) == ("second", "random")


def test_what_one_person_graded_is_offered_with_a_look() -> None:
    policy()
    stood(case_item(), reviewer(), illegal())
    again = shown(case_item(number=2))
    offer = offered(again)
    assert offer is not None
    assert (offer.why, offer.agreed, offer.needs_view) == ("exact", 1, True)


def test_a_near_duplicate_is_looked_at_before_its_offer_is_confirmed() -> None:
    known, person = settled_by_two(), reviewer()
    policy()
    near = shown(case_item(b"another drawing", 2))
    assert offered(near) is None
    clustered(known, near)
    offer = offered(near)
    assert offer is not None
    assert (offer.why, offer.needs_view) == ("cluster", True)
    with pytest.raises(GradeError, match="look at it before"):
        graded(near, person, offer.judgement, offered=offer.grade)
    looked(near, person, "tile")
    grade = graded(near, person, offer.judgement, offered=offer.grade)
    assert (grade.offered, grade.seen) == (offer.grade, "tile")


def test_where_nothing_is_kept_or_the_policy_says_so_no_look_is_asked() -> None:
    known = settled_by_two()
    policy()
    near = case_item(b"another drawing", 2)
    clustered(known, near)
    assert [offer.needs_view for offer in [offered(near)] if offer] == [False]
    shown(near)
    assert [offer.needs_view for offer in [offered(near)] if offer] == [True]
    policy(offers_need_view=False)
    assert [offer.needs_view for offer in [offered(near)] if offer] == [False]


def test_a_judgement_that_differs_confirms_nothing() -> None:
    settled_by_two()
    again = case_item(number=2)
    offer = offered(again)
    assert offer is not None
    assert graded(again, reviewer(), harmless(), offered=offer.grade).offered is None


def test_a_grade_that_is_not_offered_is_not_confirmed() -> None:
    other = settled_by_two(b"something else")
    again = case_item(number=2)
    strange = Grade.objects.filter(case_item=other).latest("pk")
    with pytest.raises(GradeError, match="no longer offered"):
        graded(again, reviewer(), illegal(uk_category="A"), offered=strange)


@pytest.mark.parametrize("outcome", ["age_undeterminable", "insufficient_info", "duplicate", "not_found"])
def test_what_says_nothing_of_the_content_is_not_offered(outcome: str) -> None:
    settled_by_two(judgement=Judgement(outcome=outcome, confidence="sure", proposed="no_action"))
    assert offered(case_item(number=2)) is None


def test_the_last_judgement_counts_and_one_that_was_opened_again_is_offered_nothing() -> None:
    before = settled_by_two()
    policy()
    senior = reviewer().actor
    case = reopen_case(before, "Somebody appealed.", senior.__class__(senior.kind, senior.id, "senior_analyst"))
    again = case.items.get()
    assert offered(again) is None
    stood(again, reviewer(), harmless())
    offer = offered(case_item(number=3))
    assert offer is not None
    assert (offer.judgement, offer.agreed) == (harmless(), 1)


def test_only_a_first_reviewer_is_offered_anything() -> None:
    settled_by_two()
    again = case_item(number=2)
    assert offered(again) is not None
    stood(again, reviewer(), harmless())
    assert again.state == "second"
    assert offered(again) is None
