"""Jobs of the tests' own: registered for one test, and nothing else is."""

from __future__ import annotations

import pytest

from lightkeeper.runtime.work import registry


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """No jobs but those that the test registers."""
    monkeypatch.setattr(registry, "_jobs", {})
