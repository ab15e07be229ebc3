"""A real browser against a real server, for the one test that needs both."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test.testcases import LiveServerThread

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

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
    """A browser with an empty profile. Pages' policies stay in force, for what tests run in them too."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(**options)
        try:
            yield context
        finally:
            with suppress(Exception):
                browser.close()


def listen(page: Page) -> list[str]:
    """Collect what the console and the network complain of; violations of the policy are among it."""
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(f"failed: {request.method} {request.resource_type}"))
    return complaints


def findings(page: Page) -> list[str]:
    """What axe-core finds, whatever its impact. Runs beside the page's policy, not against it."""
    return [one for _, one in _found(page)]


def serious_findings(page: Page) -> list[str]:
    """What axe-core finds that keeps somebody from using the page."""
    return [one for impact, one in _found(page) if impact in AXE_SERIOUS]


def _found(page: Page) -> list[tuple[str, str]]:
    import axe_playwright_python

    script = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
    page.evaluate(script)
    found: dict[str, Any] = page.evaluate("axe.run()")
    return [
        (str(one["impact"]), f"{one['id']}: {one['help']} at {[node['target'] for node in one['nodes']]}")
        for one in found["violations"]
    ]
