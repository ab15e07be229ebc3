"""What tests of pages share: a walk through them, in a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lightkeeper.record import authority
from lightkeeper.web.tests.browser import chromium, server
from lightkeeper.web.tests.page_walk import WIDE, Walk


@pytest.fixture
def walk() -> Iterator[Walk]:
    """A browser, before anything is there to be seen."""
    with server() as url, chromium(viewport=WIDE) as context:
        yield Walk(context, url)
    authority.forget()
