"""Tests of rows of state do not ask for judgements."""

from __future__ import annotations

import pytest

from lightkeeper.detect.conversations import engine
from lightkeeper.detect.conversations.tests.saying import silent


@pytest.fixture
def unjudged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is judged."""
    monkeypatch.setattr(engine, "judge", silent)
