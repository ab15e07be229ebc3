"""Every page of the console in a real browser, light and dark, wide and at 200 %: nobody is kept out by how it looks.

``make screenshots`` is this walk too: with SCREENSHOTS set, it leaves a picture of every page there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record import authority
from lightkeeper.review.models import CaseItem
from lightkeeper.review.states import ItemState
from lightkeeper.review.tests.grades_made import leased
from lightkeeper.web.tests.browser import CHROMIUM, chromium, findings, listen, server
from lightkeeper.web.tests.console_made import LEADS, NAMES, Stop, free, hash_only_stop, pages_of_leads, someone, stops
from lightkeeper.web.tests.lists_made import lists_made
from lightkeeper.web.tests.oversight_made import judged_twice

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Debian's chromium (apt-get install chromium)"),
]

WIDE: Final = {"width": 1180, "height": 900}
OF_A_CASE: Final = {"width": 1440, "height": 1000}
LONG: Final = {"width": 1180, "height": 1900}
"""For pages whose charts are to be seen in one picture."""
LONG_ONES: Final = ("my-load", "supervisor-quality", "list-what-if")
PICTURED: Final = ("all", "one", "what-if", "quarantine", "entry", "add", "exchange", "run")
"""The pages of lists of which pictures are kept: the others are forms like those."""
AT_200_PERCENT: Final = {"width": 590, "height": 450}


class Walk:
    """Opens pages as one person after the other, and gathers what is wrong with them."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context, self.url, self.wrong = context, url, list[str]()
        self.page: Page = context.new_page()
        self.complaints = listen(self.page)
        self.pictures = Path(os.environ["SCREENSHOTS"]) if os.environ.get("SCREENSHOTS") else None

    def come_in(self, person: Person) -> None:
        """Be this person from now on."""
        self.context.clear_cookies()
        cookies = signed_in(person).cookies.values()
        self.context.add_cookies([{"name": one.key, "value": one.value, "url": self.url} for one in cookies])

    def visit(self, stop: Stop) -> None:
        """Open a page and look at it."""
        if stop.item is not None:
            leased(stop.item, stop.person)
        size = OF_A_CASE if stop.name.startswith("case-") else LONG if stop.name in LONG_ONES else WIDE
        self.page.set_viewport_size(size)  # type: ignore[arg-type]
        answer = self.page.goto(self.url + stop.path)
        if answer is None or answer.status != 200:
            self.wrong.append(f"{stop.name}: {answer and answer.status}")
        self.look(stop.name)
        if stop.item is not None:
            free()

    def look(self, name: str) -> None:
        """Light and dark: what axe finds, whatever its impact; whether all fits at 200 %; what the browser says."""
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            self.wrong += [f"{name}, {scheme}: {one}" for one in findings(self.page)]
            if self.pictures is not None and _kept(name):
                self.page.screenshot(path=self.pictures / f"{name}-{scheme}.png")
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size(AT_200_PERCENT)  # type: ignore[arg-type]
        over = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            self.wrong.append(f"{name}: {over} pixels too wide at 200 %")
        self.wrong += [f"{name}: {one}" for one in self.complaints]
        self.complaints.clear()


def _kept(name: str) -> bool:
    """Whether a picture is kept: of forms that look like others none, so that all together stay small."""
    kind, _dash, rest = name.partition("-")
    return name != "list-manager-lists" and (kind != "list" or rest.startswith("manager-") or rest in PICTURED)


@pytest.fixture
def walk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Walk]:
    """A browser, before anything is there to be seen."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's library runs a loop in this thread
    with server() as url, chromium(viewport=WIDE) as context:
        yield Walk(context, url)
    authority.forget()


def test_every_page_of_reviewers_is_open_to_everybody(walk: Walk) -> None:
    ann = someone("Ann Reviewer")
    walk.come_in(ann)
    walk.visit(hash_only_stop(ann))
    made, now_in = [], ann
    for stop in stops(ann):
        made.append(stop)
        if stop.person != now_in:
            walk.come_in(stop.person)
            now_in = stop.person
        walk.visit(stop)
    walk.come_in(ann)
    hold(walk, made)
    assert not walk.wrong, "\n".join(walk.wrong)


def test_every_page_of_leads_is_open_to_everybody(walk: Walk) -> None:
    list(stops(someone("Ann Reviewer")))
    settled = CaseItem.objects.select_related("case").filter(state=ItemState.SETTLED)[0]
    judged_twice()
    for role in LEADS:
        person = make_person(role, granted=True)
        Person.objects.filter(pk=person.pk).update(name=NAMES[role])
        walk.come_in(person)
        walk.page.goto(walk.url)
        links = [
            (link.inner_text(), link.get_attribute("href") or "") for link in walk.page.locator(".main-nav a").all()
        ]
        for label, path in links:
            walk.visit(Stop(f"{role.value.replace('_', '-')}-{label.lower().replace(' ', '-')}", person, path))
        for stop in pages_of_leads(person, settled) if role is Role.SUPERVISOR else ():
            walk.visit(stop)
    assert not walk.wrong, "\n".join(walk.wrong)


def test_every_page_of_lists_is_open_to_everybody(walk: Walk) -> None:
    manager = someone("Lin Lists", Role.LIST_MANAGER)
    made = lists_made(manager)
    walk.come_in(manager)
    for stop in made:
        walk.visit(stop)
    assert not walk.wrong, "\n".join(walk.wrong)


def hold(walk: Walk, made: list[Stop]) -> None:
    """What is seen while Space is held."""
    waiting = next(stop for stop in made if stop.name == "case-waiting")
    assert waiting.item is not None
    leased(waiting.item, waiting.person)
    page: Any = walk.page
    page.set_viewport_size(OF_A_CASE)
    page.goto(walk.url + waiting.path)
    page.locator("[data-track=picture] [data-frame]").focus()
    page.keyboard.down(" ")
    page.locator("[data-track=picture] [data-canvas]").wait_for(state="visible")
    walk.wrong += [f"shown: {one}" for one in findings(page)]
    if walk.pictures is not None:
        page.screenshot(path=walk.pictures / "case-shown-light.png")
    page.keyboard.up(" ")
