"""A picture from an address goes into the vault by a right given by name, and waits in the case to be graded."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse

from lightkeeper.demo import drawings, edits
from lightkeeper.intake.scanning import close_scanner
from lightkeeper.people.matrix import CONTENT, Permission
from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record import authority
from lightkeeper.record.models import AuditEvent, VaultObject
from lightkeeper.record.services import read_object
from lightkeeper.review.addresses.tests.addresses_made import actioned, address_item
from lightkeeper.review.models import CaseItem, Media
from lightkeeper.review.queries import url_assessment
from lightkeeper.review.tests.grades_made import illegal, leased, policy, reviewer, stood
from lightkeeper.review.tests.making import opened
from lightkeeper.review.tests.reveals_made import answered_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
PICTURE = edits.as_jpeg(drawings.drawing(7, (320, 240)))


@pytest.fixture(scope="module", autouse=True)
def scanner() -> Iterator[None]:
    yield
    close_scanner()


@pytest.fixture
def analyst() -> Iterator[tuple[Browser, Person]]:
    answered_for()
    policy()
    person = reviewer()
    yield signed_in(person), person
    authority.forget()


def _add(browser: Browser, item: CaseItem, data: bytes | None = PICTURE, field: str = "picture") -> str:
    path = reverse("case:add_picture", args=[item.case.public, item.position])
    sent = {} if data is None else {field: io.BytesIO(data)}
    return browser.post(path, sent, follow=True).content.decode()


def test_it_is_another_item_of_the_case_kept_encrypted_and_recorded(analyst: tuple[Browser, Person]) -> None:
    browser, person = analyst
    item = address_item()
    leased(item, person)
    assert "The picture is item 2 of this case." in _add(browser, item)
    added = CaseItem.objects.select_related("item", "case").get(case=item.case, position=2)
    assert (added.item.kind, added.state) == ("picture", "waiting")
    assert bytes(added.item.sha256 or b"") == hashlib.sha256(PICTURE).digest()
    kept = Media.objects.get(case_item=added).vault_object
    assert read_object(kept) == PICTURE
    for path in Path(settings.LIGHTKEEPER["data_dir"]).rglob("*"):
        assert not path.is_file() or PICTURE[:64] not in path.read_bytes()
    event = AuditEvent.objects.get(event="review:item:added")
    assert (event.actor_id, event.subject_id) == (str(person.pk), str(added.pk))
    added.case.refresh_from_db()
    assert added.case.exposure == "still"
    assert "is an item of this case already" in _add(browser, item)
    assert VaultObject.objects.count() == 1
    stood(item, person, actioned())
    stood(added, person, illegal())
    assert url_assessment(item.case) is not None


@pytest.mark.parametrize(
    ("data", "field", "says"),
    [
        (None, "picture", "Choose a picture."),
        (b"", "picture", "Choose a picture."),
        (b"no picture at all", "picture", "This is no picture that can be read here."),
        (PICTURE, "other", "Send one picture at a time."),
    ],
)
def test_what_is_no_picture_is_refused_and_nothing_of_it_is_kept(
    analyst: tuple[Browser, Person], data: bytes | None, field: str, says: str
) -> None:
    browser, person = analyst
    item = address_item()
    leased(item, person)
    assert says in _add(browser, item, data, field)
    assert not VaultObject.objects.exists()
    assert CaseItem.objects.count() == 1


def test_one_that_waits_elsewhere_or_without_the_case_is_refused(analyst: tuple[Browser, Person]) -> None:
    browser, person = analyst
    item = address_item()
    _add(browser, item)
    assert not VaultObject.objects.exists()
    opened(PICTURE)
    leased(item, person)
    assert "waits for a judgement in another case" in _add(browser, item)
    assert not VaultObject.objects.exists()


def test_it_is_a_right_by_name_and_needs_somebody_who_answers_for_keeping() -> None:
    assert Permission.PICTURE_ADD in CONTENT
    policy()
    item = address_item()
    for person in (make_person(Role.ANALYST), make_person(Role.SUPERVISOR, granted=True)):
        path = reverse("case:add_picture", args=[item.case.public, item.position])
        assert signed_in(person).post(path, {"picture": io.BytesIO(PICTURE)}).status_code == 403
    person = reviewer()
    leased(item, person)
    assert "keeps no pictures" in _add(signed_in(person), item)
    assert not VaultObject.objects.exists()


def test_a_form_without_its_token_is_refused(analyst: tuple[Browser, Person]) -> None:
    _browser, person = analyst
    item = address_item()
    leased(item, person)
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = signed_in(person).cookies
    path = reverse("case:add_picture", args=[item.case.public, item.position])
    assert strict.post(path, {"picture": io.BytesIO(PICTURE)}).status_code == 403
    assert not VaultObject.objects.exists()
