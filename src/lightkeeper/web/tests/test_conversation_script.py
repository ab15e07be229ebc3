"""The conversation's page in a real browser: from mark to mark, five messages around, evidence, words that go again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.test import override_settings
from django.urls import clear_url_caches

from lightkeeper.review.tests.grades_made import reviewer
from lightkeeper.runtime.tests.threads import until
from lightkeeper.web.tests import talk_urls
from lightkeeper.web.tests.browser import follow
from lightkeeper.web.tests.page_walk import AT_200_PERCENT, IN_A_BROWSER, OF_A_CASE, Walk
from lightkeeper.web.tests.talks_made import SECRET, SEVERE

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = IN_A_BROWSER


@pytest.fixture
def page(walk: Walk) -> Iterator[Page]:
    """The page, veiled, of somebody who may read it."""
    with override_settings(ROOT_URLCONF=talk_urls.__name__):
        clear_url_caches()
        talk_urls.TOLD.clear()
        walk.come_in(reviewer())
        walk.page.set_viewport_size(OF_A_CASE)  # type: ignore[arg-type]
        walk.page.goto(walk.url + "/talk/")
        yield walk.page
        assert not walk.complaints, walk.complaints
    clear_url_caches()


def press(page: Page, keys: str) -> str:
    """Press keys one after the other; gives the message that has the focus then."""
    for key in keys:
        page.keyboard.press(key)
    here: str = page.evaluate("document.activeElement.id")
    return here


def show(page: Page) -> None:
    """Ask for the words by keyboard, and wait for them."""
    press(page, "v")
    page.locator("[data-shown]").wait_for()


def test_keys_go_from_mark_to_mark_unfold_five_around_and_mark_evidence(page: Page) -> None:
    assert press(page, "n") == "m10"
    assert press(page, "nn") == "m32"
    assert press(page, "nnnp") == "m32"
    assert press(page, "pp") == "m10"
    before = page.locator("[data-fold] [data-line]").count()
    assert press(page, "x") == "m10"
    assert page.locator("[data-fold] [data-line]").count() == before - 6  # beyond the silence there is one
    assert page.locator("[data-fold-says]").first.inner_text() == "4 messages without a mark"
    assert press(page, "x") == "m10"
    assert page.locator("[data-fold] [data-line]").count() == before - 10
    order = page.evaluate("[...document.querySelectorAll('[data-line]')].map((one) => Number(one.id.slice(1)))")
    assert order == sorted(order)
    show(page)
    talk_urls.TOLD.clear()
    press(page, "e")
    until(lambda: talk_urls.TOLD == [{"message": "r10", "on": "1"}])
    press(page, "e")
    until(lambda: talk_urls.TOLD[1:] == [{"message": "r10", "on": ""}])


def test_words_come_only_when_asked_for_and_go_with_escape(page: Page) -> None:
    assert SECRET not in page.content()
    press(page, "nnn")
    show(page)
    page.locator("#m32 [name=evidence]").check()
    show(page)
    assert page.locator("#m32").inner_text().find(SECRET) > 0
    assert page.locator("#m32 [name=evidence]").is_checked()  # as it was before they came
    assert press(page, "") == "m32"
    severe = page.get_by_text(SEVERE)
    assert severe.count() == 1
    assert not severe.is_visible()
    page.locator("#m43 summary").click()
    severe.wait_for()
    press(page, "n")
    page.keyboard.press("Escape")
    content = page.content()
    assert SECRET not in content
    assert SEVERE not in content
    until(lambda: any(one.get("how") == "veiled" for one in talk_urls.TOLD))
    assert page.locator("[data-says]").inner_text() == "The words are veiled again."
    show(page)
    assert SECRET in page.content()
    assert [one for one in talk_urls.TOLD if "asked" in one] == [{"asked": "POST"}] * 3


def test_leaving_the_window_and_the_list_of_keys_veil_the_words(page: Page) -> None:
    show(page)
    page.evaluate("window.dispatchEvent(new Event('blur'))")
    assert SECRET not in page.content()
    until(lambda: any(one.get("how") == "blurred" for one in talk_urls.TOLD))
    show(page)
    press(page, "?")
    page.locator("dialog[open]").wait_for()
    assert SECRET not in page.content()
    said = page.locator("dialog[open]").inner_text()
    for words in ("The next marked message", "Mark as evidence", "Show all the words", "Pause"):
        assert words in said
    keys = page.evaluate("[...document.querySelectorAll('[data-key]')].map((one) => one.dataset.key)")
    assert len(set(keys)) == len(keys)


def test_the_page_is_in_order_with_and_without_its_words(page: Page, walk: Walk) -> None:
    walk.look("conversation")
    page.set_viewport_size(OF_A_CASE)  # type: ignore[arg-type]
    show(page)
    walk.look("conversation-shown")
    page.set_viewport_size(AT_200_PERCENT)  # type: ignore[arg-type]
    columns = "[...document.querySelectorAll('.case-desk > section')].map((one) => one.getBoundingClientRect().left)"
    assert len(set(page.evaluate(columns))) == 1
    titles = page.locator("main h2").all_inner_texts()
    assert titles[:2] == ["Why it is here", "The conversation"]
    assert walk.wrong == []


def test_without_a_script_words_come_with_the_page_and_folds_open(walk: Walk) -> None:
    with override_settings(ROOT_URLCONF=talk_urls.__name__):
        clear_url_caches()
        context = walk.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
        walk.come_in(reviewer())
        context.add_cookies(walk.context.cookies())  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(walk.url + "/talk/")
        assert not page.locator("[data-tools]").is_visible()
        follow(page.locator("#m32 button"))
        page.get_by_text(SECRET).wait_for()
        page.locator("[data-fold] summary").first.click()
        page.get_by_text("nice game today").first.wait_for()
    clear_url_caches()
