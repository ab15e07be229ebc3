"""A settled item is added to a list of our own by a person, with what is known of it, and never by itself."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import now

from lightkeeper.act.queries import may_be_added, own_lists, suggests_adding
from lightkeeper.act.services import add_to_list
from lightkeeper.act.types import ContributionRefused
from lightkeeper.lists.models import Entry, Exchange
from lightkeeper.lists.queries import entries_with
from lightkeeper.lists.services import create_list
from lightkeeper.lists.tests.making import value
from lightkeeper.lists.types import Algorithm, ListPurpose, ListRefused, ListStatus, NewEntry
from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent
from lightkeeper.record.types import Actor
from lightkeeper.review.models import CaseItem
from lightkeeper.review.services import erase_from_case, reopen_case
from lightkeeper.review.tests.grades_made import case_item, graded, harmless, illegal, policy, reviewer, stood

pytestmark = pytest.mark.django_db

DATA = b"drawing"
KNOWN = {"sha1": value(1, "sha1"), "md5": value(1, "md5"), "pdq": value(1, "pdq")}
WHY = "So that it is found again."


@pytest.fixture
def senior() -> Person:
    policy()
    return reviewer(Role.SENIOR_ANALYST)


@pytest.fixture
def ours() -> int:
    return create_list(name="our own", actor=Actor.operator(), status=ListStatus.VETTED)


def seen(**values: Any) -> CaseItem:
    digests = {name: KNOWN[name].hex() for name in ("sha1", "md5")}
    context = {"digests": {**digests, "sha256": hashlib.sha256(DATA).hexdigest()}, "pdq": KNOWN["pdq"].hex()}
    return case_item(DATA, context=context, **values)


def states(list_id: int) -> dict[str, str]:
    wanted = {"sha256": hashlib.sha256(DATA).digest(), **KNOWN}
    found = entries_with(list_id, [NewEntry(Algorithm(name), data) for name, data in wanted.items()])
    return {name: rows[0][1] for name, rows in zip(wanted, found, strict=True) if rows}


def test_what_is_known_of_the_item_is_added_with_the_grades_class(senior: Person, ours: int) -> None:
    item = seen()
    stood(item, senior, illegal(industry_class="A2"))
    assert not Entry.objects.exists()  # nothing by itself
    last = AuditEvent.objects.latest("pk").pk
    assert add_to_list(item, ours, reason=WHY, person=senior) == 4
    assert states(ours) == dict.fromkeys(["sha256", "sha1", "md5", "pdq"], "active")
    told = list(AuditEvent.objects.filter(pk__gt=last))
    assert [(one.event, one.actor_id) for one in told] == [("lists:entries:added", str(senior.pk))]
    assert add_to_list(item, ours, reason=WHY, person=senior) == 4
    assert Entry.objects.count() == 4


def test_without_a_submission_that_is_kept_the_sha256_is_added(senior: Person, ours: int) -> None:
    item = case_item(DATA)
    stood(item, senior, illegal())
    assert add_to_list(item, ours, reason=WHY, person=senior) == 1
    assert states(ours) == {"sha256": "active"}


def test_what_people_did_not_settle_as_illegal_is_not_added(senior: Person, ours: int) -> None:
    item = seen()
    for act in (lambda: None, lambda: graded(item, senior, illegal())):
        act()
        assert not may_be_added(item)
        with pytest.raises(ContributionRefused, match="settled as illegal"):
            add_to_list(item, ours, reason=WHY, person=senior)


def test_what_is_harmless_erased_or_open_again_is_not_added(senior: Person, ours: int) -> None:
    harmless_one, erased, again = case_item(b"1", 1), case_item(b"2", 2), case_item(b"3", 3)
    stood(harmless_one, senior, harmless(proposed="no_action"))
    erase_from_case(case_id=erased.case_id, source=bytes(erased.sightings.get().source), actor=Actor.operator())
    stood(again, senior, illegal())
    reopen_case(again, "An appeal.", senior.actor)
    for item in (harmless_one, erased, again):
        item.refresh_from_db()
        with pytest.raises(ContributionRefused):
            add_to_list(item, ours, reason=WHY, person=senior)
    assert not Entry.objects.exists()


def test_only_our_own_lists_are_offered_and_taken(senior: Person, ours: int) -> None:
    fetched = create_list(name="fetched", actor=Actor.operator())
    Exchange.objects.create(list_id=fetched, kind="ncmec", created_at=now())
    harmless_ones = create_list(name="harmless", actor=Actor.operator(), purpose=ListPurpose.ALLOW)
    item = seen()
    stood(item, senior, illegal())
    assert [row.pk for row in own_lists()] == [ours]
    for other in (fetched, harmless_ones, 10**9):
        with pytest.raises(ContributionRefused, match="our own lists"):
            add_to_list(item, other, reason=WHY, person=senior)
    with pytest.raises(ListRefused, match="reason"):
        add_to_list(item, ours, reason=" ", person=senior)


def test_who_may_not_is_refused_by_the_service_and_the_page(senior: Person, ours: int) -> None:
    item = seen()
    stood(item, senior, illegal())
    for role in (Role.ANALYST, Role.LIST_MANAGER, Role.AUDITOR):
        with pytest.raises(PermissionDenied):
            add_to_list(item, ours, reason=WHY, person=reviewer(role))
    path = f"/cases/{item.case.public}/items/{item.position}/add-to-list/"
    assert signed_in(reviewer()).post(path, {"list": ours, "reason": WHY}).status_code == 403
    assert not Entry.objects.exists()


def test_the_settled_page_offers_it_and_does_it(senior: Person, ours: int) -> None:
    item = seen()
    stood(item, senior, illegal())
    browser, page = signed_in(senior), f"/cases/{item.case.public}/"
    path = f"{page}items/{item.position}/add-to-list/"
    assert path in browser.get(page).content.decode()
    assert path not in signed_in(reviewer()).get(page).content.decode()
    told = browser.post(path, {"list": ours, "reason": WHY}, follow=True).content.decode()
    assert "4 values are on the list now." in told
    assert "Choose one of our own lists." in browser.post(path, {"list": "x"}, follow=True).content.decode()
    assert suggests_adding(item)  # what was decided is that it be removed
