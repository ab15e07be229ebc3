"""How many queries a reviewer's acts take: few, and no more for a case of twenty items or a full queue."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client
from django.utils.timezone import now

from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import signed_in
from lightkeeper.record.models import Item
from lightkeeper.record.types import ItemKind
from lightkeeper.review.models import CaseItem, Lease
from lightkeeper.review.picking import SAMPLED_EVERY
from lightkeeper.review.tests.grades_made import case_item, leased, policy, reviewer

pytestmark = pytest.mark.django_db

AtMost = Callable[[int], AbstractContextManager[object]]


@pytest.fixture
def browser() -> Client:
    """A reviewer's browser, after a page that opened the keys which a process keeps."""
    policy()
    person = reviewer()
    made: Client = signed_in(person)
    made.person = person  # type: ignore[attr-defined]
    first = case_item(b"opened before", 1000)
    leased(first, person)
    made.get(_page(first))
    made.post("/cases/give-back/")
    CaseItem.objects.filter(pk=first.pk).update(state="settled", settled_at=now())
    first.case.state, first.case.closed_at = "closed", now()
    first.case.save()
    return made


@pytest.mark.parametrize(("sampled_turn", "most"), [(False, 21), (True, 25)])
def test_take_next(browser: Client, django_assert_max_num_queries: AtMost, sampled_turn: bool, most: int) -> None:
    """Whatever waits, the next case is found and leased with the same few; where it is the turn of one drawn at random,
    these are looked for first."""
    for number in range(12):
        case_item(b"%d" % number, number)
    _make_it_the_turn_of(browser, sampled=sampled_turn)
    with django_assert_max_num_queries(most):
        assert browser.post("/cases/next/").headers["Location"] != "/cases/"


def test_the_queue(browser: Client, django_assert_max_num_queries: AtMost) -> None:
    """Rows take none of their own."""
    for number in range(12):
        case_item(b"%d" % number, number)
    with django_assert_max_num_queries(13):
        assert browser.get("/cases/").status_code == 200


@pytest.mark.parametrize("items", [1, 20])
def test_the_page_of_a_case(browser: Client, items: int, django_assert_max_num_queries: AtMost) -> None:
    """As many for twenty items as for one."""
    item = _with_items(case_item(), items)
    leased(item, _person(browser))
    with django_assert_max_num_queries(29):
        page = browser.get(_page(item)).content.decode()
    assert 'class="grade-form"' in page
    assert all(f"?item={position}" in page for position in range(2, items + 1))


def test_a_beat(browser: Client, django_assert_max_num_queries: AtMost) -> None:
    """Session, person, case and lease."""
    item = case_item()
    leased(item, _person(browser))
    with django_assert_max_num_queries(4):
        assert browser.post(f"{_page(item)}beat/").status_code == 204


def test_a_grade(browser: Client, django_assert_max_num_queries: AtMost) -> None:
    """A grade, its decision, its work and its event; savepoints are counted too."""
    item = case_item()
    leased(item, _person(browser))
    answers = {"outcome": "not_illegal", "confidence": "sure", "proposed": "no_action", "part": "first"}
    with django_assert_max_num_queries(34):
        answer = browser.post(f"{_page(item)}items/{item.position}/grade/", answers)
    assert answer.status_code == 302
    assert item.grades.count() == 1


def _make_it_the_turn_of(browser: Client, *, sampled: bool) -> None:
    """Take and give back until it is; how many leases there were depends on the tests before this one."""
    gone = Lease.objects.latest("pk")
    while ((Lease.objects.latest("pk").pk + 1) % SAMPLED_EVERY == 0) != sampled:
        Lease.objects.create(
            case=gone.case, person=_person(browser), taken_at=now(), beat_at=now(), ended_at=now(), ended=gone.ended
        )


def _person(browser: Client) -> Person:
    person: Person = browser.person  # type: ignore[attr-defined]
    return person


def _page(item: CaseItem) -> str:
    return f"/cases/{item.case.public}/"


def _with_items(item: CaseItem, many: int) -> CaseItem:
    for position in range(2, many + 1):
        more = Item.objects.create(kind=ItemKind.PICTURE, sha256=hashlib.sha256(b"%d" % position).digest(), size=1)
        CaseItem.objects.create(case=item.case, item=more, position=position, added_at=now())
    return item
