"""Each test begins with a process that knows nothing, and ends with its thread stopped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lightkeeper.lists import freshness


@pytest.fixture(autouse=True)
def _a_process_that_knows_nothing() -> Iterator[None]:
    freshness.forget()
    yield
    freshness.stop_refreshing()
    freshness.forget()
