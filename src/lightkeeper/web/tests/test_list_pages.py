"""The pages of lists show all that is known but a value, to those who may see it, and with the same few queries."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client
from django.urls import reverse

from lightkeeper.lists import services
from lightkeeper.lists.models import Entry, HashList
from lightkeeper.lists.tests.making import csv, imported, moved, row, value
from lightkeeper.lists.types import EntryState, ListPurpose, NewHit
from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.review.models import CaseItem, Finding
from lightkeeper.review.tests.grades_made import case_item, harmless, illegal, policy, reviewer, stood
from lightkeeper.review.tests.making import finding

pytestmark = pytest.mark.django_db

AtMost = Callable[[int], AbstractContextManager[object]]
PLANTED = ("planted-id", "planted-category", value(1).hex(), value(2, "sha256").hex(), value(1).hex().upper())


@pytest.fixture
def known() -> int:
    content = csv(row(1, "pdq", "planted-id", "planted-category"), row(2, "sha256", "planted-id"), row(3, "md5"))
    return imported(content).list_id


@pytest.fixture
def manager() -> Client:
    return signed_in(make_person(Role.LIST_MANAGER))


def page(client: Client, name: str, *of: object, **asked: int) -> str:
    answer = client.get(reverse(f"lists:{name}", args=of), asked)
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text


def pdq_entry() -> Entry:
    return Entry.objects.get(algorithm="pdq")


def hit(entry: Entry, uploaders: int) -> None:
    """So many uploaders send an item each that the entry matches."""
    services.note_hits([
        NewHit(entry.pk, hashlib.sha256(b"item %d" % n).digest(), hashlib.sha256(b"from %d" % n).digest(), 3)
        for n in range(uploaders)
    ])  # fmt: skip


def drawn(list_id: int, number: int, distance: int = 9, entry: int | None = None) -> CaseItem:
    """An item that the list found and that was drawn."""
    near = dataclasses.replace(
        finding(entry or 1000 + number), list_id=list_id, list_name="made", radius=31, distance=distance
    )
    item = case_item(b"found %d" % number, number, findings=[near])
    Finding.objects.filter(case_item=item).update(sampled=True)
    return item


def test_lists_say_what_they_hold_and_that_they_are_not_measured(manager: Client, known: int) -> None:
    moved(Entry.objects.get(algorithm="md5").pk)
    hit(pdq_entry(), 3)
    text = page(manager, "lists")
    assert "not measured yet" in text
    assert "1 withdrawn" in text
    assert '<td class="number">3</td>' in text
    assert "drawn at random" in text


def test_lists_say_how_often_they_were_right(manager: Client, known: int) -> None:
    policy()
    ann = reviewer()
    for number in range(4):
        stood(drawn(known, number), ann, harmless() if number == 3 else illegal())
    for text in (page(manager, "lists"), page(manager, "list", known)):
        assert "75 % of 4; with 95 % confidence from 30 to 95 %" in text
        assert "too few to go by" in text
    assert "Drawn: 4; waiting: 0; nobody could tell: 0." in page(manager, "list", known)


def test_a_list_says_who_signed_its_radius_when_and_why(manager: Client, known: int) -> None:
    assert "the operator of this server" in page(manager, "list", known)
    signer = make_person(Role.LIST_MANAGER)
    Person.objects.filter(pk=signer.pk).update(name="Sig Ner")
    services.set_radius(known, 20, reason="what is further was wrong", actor=signer.actor)
    text = page(manager, "list", known)
    assert "20 bits: what is further was wrong" in text
    assert "signed by Sig Ner" in text


def test_an_allow_list_says_what_it_won_over(manager: Client) -> None:
    made = imported(csv(row(9)), "harmless", purpose=ListPurpose.ALLOW).list_id
    HashList.objects.update(allowed_matches=5)
    text = page(manager, "list", made)
    assert "hits of 5 items" in text
    assert "not measured yet" not in text
    assert "won over 5 items" in page(manager, "lists")


def test_a_stale_list_says_so(manager: Client, known: int) -> None:
    assert 'tag-bad">stale' not in page(manager, "list", known)
    HashList.objects.update(imported_at="2026-01-01T00:00:00Z", stale_days=3)
    assert 'tag-bad">stale' in page(manager, "list", known)
    assert 'tag-bad">stale' in page(manager, "lists")


def test_what_another_radius_would_have_meant(manager: Client, known: int) -> None:
    assert "found nothing by PDQ" in page(manager, "what_if", known)
    policy()
    stood(drawn(known, 1, 3), reviewer(), illegal())
    drawn(known, 2, 22)
    text = page(manager, "what_if", known, radius=13)
    assert "2 items, 3 to 22 bits from their entries; the radius is 31. Confirmed: 1, not: 0" in text
    assert "asked for" in text
    assert 'class="histogram"' in text
    assert "cannot" in text or "not what a wider one would find" in text
    for asked in ("", "x", "99", "-1"):
        assert manager.get(reverse("lists:what_if", args=[known]), {"radius": asked, "days": asked}).status_code == 200
    assert manager.get(reverse("lists:what_if", args=[10**6])).status_code == 404


def test_what_floods_stands_in_quarantine_until_somebody_decides(manager: Client, known: int) -> None:
    entry = pdq_entry()
    drawn(known, 1, entry=entry.pk)
    hit(entry, 20)
    text = page(manager, "quarantine")
    assert "20 uploaders matched it within an hour" in text
    assert text.count('<td class="number">20</td>') == 2
    assert "1 case" in text
    assert "/cases/" not in text
    assert "1 entry is in quarantine" in page(manager, "lists")
    move = reverse("lists:move", args=[entry.pk])
    answer = manager.post(move, {"state": "active", "reason": "an advert that all share"})
    assert answer.headers["Location"] == reverse("lists:quarantine")
    assert Entry.objects.get(pk=entry.pk).state == EntryState.ACTIVE
    assert "None." in page(manager, "quarantine")


def test_an_entry_says_all_but_its_value(manager: Client, known: int) -> None:
    entry = pdq_entry()
    item = drawn(known, 1, entry=entry.pk)
    hit(entry, 2)
    services.move_entry(entry.pk, EntryState.DISPUTED, reason="doubted", actor=make_person(Role.LIST_MANAGER).actor)
    text = page(manager, "entry", entry.pk)
    assert all(said in text for said in ("doubted", "items: 2, uploaders: 2", "1 case", "What people made of it"))
    assert f"/cases/{item.case.public}/" not in text
    supervisor = signed_in(make_person(Role.SUPERVISOR))
    seen = page(supervisor, "entry", entry.pk)
    assert f"/cases/{item.case.public}/" in seen
    assert reverse("lists:move", args=[entry.pk]) not in seen
    wrong = reverse("correction:entry", args=[entry.pk])
    assert (wrong in seen, wrong in text) == (True, False)
    assert manager.get(reverse("lists:entry", args=[10**6])).status_code == 404


def test_an_entry_is_found_by_its_number(manager: Client, known: int) -> None:
    entry = pdq_entry()
    answer = manager.get(reverse("lists:by_number"), {"number": f" {entry.pk} "})
    assert answer.headers["Location"] == reverse("lists:entry", args=[entry.pk])
    for number in ("", "x", "999", "9" * 30, "-1"):
        text = manager.get(reverse("lists:by_number"), {"number": number}, follow=True).content.decode()
        assert "There is no entry with this number." in text


@pytest.mark.parametrize("role", [Role.LIST_MANAGER, Role.SUPERVISOR, Role.AUDITOR])
def test_no_page_shows_a_value_and_only_managers_are_offered_acts(role: Role, known: int) -> None:
    client, entry = signed_in(make_person(role)), pdq_entry()
    hit(entry, 20)
    drawn(known, 1, entry=entry.pk)
    asked: list[tuple[object, ...]] = [
        ("lists",),
        ("list", known),
        ("what_if", known),
        ("quarantine",),
        ("entry", entry.pk),
        ("exchanges",),
    ]
    for name, *of in [*asked, ("exchange", known)]:
        text = page(client, str(name), *of)
        assert not any(planted in text for planted in PLANTED), name
        assert "style=" not in text
        offered = any(act in text for act in ("/move/", "/add/", "/radius/", "/status/", "/set/", "/new/"))
        assert not offered or role is Role.LIST_MANAGER, name


def test_pages_take_as_many_queries_for_many_as_for_one(
    manager: Client, known: int, django_assert_max_num_queries: AtMost
) -> None:
    policy()
    ann = reviewer()
    for number in range(6):
        made = imported(csv(row(f"more {number}")), f"list {number}").list_id
        entry = Entry.objects.get(list=made)
        stood(drawn(made, number, entry=entry.pk), ann, illegal())
        hit(entry, 20)
    page(manager, "lists")
    for name, of, most in (
        ("lists", (), 11), ("list", (known,), 13), ("what_if", (known,), 4), ("quarantine", (), 5),
        ("entry", (pdq_entry_of(known),), 6), ("exchanges", (), 4),
    ):  # fmt: skip
        with django_assert_max_num_queries(most):
            page(manager, name, *of)


def pdq_entry_of(list_id: int) -> int:
    return Entry.objects.get(list=list_id, algorithm="pdq").pk
