"""What another radius would have meant, and how often a list was right: worked out by hand for six items."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from django.utils.timezone import now

from lightkeeper.review.models import Case, CaseItem, Finding
from lightkeeper.review.queries import Bar, cases_by_entry, confirmations, distances
from lightkeeper.review.tests.grades_made import case_item, harmless, illegal, policy, reviewer, stood
from lightkeeper.review.tests.making import finding

pytestmark = pytest.mark.django_db

LIST = 5


def found(number: int, *distances_of: int, drawn: bool, list_id: int = LIST) -> CaseItem:
    """An item that entries of the list are so far from."""
    findings = [
        dataclasses.replace(finding(100 * number + place), list_id=list_id, list_name=f"list {list_id}", radius=31,
                            distance=distance)
        for place, distance in enumerate(distances_of)
    ]  # fmt: skip
    item = case_item(b"item %d" % number, number, findings=findings)
    Finding.objects.filter(case_item=item).update(sampled=drawn)
    return item


@pytest.fixture
def six() -> list[CaseItem]:
    """Drawn: 2 and 10 bits right, 10 and 28 wrong. Not drawn: 10 right, and 20 that nobody graded."""
    policy()
    ann = reviewer()
    items = [
        found(1, 2, 30, drawn=True), found(2, 10, drawn=True), found(3, 10, drawn=True), found(4, 28, drawn=True),
        found(5, 10, drawn=False), found(6, 20, drawn=False),
    ]  # fmt: skip
    for item, right in zip(items, (True, True, False, False, True), strict=False):
        stood(item, ann, illegal() if right else harmless())
    return items


def test_items_by_distance_split_by_what_people_found(six: list[CaseItem]) -> None:
    there = distances(LIST)
    assert (len(there), there.drawn, there.cut) == (6, 4, False)
    assert there.bars() == [Bar(2, 1, 0, 0), Bar(10, 2, 1, 0), Bar(20, 0, 0, 1), Bar(28, 0, 1, 0)]


@pytest.mark.parametrize(("radius", "stay", "go", "go_right", "go_wrong", "right"), [
    (1, 0, 6, 3, 2, None),
    (2, 1, 5, 2, 2, (1, 1)),
    (10, 4, 2, 0, 1, (2, 3)),  # the item that was not drawn stays, and says nothing of precision
    (27, 5, 1, 0, 1, (2, 3)),
    (31, 6, 0, 0, 0, (2, 4)),
])  # fmt: skip
def test_what_a_radius_would_have_meant(
    six: list[CaseItem], radius: int, stay: int, go: int, go_right: int, go_wrong: int, right: tuple[int, int] | None
) -> None:
    one = distances(LIST).at(radius)
    assert (one.stay, one.go, one.go_right, one.go_wrong) == (stay, go, go_right, go_wrong)
    assert (one.right and (one.right.count, one.right.n)) == right


def test_two_of_three_has_wilsons_interval(six: list[CaseItem]) -> None:
    """By hand: z = 1.96, (p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n) = 0.567 ± 0.359."""
    share = distances(LIST).at(10).right
    assert share is not None
    assert (round(share.low, 3), round(share.high, 3)) == (0.208, 0.939)


def test_only_this_list_and_this_period_count(six: list[CaseItem]) -> None:
    found(7, 3, drawn=True, list_id=LIST + 1)
    Finding.objects.filter(case_item=six[0]).update(found_at=now() - timedelta(days=40))
    assert [bar.distance for bar in distances(LIST, now() - timedelta(days=30)).bars()] == [10, 20, 28]
    assert len(distances(LIST + 2)) == 0


def test_a_list_was_right_so_often_by_what_was_drawn(six: list[CaseItem]) -> None:
    found(7, 3, drawn=True, list_id=LIST + 1)
    right = confirmations([LIST, LIST + 1, LIST + 2])
    assert right.keys() == {LIST, LIST + 1}
    one = right[LIST]
    assert one.right is not None
    assert (one.drawn, one.waiting, one.untold, one.right.count, one.right.n, one.few) == (4, 0, 0, 2, 4, True)
    other = right[LIST + 1]
    assert (other.drawn, other.waiting, other.right) == (1, 1, None)


def test_the_cases_of_entries(six: list[CaseItem]) -> None:
    first = Case.objects.get(items=six[0])
    assert cases_by_entry([100, 101, 999]) == {100: (1, [first]), 101: (1, [first])}
