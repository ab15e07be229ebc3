"""Jobs of the tests' own: registered for one test, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lightkeeper.runtime.work import registry


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No jobs but those that the test registers."""
    monkeypatch.setattr(registry, "_jobs", {})
    return
