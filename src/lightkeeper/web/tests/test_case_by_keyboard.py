"""In a real browser: a case is graded by keyboard alone, undone by keyboard, and the page is calm at every size."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils.timezone import now

from lightkeeper.act.models import Decision
from lightkeeper.people.models import Person
from lightkeeper.people.services import create_client
from lightkeeper.people.tests.people_made import signed_in
from lightkeeper.people.types import Role
from lightkeeper.record import authority
from lightkeeper.record.models import Reveal, RevealEnded
from lightkeeper.record.types import Actor
from lightkeeper.review.models import CaseItem, Grade, Lease
from lightkeeper.review.tests.grades_made import harmless, illegal, leased, policy, reviewer, stood
from lightkeeper.review.tests.making import finding, item, opened
from lightkeeper.review.tests.reveals_made import DRAWING, answered_for, case_item
from lightkeeper.review.types import CaseReason
from lightkeeper.runtime.tests.threads import until
from lightkeeper.web.tests.browser import CHROMIUM, chromium, follow, listen, schemes, serious_findings, server

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Debian's chromium (apt-get install chromium)"),
]

CANVAS = "[data-track=picture] [data-canvas]"


@pytest.fixture
def made() -> Iterator[CaseItem]:
    """An item with something to see, in an installation where somebody answers for it."""
    answered_for()
    policy()
    yield case_item()
    authority.forget()


@pytest.fixture
def rich(made: CaseItem) -> CaseItem:
    """The same item with all that can be known of one, and a second item of the same person."""
    client = create_client(name="A platform", actor=Actor.operator())
    context = {
        "callers_id": "photo-2291", "uploader": "user-77", "surface": "public posts",
        "context": {"caption": "holiday", "album": "12"},
    }  # fmt: skip
    near = dataclasses.replace(
        finding(2), list_name="A hotline's list", radius=31, distance=17, category="B", variant="mirrored"
    )
    same = dataclasses.replace(finding(3), list_name="A vetted list", algorithm="sha256", distance=0)
    opened(DRAWING, 11, client_id=client.pk, context=context, findings=[near, same], person=b"p" * 32)
    words = {**context, "report": {"reason": "child_safety", "note": "What somebody wrote."}}
    opened(DRAWING, 12, client_id=client.pk, context=words, findings=[], reason=CaseReason.USER_REPORT)
    CaseItem.objects.create(case=made.case, item=item(b"another"), position=2, added_at=now())
    return CaseItem.objects.select_related("case", "item").get(pk=made.pk)


def come_in(context: Any, url: str, person: Person) -> Page:
    """A page of somebody who is signed in."""
    cookies = signed_in(person).cookies.values()
    context.add_cookies([{"name": one.key, "value": one.value, "url": url} for one in cookies])
    return context.new_page()  # type: ignore[no-any-return]


def keep_picture(page: Page, name: str) -> None:
    """For whoever wants to look at it: set SCREENSHOTS to a directory."""
    if "SCREENSHOTS" in os.environ:
        Path(os.environ["SCREENSHOTS"]).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(os.environ["SCREENSHOTS"]) / f"{name}.png", full_page=True)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def checked(page: Page) -> dict[str, str]:
    """What is answered, by question."""
    script = (
        "Object.fromEntries([...document.querySelectorAll('[data-question] :checked')].map((o) => [o.name, o.value]))"
    )
    answers: dict[str, str] = page.evaluate(script)
    return answers


def test_a_case_is_graded_by_keyboard_alone(made: CaseItem) -> None:
    person = reviewer()
    with server() as url, chromium(viewport={"width": 1440, "height": 1000}) as context:
        page = come_in(context, url, person)
        complaints = listen(page)
        page.goto(url + reverse("review:queue"))
        press(page, "n")
        page.wait_for_url("**" + reverse("case:page", args=[made.case.public]))
        page.locator("[data-veil-ready]").first.wait_for()
        press(page, "v")
        page.keyboard.down(" ")
        page.locator(CANVAS).wait_for(state="visible")
        page.keyboard.up(" ")
        page.locator(CANVAS).wait_for(state="hidden")
        until(lambda: RevealEnded.objects.count() == 1)
        press(page, "w", "1", "3", "4", "1", "4", "0")  # each answer leads to the next question
        press(page, "n", "2", "f", "2", "e" if page.locator("[data-key=e]").count() else "m")
        page.keyboard.type("typed: 1 2 h p u ?")
        assert checked(page) == {
            "outcome": "confirmed_illegal", "uk_category": "C", "industry_class": "B2", "interpol_baseline": "yes",
            "age_bracket": "11-13", "sex": "unidentified", "annotations": "potentialMeme", "confidence": "likely",
            "proposed": "remove",
        }  # fmt: skip
        assert Lease.objects.filter(ended_at=None).exists()
        keep_picture(page, "graded-by-keyboard")
        press(page, "Control+Enter")
        page.wait_for_url("**" + reverse("review:queue"))
        page.locator("[data-undo-left]").wait_for()
        grade = Grade.objects.get()
        assert (grade.outcome, grade.uk_category, grade.seen, grade.state) == (
            "confirmed_illegal",
            "C",
            "tile",
            "pending",
        )
        assert Decision.objects.get().kind == "remove"
        press(page, "u")
        page.wait_for_url("**" + reverse("case:page", args=[made.case.public]) + "*")
        grade.refresh_from_db()
        assert grade.state == "undone"
        press(page, "p")
        page.wait_for_url("**" + reverse("review:queue"))
        assert not Lease.objects.filter(ended_at=None).exists()
        assert complaints == []


def test_nothing_is_fetched_until_it_is_held_and_no_key_is_taken_twice(made: CaseItem) -> None:
    person = reviewer()
    leased(made, person)
    with server() as url, chromium(viewport={"width": 1440, "height": 1000}) as context:
        page = come_in(context, url, person)
        kinds: list[str] = []
        page.on("response", lambda answer: kinds.append(answer.headers.get("content-type", "")))
        page.goto(url + reverse("case:page", args=[made.case.public]))
        page.locator("[data-veil-ready]").first.wait_for()
        assert not [kind for kind in kinds if kind.startswith("image/") and "svg" not in kind]
        assert not Reveal.objects.exists()
        keys = page.evaluate("[...document.querySelectorAll('[data-key]')].map((one) => one.dataset.key)")
        assert len(set(keys)) == len(keys)
        press(page, "?")
        dialog = page.locator("dialog[open]")
        dialog.wait_for()
        assert "Pause" in dialog.inner_text()
        keep_picture(page, "keys")
        press(page, "1", "Escape")
        assert checked(page) == {}


def test_what_is_missing_is_said_where_it_is_missing_and_the_script_asks_only_what_follows(made: CaseItem) -> None:
    person = reviewer()
    leased(made, person)
    with server() as url, chromium(viewport={"width": 1440, "height": 1000}) as context:
        page = come_in(context, url, person)
        page.goto(url + reverse("case:page", args=[made.case.public]))
        assert not page.locator("[data-question=uk_category]").is_visible()
        press(page, "w", "1")
        page.locator("[data-question=uk_category]").wait_for()
        press(page, "Control+Enter")
        page.locator("[data-errors]").wait_for()
        assert page.locator("[data-question=uk_category] .field-error").inner_text()
        assert checked(page)["outcome"] == "confirmed_illegal"
        assert serious_findings(page) == []
        keep_picture(page, "errors")
        assert not Grade.objects.exists()


def test_without_javascript_the_page_works(made: CaseItem) -> None:
    person = reviewer()
    leased(made, person)
    with server() as url, chromium(viewport={"width": 1440, "height": 1000}, java_script_enabled=False) as context:
        page = come_in(context, url, person)
        page.goto(url + reverse("case:page", args=[made.case.public]))
        for name, value in (("outcome", "not_illegal"), ("confidence", "sure"), ("proposed", "no_action")):
            page.locator(f"input[name={name}][value={value}]").check()
        follow(page.get_by_role("button", name="Grade"))
        assert Grade.objects.get().outcome == "not_illegal"
        follow(page.get_by_role("button", name="Undo"))
        assert Grade.objects.get().state == "undone"


def test_every_state_of_the_page_is_without_complaint(rich: CaseItem) -> None:
    made = rich
    policy(second_high_stakes=True)
    first, second, third = reviewer(), reviewer(), reviewer(Role.SENIOR_ANALYST)
    with server() as url, chromium(viewport={"width": 1440, "height": 1000}) as context:
        address = url + reverse("case:page", args=[made.case.public])

        def look(name: str, person: Person) -> Page:
            page = come_in(context, url, person)
            complaints = listen(page)
            page.goto(address)
            for scheme, rules in schemes(page):
                keep_picture(page, f"{scheme}-{name}")
                assert serious_findings(page, rules) == [], f"{name}, {scheme}"
            assert complaints == [], name
            return page

        look("1-free", first)
        leased(made, first)
        look("2-grading", first)
        stood(made, first, illegal(uk_category="A", note="A note of the first."))
        look("3-waits", first)
        leased(made, second)
        look("4-second", second)
        stood(made, second, harmless())
        leased(made, first)
        look("5-disagreed", first)
        leased(made, third)
        look("6-senior", third)
        stood(made, third, illegal(uk_category="B"))
        look("7-settled", third)


def test_narrow_windows_and_200_percent_show_one_column(made: CaseItem) -> None:
    person = reviewer()
    leased(made, person)
    with server() as url, chromium(viewport={"width": 720, "height": 500}) as context:  # 1440 at 200 %
        page = come_in(context, url, person)
        for width in (720, 360):
            page.set_viewport_size({"width": width, "height": 700})
            page.goto(url + reverse("case:page", args=[made.case.public]))
            lefts = page.evaluate(
                "[...document.querySelectorAll('.case-desk > section')].map((o) => o.getBoundingClientRect().left)"
            )
            assert len(set(lefts)) == 1
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            keep_picture(page, f"narrow-{width}")
