"""The case page of an address: shown after a row, graded by the hotline's form; and a case for our own finds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record import authority
from lightkeeper.record.models import AuditEvent, Item, Reveal
from lightkeeper.review.addresses.tests.addresses_made import ADDRESS, address_item
from lightkeeper.review.models import Case, CaseItem, Grade, Lease, UrlGrade
from lightkeeper.review.queries import url_assessment
from lightkeeper.review.tests.grades_made import leased, minute_over, policy, reviewer
from lightkeeper.review.tests.reveals_made import answered_for

pytestmark = pytest.mark.django_db(transaction=True)
SHOWN = "hxxps://pictures[.]site[.]test/album/7?view=all"
ANSWERS: dict[str, Any] = {
    "part": "first", "outcome": "actioned", "uk_category": "C", "age_bracket": "11-13", "sex": "girls",
    "creation": ["self_generated"], "setting": "bedroom", "site_type": "image_host", "access": "free",
    "commercial": "no", "confidence": "sure", "proposed": "no_action", "hosting_country": "nl", "images": "12",
    "videos": "",
}  # fmt: skip


@pytest.fixture
def analyst() -> Iterator[tuple[Browser, Person]]:
    answered_for()
    policy()
    person = reviewer()
    yield signed_in(person), person
    authority.forget()


def _page(item: CaseItem, name: str = "page") -> str:
    return reverse(f"case:{name}", args=[item.case.public, *([item.position] if name != "page" else [])])


def test_the_address_is_shown_after_a_row_and_never_as_a_link(analyst: tuple[Browser, Person]) -> None:
    browser, person = analyst
    item = address_item()
    before = browser.get(_page(item)).content.decode()
    assert "pictures" not in before
    assert not Reveal.objects.exists()
    browser.post(_page(item, "address"))
    assert not Reveal.objects.exists()  # the case is nobody's
    leased(item, person)
    answer = browser.post(_page(item, "address"))
    shown = answer.content.decode()
    row = Reveal.objects.get()
    assert (row.person, row.part, row.track) == (person.pk, "address", "text")
    assert SHOWN in shown
    assert "pictures.site.test" not in shown
    assert "no-store" in answer.headers["Cache-Control"]
    assert SHOWN not in browser.get(_page(item, "address"), follow=True).content.decode()


def test_only_who_may_see_content_is_shown_an_address(analyst: tuple[Browser, Person]) -> None:
    item = address_item()
    for person in (make_person(Role.AUDITOR), make_person(Role.ANALYST)):
        leased(item, person)
        assert signed_in(person).post(_page(item, "address")).status_code == 403
    assert not Reveal.objects.exists()


def test_an_address_is_graded_by_the_form_and_the_table_says_what_was_answered(
    analyst: tuple[Browser, Person],
) -> None:
    browser, person = analyst
    item = address_item()
    leased(item, person)
    form = browser.get(_page(item)).content.decode()
    assert "Most severe category" in form
    assert "Industry classification" not in form
    browser.post(_page(item, "grade"), ANSWERS)
    grade = Grade.objects.get()
    table = browser.get(_page(item)).content.decode()
    for said in ("Image host", "Bedroom", "NL (entered by whoever assessed it)", "12"):
        assert said in table
    minute_over(grade)
    found = url_assessment(item.case)
    assert found is not None
    assert (found.setting, found.images, found.videos) == ("bedroom", 12, None)
    settled = browser.get(_page(item)).content.decode()
    assert "Image host" in settled
    assert "Show the address" not in settled


@pytest.mark.once
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"hosting_country": ""}, "q-hosting_country"),
        ({"images": "a dozen"}, "q-images"),
        ({"host_ip": "site.test"}, "q-host_ip"),
        ({"site_type": ""}, "q-site_type"),
        ({"outcome": "duplicate"}, "q-duplicate_of"),
        ({"outcome": "other_agency"}, "q-agency"),
        ({"agency": "Police"}, "q-agency"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(
    analyst: tuple[Browser, Person], changes: dict[str, str], field: str
) -> None:
    browser, person = analyst
    item = address_item()
    leased(item, person)
    page = browser.post(_page(item, "grade"), {**ANSWERS, **changes}).content.decode()
    assert f'href="#{field}"' in page
    assert f'id="{field}"' in page
    assert not UrlGrade.objects.exists()
    assert f'value="{changes.get("hosting_country", "nl")}"' in page


def test_a_duplicate_may_be_named_by_the_address_of_its_page(analyst: tuple[Browser, Person]) -> None:
    browser, person = analyst
    first, item = address_item("http://one.test/", 7), address_item()
    leased(item, person)
    named = f"https://lightkeeper.example/cases/{first.case.public}/?item=1"
    sent = {"part": "first", "outcome": "duplicate", "confidence": "sure", "proposed": "no_action"}
    browser.post(_page(item, "grade"), {**sent, "duplicate_of": named})
    assert UrlGrade.objects.get().duplicate_of == first.case.public


def test_what_we_found_ourselves_opens_a_case_that_says_so_and_joins_the_one_that_waits(
    analyst: tuple[Browser, Person],
) -> None:
    browser, person = analyst
    found = {"address": f" {ADDRESS} ", "note": "Linked from a forum."}
    answer = browser.post(reverse("case:assess"), found)
    case = Case.objects.get()
    assert answer.headers["Location"].startswith(f"/cases/{case.public}/")
    assert Lease.objects.get(ended_at=None).person_id == person.pk
    page = browser.get(_page(case.items.get())).content.decode()
    assert "Found by our own search" in page
    assert "Linked from a forum." not in page
    browser.post(reverse("case:assess"), {**found, "address": "http://pictures.site.test/album/7?view=all#there"})
    assert (Case.objects.count(), Item.objects.count()) == (1, 1)
    browser.post(_page(case.items.get(), "grade"), ANSWERS)
    minute_over(Grade.objects.get())
    assessed = url_assessment(case)
    assert assessed is not None
    assert (assessed.proactive, assessed.source, assessed.reporter) == (True, "proactive", "analyst_proactive")
    trail = str(list(AuditEvent.objects.values()))
    assert "proactive" in trail
    assert "forum" not in trail
    assert "site.test" not in trail


@pytest.mark.once
def test_what_somebody_reported_too_is_not_our_own_find(analyst: tuple[Browser, Person]) -> None:
    browser, _person = analyst
    browser.post(reverse("case:assess"), {"address": ADDRESS})
    item = CaseItem.objects.select_related("case", "item").get()
    address_item(item_id=item.item_id)
    browser.post(_page(item, "grade"), ANSWERS)
    minute_over(Grade.objects.get())
    assessed = url_assessment(item.case)
    assert assessed is not None
    assert assessed.proactive is False


@pytest.mark.once
@pytest.mark.parametrize(
    "address", ["", "no address", "ftp://site.test/", "http://", "x" * 5000, "javascript:alert(1)"]
)
def test_what_is_no_address_opens_nothing_and_says_why(analyst: tuple[Browser, Person], address: str) -> None:
    answer = analyst[0].post(reverse("case:assess"), {"address": address})
    assert answer.status_code == 422
    assert not Case.objects.exists()


@pytest.mark.once
def test_in_a_demo_only_reserved_names_are_taken(analyst: tuple[Browser, Person], settings: Any) -> None:
    import dataclasses

    old = settings.LIGHTKEEPER
    settings.LIGHTKEEPER = dataclasses.replace(old, values={**old.values, "demo": True})
    answer = analyst[0].post(reverse("case:assess"), {"address": "http://other.org/"})
    assert "only addresses under .test" in answer.content.decode()
