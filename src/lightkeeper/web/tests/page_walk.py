"""A walk through pages in a real browser, light and dark, wide and at 200 %: for the tests ``test_every_page*``.

``make screenshots`` is these walks too: with SCREENSHOTS set, they leave a picture of every page there.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import signed_in
from lightkeeper.review.tests.grades_made import leased
from lightkeeper.web.tests.browser import CHROMIUM, findings, listen, schemes
from lightkeeper.web.tests.console_made import Stop, free

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

IN_A_BROWSER: Final = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Debian's chromium (apt-get install chromium)"),
]
"""The marks of every file of such tests: there are several, for the processes that run the tests share files out."""

WIDE: Final = {"width": 1180, "height": 900}
OF_A_CASE: Final = {"width": 1440, "height": 1000}
LONG: Final = {"width": 1180, "height": 1900}
"""For pages whose charts are to be seen in one picture."""
LONG_ONES: Final = ("my-load", "supervisor-quality", "list-what-if")
PICTURED: Final = ("all", "one", "what-if", "quarantine", "entry", "add", "exchange", "run")
"""The pages of lists of which pictures are kept: the others are forms like those."""
WIDEST: Final = """[...document.querySelectorAll("main *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth)
    .map((one) => `${one.tagName} ${one.className} ${one.id}`).slice(0, 5)"""
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

    def visit_navigation(self, person: Person) -> None:
        """Open every page that stands in somebody's navigation."""
        self.come_in(person)
        self.page.goto(self.url)
        found = self.page.locator(".main-nav a").all()
        links = [((link.text_content() or "").strip(), link.get_attribute("href") or "") for link in found]
        for label, path in links:
            self.visit(Stop(f"{person.role.replace('_', '-')}-{label.lower().replace(' ', '-')}", person, path))

    def look(self, name: str) -> None:
        """Light and dark: what axe finds, whatever its impact; whether all fits at 200 %; what the browser says."""
        for scheme, rules in schemes(self.page):
            self.wrong += [f"{name}, {scheme}: {one}" for one in findings(self.page, rules)]
            self.picture(name, scheme)
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size(AT_200_PERCENT)  # type: ignore[arg-type]
        over = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            widest = self.page.evaluate(WIDEST)
            self.wrong.append(f"{name}: {over} pixels too wide at 200 %, by {widest}")
        self.wrong += [f"{name}: {one}" for one in self.complaints]
        self.complaints.clear()

    def picture(self, name: str, scheme: str) -> None:
        """Keep a picture of the page, where pictures are asked for."""
        if self.pictures is not None and _kept(name):
            self.page.screenshot(path=self.pictures / f"{name}-{scheme}.png")


def _kept(name: str) -> bool:
    """Whether a picture is kept: of forms that look like others none, so that all together stay small."""
    if name.startswith("case-talk"):
        return name in {"case-talk", "case-talk-shown"}
    kind, _dash, rest = name.partition("-")
    return name != "list-manager-lists" and (kind != "list" or rest.startswith("manager-") or rest in PICTURED)
