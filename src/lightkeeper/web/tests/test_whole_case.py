"""The whole case on one page: all that was done once it is settled, nothing of a judgement before, few queries."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.models import Item
from lightkeeper.record.services import place_hold
from lightkeeper.record.types import HoldBasis, ItemKind, Subject
from lightkeeper.review.models import CaseItem
from lightkeeper.review.tests.grades_made import case_item, illegal, policy, reviewer, stood
from lightkeeper.review.tests.looking import looked

pytestmark = pytest.mark.django_db


def whole(item: CaseItem, client: Client) -> str:
    answer = client.get(f"/cases/{item.case.public}/whole/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_once_settled_the_page_tells_what_was_done_to_whoever_may_know_it() -> None:
    policy()
    item, ada = case_item(), reviewer()
    looked(item, ada, "grey")
    stood(item, ada, illegal())
    supervisor = make_person(Role.SUPERVISOR)
    about = Subject("case", str(item.case_id))
    place_hold(subject=about, basis=HoldBasis.COURT_ORDER, reference="letter 7", by=supervisor.actor)
    page = whole(item, signed_in(supervisor))
    for words in ("All that was done", "All: 1 look", f'<span class="muted">{ada.name}</span>', "a court ordered it"):
        assert words in page, words
    assert "looked at item 1" in page
    assert "letter 7" not in page
    mine = whole(item, signed_in(ada))
    assert "All that was done" in mine
    for hidden in ("Legal holds", "Who saw it", "looked at item", "legal hold"):
        assert hidden not in mine, hidden
    assert 'data-key="g"' in signed_in(ada).get(f"/cases/{item.case.public}/").content.decode()
    assert signed_in(make_person(Role.LIST_MANAGER)).get(f"/cases/{item.case.public}/whole/").status_code == 403


def test_before_that_nobody_learns_who_judged_what() -> None:
    policy(second_random_percent=100)
    item, ada = case_item(), reviewer()
    stood(item, ada, illegal())
    item.refresh_from_db()
    assert item.state == "second"
    for person in (reviewer(), make_person(Role.SUPERVISOR), make_person(Role.AUDITOR)):
        page = whole(item, signed_in(person))
        assert "is shown afterwards" in page
        assert ada.name not in page
        assert "All that was done" not in page


@pytest.mark.parametrize("items", [1, 20])
def test_as_many_queries_for_twenty_items_as_for_one(
    items: int, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    policy()
    first, at = case_item(), now()
    client = signed_in(make_person(Role.SUPERVISOR))
    for position in range(2, items + 1):
        row = Item.objects.create(kind=ItemKind.PICTURE, sha256=bytes([position]) * 32, size=1)
        CaseItem.objects.create(case=first.case, item=row, position=position, added_at=at)
    CaseItem.objects.filter(case=first.case).update(state="settled", settled_at=at + timedelta(seconds=1))
    whole(first, client)
    with django_assert_max_num_queries(24):
        assert f"?item={items}" in whole(first, client)
