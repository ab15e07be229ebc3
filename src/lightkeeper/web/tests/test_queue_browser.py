"""In a real browser: the queue asks for itself again without taking the focus, and only while somebody is there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils.timezone import now

from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import signed_in
from lightkeeper.review.models import Case, Lease
from lightkeeper.review.tests.grades_made import reviewer
from lightkeeper.review.tests.making import opened
from lightkeeper.web.tests.browser import CHROMIUM, chromium, listen, server

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Debian's chromium (apt-get install chromium)"),
]
LONG = 6 * 60 * 1000


@pytest.fixture
def case() -> Case:
    return Case.objects.get(pk=opened().id)


def come_in(context: Any, url: str, person: Person) -> Page:
    """A page of somebody who is signed in, whose clock the test moves."""
    cookies = signed_in(person).cookies.values()
    context.add_cookies([{"name": one.key, "value": one.value, "url": url} for one in cookies])
    page = context.new_page()
    page.clock.install()
    return page  # type: ignore[no-any-return]


def asked_for(page: Page, path: str) -> list[str]:
    """What the page asks of an address from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method) if request.url.endswith(path) else None)
    return asked


def seen(page: Page, state: str) -> None:
    """Let the page be seen, or not."""
    page.evaluate(f"Object.defineProperty(document, 'visibilityState', {{value: '{state}', configurable: true}})")


def test_enter_takes_the_next_case_unless_something_has_the_focus(case: Case) -> None:
    with server() as url, chromium() as context:
        page = come_in(context, url, reviewer())
        complaints = listen(page)
        page.goto(url + reverse("review:queue"))
        page.focus("#q")
        page.keyboard.press("Enter")  # sends what is searched
        page.wait_for_url("**?*q=*")
        assert not Lease.objects.exists()
        page.goto(url + reverse("review:queue"))
        page.keyboard.press("?")
        assert "Enter" in page.locator("dialog[data-keys]").inner_text()
        page.keyboard.press("Escape")
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/cases/{case.public}/")
        assert not complaints


def test_polling_keeps_the_focus_and_stops_where_nobody_is(case: Case) -> None:
    with server() as url, chromium() as context:
        page = come_in(context, url, reviewer())
        page.goto(url + reverse("review:queue"))
        asked = asked_for(page, "/cases/?")
        link = f"#case-{case.pk}"
        for focused in (link, "#queue-table"):
            page.focus(focused)
            Case.objects.filter(pk=case.pk).update(due_at=now() - timedelta(hours=3 if focused == link else 5))
            with page.expect_response(lambda answer: answer.url.endswith("/cases/?")):
                page.clock.run_for(10_500)
            page.get_by_text(f"{3 if focused == link else 5} hours late").wait_for()
            assert page.evaluate("'#' + document.activeElement.id") == focused
        asked.clear()
        seen(page, "hidden")
        page.clock.run_for(30_000)
        assert asked == []
        seen(page, "visible")
        page.clock.fast_forward(LONG)
        asked.clear()
        page.clock.run_for(30_000)
        assert asked == []
        page.keyboard.press("Tab")
        page.clock.run_for(10_500)
        assert asked == ["GET"]


def test_a_case_is_kept_only_while_somebody_is_there(case: Case) -> None:
    with server() as url, chromium() as context:
        page = come_in(context, url, reviewer())
        page.goto(url + reverse("review:queue"))
        page.keyboard.press("n")
        page.wait_for_url(f"**/cases/{case.public}/")
        page.locator("[data-lease]").wait_for(state="attached")
        asked = asked_for(page, "/beat/")
        page.clock.run_for(15_500)
        assert asked == ["POST"]
        page.clock.fast_forward(LONG)
        asked.clear()
        page.clock.run_for(60_000)
        assert asked == []
        page.keyboard.press("Tab")
        page.clock.run_for(15_500)
        assert asked == ["POST"]
