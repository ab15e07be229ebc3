"""In a real browser: something is shown while it is held, and by nothing else, and never for longer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import signed_in
from lightkeeper.record import authority
from lightkeeper.record.models import Reveal, RevealEnded
from lightkeeper.review.models import CaseItem
from lightkeeper.review.protection import change_protection
from lightkeeper.review.tests.making import opened, source
from lightkeeper.review.tests.reveals_made import DRAWING, answered_for, case_item, reviewer
from lightkeeper.review.types import CaseReason
from lightkeeper.runtime.tests.threads import until
from lightkeeper.web.tests.browser import CHROMIUM, chromium, listen, serious_findings, server

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Debian's chromium (apt-get install chromium)"),
]

FRAME = "[data-track=picture] [data-frame]"
CANVAS = "[data-track=picture] [data-canvas]"


class Veiled:
    """The page, who looks at it, and what the view log holds."""

    def __init__(self, page: Page, url: str, row: CaseItem, person: Person) -> None:
        self.page, self.url, self.row, self.person = page, url, row, person
        self.complaints = listen(page)
        self.answers: list[str] = []
        page.on("response", lambda answer: self.answers.append(answer.headers.get("content-type", "")))

    def load(self) -> None:
        self.page.goto(f"{self.url}/veils/{self.row.pk}/")
        self.page.locator("[data-veil-ready]").first.wait_for()

    def shown(self) -> bool:
        return self.page.locator(CANVAS).is_visible()

    def hold(self, keys: str = " ") -> None:
        """Hold a key down on the frame until the picture is there."""
        self.page.locator(FRAME).focus()
        self.page.keyboard.down(keys)
        self.page.locator(CANVAS).wait_for(state="visible")

    def ended(self, how: str, count: int = 1) -> None:
        """Wait until the server knows that the last reveal ended so."""
        self.page.locator(CANVAS).wait_for(state="hidden")
        until(lambda: RevealEnded.objects.count() == count)
        assert RevealEnded.objects.order_by("pk")[count - 1].how == how

    def seen(self) -> list[tuple[str, str]]:
        return list(Reveal.objects.order_by("pk").values_list("level", "part"))


@pytest.fixture
def veiled(settings: Any) -> Iterator[Veiled]:
    """A page with a picture and a text, in the browser of somebody who has the case."""
    settings.ROOT_URLCONF = "lightkeeper.web.tests.veil_page"
    answered_for()
    row = case_item()
    context = {"report": {"note": "What somebody wrote."}}
    opened(DRAWING, source=source(7), reason=CaseReason.USER_REPORT, context=context, findings=[])
    person = reviewer(row)
    cookies = signed_in(person).cookies
    with server() as url, chromium(viewport={"width": 1000, "height": 900}) as browser:
        browser.add_cookies([{"name": one.key, "value": one.value, "url": url} for one in cookies.values()])
        page = Veiled(browser.new_page(), url, row, person)
        page.load()
        yield page
    authority.forget()


def test_hover_focus_print_save_and_zoom_never_raise_the_level(veiled: Veiled) -> None:
    page = veiled.page
    page.locator(FRAME).hover()
    page.mouse.move(300, 300, steps=5)
    page.locator(FRAME).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    for keys in ("Control++", "Control+-", "Control+s", "Enter", "ArrowLeft", "a"):
        page.keyboard.press(keys)
    page.evaluate("document.body.style.zoom = '200%'")
    page.locator(FRAME).click(button="right")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.pdf()
    page.emulate_media(media="print")
    assert not veiled.shown()
    page.emulate_media(media="screen")
    assert not Reveal.objects.exists()
    veiled.hold()
    page.emulate_media(media="print")
    assert not veiled.shown()
    page.emulate_media(media="screen")
    page.locator("h1").hover()
    page.locator(FRAME).hover()
    page.evaluate("document.body.style.zoom = '100%'")
    assert veiled.seen() == [("tile", "whole")]
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    veiled.ended("blurred")
    page.keyboard.up(" ")
    assert veiled.seen() == [("tile", "whole")]
    assert veiled.complaints == []


@pytest.mark.parametrize(
    ("how", "script"),
    [
        ("blurred", "dispatchEvent(new Event('blur'))"),
        (
            "blurred",
            "Object.defineProperty(document, 'hidden', {value: true}).dispatchEvent(new Event('visibilitychange'))",
        ),
        ("blurred", "dispatchEvent(new Event('pagehide'))"),
        ("veiled", "document.dispatchEvent(new Event('lightkeeper:veil'))"),
    ],
)
def test_leaving_the_window_veils(veiled: Veiled, how: str, script: str) -> None:
    veiled.hold()
    veiled.page.evaluate(script)
    veiled.ended(how)
    veiled.page.keyboard.up(" ")


def test_another_tab_and_another_page_veil(veiled: Veiled) -> None:
    context = veiled.page.context
    veiled.hold()
    context.new_cdp_session(veiled.page).send("Emulation.setFocusEmulationEnabled", {"enabled": False})  # as for people
    context.new_page().bring_to_front()
    veiled.ended("blurred")
    veiled.page.bring_to_front()
    veiled.page.keyboard.up(" ")
    veiled.hold()
    veiled.page.goto(veiled.url + "/my/load/")
    until(lambda: RevealEnded.objects.count() == 2)
    assert RevealEnded.objects.order_by("-pk")[0].how == "blurred"
    assert "1 look " in veiled.page.locator("tbody tr").first.inner_text()


def test_idle_and_the_limit_veil_however_long_the_key_is_held(veiled: Veiled) -> None:
    change_protection(veiled.person, {"hold_seconds": 2})
    veiled.load()
    veiled.hold()
    veiled.ended("limit")
    veiled.page.keyboard.up(" ")
    veiled.page.evaluate("document.querySelector('[data-veil]').dataset.idle = '0.3'")
    veiled.hold()
    veiled.ended("idle", 2)


def test_held_the_next_level_comes_and_letting_go_veils(veiled: Veiled) -> None:
    page = veiled.page
    for number, level in enumerate(("tile", "grey", "full", "full"), 1):
        veiled.hold()
        assert page.locator("[data-track=picture] [data-status]").inner_text().startswith("Shown:")
        page.keyboard.up(" ")
        veiled.ended("veiled", number)
        assert veiled.seen()[-1] == (level, "whole")
        assert page.evaluate("[...document.querySelectorAll('canvas')].every((one) => one.width === 1)")
    assert page.locator("[data-track=picture] [data-seen] li").count() == 4
    assert page.locator("[data-track=picture] [data-seen] li").nth(1).inner_text() == "Seen: grey, half the size, 1 s"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.down("Shift")
    veiled.hold()
    assert veiled.seen()[-1] == ("full", "tile-9")
    page.keyboard.press("Escape")
    veiled.ended("veiled", 5)
    page.keyboard.up(" ")
    page.keyboard.up("Shift")
    page.locator(FRAME).hover()
    page.mouse.down()
    page.locator(CANVAS).wait_for(state="visible")
    page.mouse.up()
    veiled.ended("veiled", 6)
    assert page.locator("img[src^='blob:'], img[src^='data:']").count() == 0
    assert veiled.answers.count("image/jpeg") == 6
    assert veiled.complaints == []


def test_let_go_before_it_came_nothing_is_shown_and_nothing_counted_as_seen_for_long(veiled: Veiled) -> None:
    veiled.page.locator(FRAME).focus()
    veiled.page.keyboard.down(" ")
    veiled.page.keyboard.up(" ")
    until(lambda: RevealEnded.objects.count() == 1)
    assert RevealEnded.objects.get().seconds < 1
    assert not veiled.shown()


def test_whoever_cannot_hold_a_key_presses_to_show_and_presses_to_veil(veiled: Veiled) -> None:
    change_protection(veiled.person, {"toggle": True})
    veiled.load()
    page = veiled.page
    page.locator(FRAME).focus()
    page.keyboard.press(" ")
    page.locator(CANVAS).wait_for(state="visible")
    page.keyboard.press(" ")
    veiled.ended("veiled")
    assert serious_findings(page) == []


def test_a_refusal_is_a_sentence_and_text_is_veiled_in_the_same_way(veiled: Veiled) -> None:
    page = veiled.page
    page.locator("[data-track=text] [data-frame]").focus()
    page.keyboard.down(" ")
    page.get_by_text("What somebody wrote.").wait_for()
    page.keyboard.up(" ")
    page.get_by_text("What somebody wrote.").wait_for(state="detached")
    assert Reveal.objects.get().track == "text"
    veiled.row.case.leases.all().delete()
    page.locator(FRAME).focus()
    page.keyboard.down(" ")
    page.get_by_text("You do not have this case any more. Take it again to go on.").wait_for()
    page.keyboard.up(" ")
    assert not veiled.shown()
    assert Reveal.objects.count() == 1
