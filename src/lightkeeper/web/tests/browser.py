"""A real browser against a real server, for the tests that need both.

A process of tests starts one browser and gives each test a profile of its own in it: starting one takes two seconds.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test.testcases import LiveServerThread

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

CHROMIUM: Final = shutil.which("chromium") or ""
AXE_SERIOUS: Final = ("serious", "critical")


class _AsServed(WSGIHandler):
    """The application alone: Django's test server would serve static files itself, under names without a hash."""

    def __init__(self, _: object = None) -> None:
        super().__init__()


@contextmanager
def server() -> Iterator[str]:
    """Serve the application as it is, static files and all, from a thread of this process; gives its address."""
    shared = {}
    for connection in connections.all():
        if connection.vendor == "sqlite" and connection.is_in_memory_db():  # type: ignore[attr-defined]
            shared[connection.alias] = connection
            connection.inc_thread_sharing()
    thread = LiveServerThread("127.0.0.1", _AsServed, connections_override=shared)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error is not None:
        raise thread.error
    try:
        yield f"http://127.0.0.1:{thread.port}"
    finally:
        thread.terminate()
        for connection in shared.values():
            connection.dec_thread_sharing()


@contextmanager
def chromium(**options: Any) -> Iterator[BrowserContext]:
    """An empty profile, which goes away. Pages' policies stay in force, for what tests run in them too."""
    context = _browser().new_context(**options)
    try:
        yield context
    finally:
        with suppress(Exception):
            context.close()


_running = ExitStack()


@cache
def _browser() -> Browser:
    from playwright.sync_api import sync_playwright

    browser = _running.enter_context(sync_playwright()).chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    # Its library runs a loop in this thread for as long as the browser is there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    _running.callback(os.environ.pop, "DJANGO_ALLOW_ASYNC_UNSAFE", None)
    _running.callback(_closed, browser)
    return browser


def _closed(browser: Browser) -> None:
    with suppress(Exception):
        browser.close()


def close_browser() -> None:
    """End the browser, if there is one, and the loop in this thread: what is no test of pages would be in its way."""
    _browser.cache_clear()
    _running.close()


def follow(leads_away: Locator) -> None:
    """Click what another page answers, a form's button or a link, and wait for that page: a click does not."""
    with leads_away.page.expect_navigation():
        leads_away.click()


def listen(page: Page) -> list[str]:
    """Collect what the console and the network complain of; violations of the policy are among it."""
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(f"failed: {request.method} {request.resource_type}"))
    return complaints


COLOURS: Final = ["color-contrast", "link-in-text-block"]
"""Those of axe's rules whose answer can be another one in other colours."""


def schemes(page: Page) -> Iterator[tuple[str, Sequence[str]]]:
    """Show the page light, then dark; gives which, and the rules to ask (all where none is named).

    In the dark it is the same page but for its colours (``test_colours``): only what depends on them is asked again.
    """
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    yield "light", ()
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    yield "dark", COLOURS


def findings(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What axe-core finds, whatever its impact, by all rules or by these. Runs beside the page's policy."""
    return [one for _, one in _found(page, rules)]


def serious_findings(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What axe-core finds that keeps somebody from using the page."""
    return [one for impact, one in _found(page, rules) if impact in AXE_SERIOUS]


def _found(page: Page, rules: Sequence[str]) -> list[tuple[str, str]]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    options = {"resultTypes": ["violations"], **({"runOnly": {"type": "rule", "values": list(rules)}} if rules else {})}
    found: list[dict[str, Any]] = page.evaluate("(options) => axe.run(options).then((all) => all.violations)", options)
    return [
        (str(one["impact"]), f"{one['id']}: {one['help']} at {[node['target'] for node in one['nodes']]}")
        for one in found
    ]


@cache
def _axe() -> str:
    import axe_playwright_python

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
