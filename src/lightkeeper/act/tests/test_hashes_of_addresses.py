"""Hashes of what is at an assessed address go on a list of our own, by a person, and come off with a reversal."""

from __future__ import annotations

import hashlib

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from lightkeeper.act.models import Contribution
from lightkeeper.act.services import add_hashes_to_list
from lightkeeper.act.types import ContributionRefused
from lightkeeper.lists.models import Entry
from lightkeeper.lists.services import create_list
from lightkeeper.lists.types import ListRefused
from lightkeeper.people.tests.people_made import signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent
from lightkeeper.record.types import Actor
from lightkeeper.review.addresses.tests.addresses_made import actioned, address_item, closed_as
from lightkeeper.review.models import CaseItem
from lightkeeper.review.services import reopen_case
from lightkeeper.review.tests.grades_made import policy, reviewer, stood

pytestmark = pytest.mark.django_db
VALUE = hashlib.sha256(b"drawing").hexdigest()
LINES = f"sha256 {VALUE}\n\npdq {'0f' * 32} id C1\n"


def _settled(**values: object) -> CaseItem:
    policy()
    item = address_item()
    stood(item, reviewer(), actioned(**values))
    return item


def _own() -> int:
    return create_list(name="Our own", actor=Actor.operator())


def test_hashes_are_added_with_the_case_as_their_id_and_the_line_s_category() -> None:
    item, known, senior = _settled(uk_category="B"), _own(), reviewer(Role.SENIOR_ANALYST)
    assert add_hashes_to_list(item, known, LINES, reason="Seen there.", person=senior) == 2
    assert sorted(Entry.objects.values_list("algorithm", flat=True)) == ["pdq", "sha256"]
    assert Contribution.objects.filter(case_item=item).count() == 2
    assert VALUE not in str(list(AuditEvent.objects.values()))
    assert add_hashes_to_list(item, known, LINES, reason="Again.", person=senior) == 2
    assert (Entry.objects.count(), Contribution.objects.count()) == (2, 2)


@pytest.mark.once
@pytest.mark.parametrize(
    "lines", ["", "url http://a.test/", "phrase some words", "sha256 abc", "url_sha256 " + "0" * 64]
)
def test_what_is_no_hash_of_a_picture_or_video_is_refused_and_nothing_is_added(lines: str) -> None:
    item, known = _settled(), _own()
    with pytest.raises((ContributionRefused, ListRefused)):
        add_hashes_to_list(item, known, lines, reason="Seen there.", person=reviewer(Role.SENIOR_ANALYST))
    assert not Entry.objects.exists()


@pytest.mark.once
def test_only_an_address_that_is_acted_on_and_only_by_who_may() -> None:
    policy()
    known, senior = _own(), reviewer(Role.SENIOR_ANALYST)
    waiting = address_item()
    with pytest.raises(ContributionRefused):
        add_hashes_to_list(waiting, known, LINES, reason="x", person=senior)
    with pytest.raises(PermissionDenied):
        add_hashes_to_list(waiting, known, LINES, reason="x", person=reviewer())
    stood(waiting, reviewer(), closed_as("not_criminal"))
    with pytest.raises(ContributionRefused):
        add_hashes_to_list(waiting, known, LINES, reason="x", person=senior)
    other = address_item("http://b.test/", 2)
    stood(other, reviewer(), actioned())
    with pytest.raises(ContributionRefused):
        add_hashes_to_list(other, known + 1, LINES, reason="x", person=senior)
    reopen_case(other, "changed", senior.actor)
    with pytest.raises(ContributionRefused):
        add_hashes_to_list(other, known, LINES, reason="x", person=senior)


@pytest.mark.once
def test_the_page_of_a_settled_address_offers_it_and_says_how_many_are_there() -> None:
    item, known = _settled(), _own()
    browser = signed_in(reviewer(Role.SENIOR_ANALYST))
    page = reverse("case:page", args=[item.case.public])
    assert "Add hashes to a list of our own" in browser.get(page).content.decode()
    sent = {"list": str(known), "lines": LINES, "reason": "Seen there."}
    address = reverse("case:add_hashes", args=[item.case.public, item.position])
    answer = browser.post(address, sent, follow=True).content.decode()
    assert "2 values are on the list now." in answer
    assert VALUE not in answer
    assert "Nothing was used" in browser.post(address, {**sent, "lines": "sha256 abc"}, follow=True).content.decode()
