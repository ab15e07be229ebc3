"""In a real browser, light and dark: from the invitation to the first page and back, each page without a complaint."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from lightkeeper.people.models import Person
from lightkeeper.people.services import invite_person, make_link
from lightkeeper.people.tests.people_made import PASSWORD, code_for, forget_codes, make_person
from lightkeeper.people.types import LinkPurpose, Role
from lightkeeper.record.types import Actor
from lightkeeper.web.tests.browser import CHROMIUM, chromium, follow, listen, schemes, serious_findings, server

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Debian's chromium (apt-get install chromium)"),
]


class Walk:
    """Goes from page to page, and looks at each: complaints, axe's findings, a picture for whoever wants to see it."""

    def __init__(self, page: Page, pictures: Path | None) -> None:
        self.page, self.pictures, self.number = page, pictures, 0
        self.complaints = listen(page)

    def look(self, name: str) -> None:
        self.number += 1
        self.page.wait_for_load_state()  # a page that is loading still has no title
        assert self.page.title().endswith("· Lightkeeper"), name
        for scheme, rules in schemes(self.page):
            if self.pictures is not None:
                self.page.screenshot(path=self.pictures / f"{self.number:02}-{name}-{scheme}.png", full_page=True)
            assert serious_findings(self.page, rules) == [], f"{name}, {scheme}"
        assert self.complaints == [], name

    def press(self, label: str) -> None:
        follow(self.page.get_by_role("button", name=label, exact=True))


def test_from_the_invitation_to_every_page(settings: Any) -> None:
    pictures = Path(os.environ["SCREENSHOTS"]) / "invitation" if "SCREENSHOTS" in os.environ else None
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
    analyst = make_person(Role.ANALYST)
    somebody = invite_person(
        email="ada@platform.example", name="Ada Keeper", role=Role.ADMINISTRATOR, by=Actor.operator()
    )
    link = make_link(somebody, purpose=LinkPurpose.INVITE, by=Actor.operator())
    with server() as url, chromium(viewport={"width": 1180, "height": 800}) as context:
        walk = Walk(context.new_page(), pictures)
        secret = accept(walk, url + link.removeprefix(settings.LIGHTKEEPER["public_url"]))
        visit_pages(walk, url, analyst)
        come_back(walk, url, secret)
    assert Person.objects.get(pk=somebody.pk).is_active


def accept(walk: Walk, link: str) -> str:
    """Invitation, password, second factor, recovery codes, first page; gives the secret of the second factor."""
    page = walk.page
    page.goto(link)
    walk.look("invitation")
    page.get_by_label("New password").fill("short")
    page.get_by_label("The same once more").fill("short")
    walk.press("Set the password")
    walk.look("invitation-refused")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    walk.press("Set the password")
    walk.look("enrol")
    page.get_by_label("Code that your app shows").fill("000000")
    walk.press("Check the code")
    walk.look("enrol-refused")
    secret = page.locator("#secret").inner_text().strip()
    page.get_by_label("Code that your app shows").fill(code_for(secret))
    walk.press("Check the code")
    assert page.locator(".codes li").count() == 10
    walk.look("recovery-codes")
    follow(page.get_by_role("link", name="I have kept them"))
    assert page.get_by_role("heading", level=1).inner_text() == "Status"
    walk.look("home")
    return secret


def visit_pages(walk: Walk, url: str, analyst: Person) -> None:
    """Everything that an administrator sees of people."""
    page = walk.page
    for name in ("people:account", "people:people", "people:permissions"):
        page.goto(url + reverse(name))
        walk.look(name.split(":")[1])
    page.goto(url + reverse("people:invite"))
    walk.look("confirm")
    page.get_by_label("Password").fill(PASSWORD)
    walk.press("Confirm")
    walk.look("invite")
    page.get_by_label("Name").fill("Grace Watch")
    page.get_by_label("E-mail address").fill("grace@platform.example")
    page.get_by_label("Role").select_option("senior_analyst")
    walk.press("Make the account")
    walk.look("link-made")
    page.goto(url + reverse("people:person", args=[analyst.pk]))
    walk.look("person")
    page.get_by_label("Reason").fill("trained on 3 March")
    walk.press("Give this right")
    assert "may see content now" in page.get_by_role("status").inner_text()
    walk.look("person-granted")
    page.goto(url + "/no-such-page/")
    walk.complaints.clear()  # the browser itself reports the 404
    walk.look("not-found")


def come_back(walk: Walk, url: str, secret: str) -> None:
    """Sign out, be refused, sign in again."""
    page = walk.page
    page.goto(url + reverse("people:account"))
    walk.press("Sign out")
    walk.look("sign-in")
    page.get_by_label("E-mail address").fill("ada@platform.example")
    page.get_by_label("Password").fill("not this")
    walk.press("Continue")
    walk.look("sign-in-refused")
    page.get_by_label("E-mail address").fill("ada@platform.example")
    page.get_by_label("Password").fill(PASSWORD)
    walk.press("Continue")
    walk.look("second-step")
    forget_codes()
    page.get_by_label("One-time code or recovery code").fill(code_for(secret))
    walk.press("Sign in")
    assert page.get_by_role("heading", level=1).inner_text() == "Status"
