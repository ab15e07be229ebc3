"""In a real browser: an address is found, shown, copied, graded and undone by keyboard; its pages keep nobody out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from lightkeeper.people.models import Person
from lightkeeper.record import authority
from lightkeeper.record.models import Reveal, RevealEnded
from lightkeeper.review.addresses.tests.addresses_made import ADDRESS, actioned, address_item, of_url
from lightkeeper.review.models import CaseItem, Grade, UrlGrade
from lightkeeper.review.tests.grades_made import graded, policy
from lightkeeper.review.tests.reveals_made import answered_for
from lightkeeper.runtime.tests.threads import until
from lightkeeper.web.tests.browser import chromium, server
from lightkeeper.web.tests.console_made import Stop, free, someone
from lightkeeper.web.tests.page_walk import IN_A_BROWSER, Walk

pytestmark = IN_A_BROWSER


@pytest.fixture
def ann() -> Iterator[Person]:
    answered_for()
    policy()
    yield someone("Ann Reviewer")
    authority.forget()


def _path(item: CaseItem) -> str:
    return reverse("case:page", args=[item.case.public])


def test_an_address_is_assessed_by_keyboard_alone(ann: Person) -> None:
    with server() as url, chromium(viewport={"width": 1440, "height": 1000}) as context:
        walk = Walk(context, url)
        walk.come_in(ann)
        page = walk.page
        page.goto(url + reverse("case:assess"))
        page.get_by_label("Address", exact=False).first.fill(ADDRESS)
        page.keyboard.press("Enter")
        page.wait_for_url("**/cases/*-*/**")
        item = CaseItem.objects.select_related("case", "item").get()
        page.keyboard.press("e")
        shown = page.locator("[data-defanged]")
        expect(shown).to_have_text("hxxps://pictures[.]site[.]test/album/7?view=all")
        page.get_by_role("button", name="Copy").click()
        expect(page.locator("[data-address-says]")).to_have_text("Copied.")
        for key in ("m", "Control+v"):
            page.keyboard.press(key)
        expect(page.locator("#note")).to_have_value(ADDRESS)
        page.keyboard.press("Control+a")
        for key in ("Delete", "Escape"):
            page.keyboard.press(key)
        expect(shown).to_have_count(0)
        until(lambda: RevealEnded.objects.count() == 1)
        for key in ("w", "1", "3", "4", "1", "1", "l", "2", "1", "1", "1", "f", "1"):
            page.keyboard.press(key)  # each answer leads to the next question, except where several may be given
        page.keyboard.press("j")
        page.keyboard.type("nl")
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**" + reverse("review:queue"))
        grade, answers = Grade.objects.get(), UrlGrade.objects.get()
        assert (grade.outcome, grade.uk_category, grade.age_bracket, grade.sex) == ("actioned", "C", "11-13", "girls")
        assert (answers.alone, answers.site_type, answers.access, answers.commercial) == (
            "with_child", "image_host", "free", "no",
        )  # fmt: skip
        assert (answers.hosting_country, grade.creation, Reveal.objects.count()) == ("NL", ["self_generated"], 1)
        page.keyboard.press("u")
        page.wait_for_url("**" + _path(item) + "*")
        grade.refresh_from_db()
        assert grade.state == "undone"
        assert walk.complaints == []


def test_pages_of_addresses_are_open_to_everybody_and_fit_a_narrow_window(ann: Person) -> None:
    waiting = address_item(context={"url": ADDRESS * 4, "report": {"note": "Words."}})
    pending = address_item("http://two.test/", 2)
    graded(pending, ann, actioned(of_url=of_url(host_ip="192.0.2.4", setting="bedroom")))
    free()
    with server() as url, chromium() as context:
        walk = Walk(context, url)
        walk.come_in(ann)
        walk.visit(Stop("address-new", ann, reverse("case:assess")))
        walk.visit(Stop("case-address", ann, _path(waiting), waiting))
        walk.visit(Stop("case-address-graded", ann, _path(pending)))
        walk.page.goto(url + reverse("review:queue"))
        walk.page.get_by_role("button", name="Take next").click()
        walk.page.wait_for_url("**" + _path(waiting) + "*")
        walk.page.keyboard.press("e")
        expect(walk.page.locator("[data-defanged]")).to_contain_text("hxxps")
        walk.look("case-address-shown")
        walk.page.set_viewport_size({"width": 320, "height": 640})
        assert walk.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert not walk.wrong, "\n".join(walk.wrong)
