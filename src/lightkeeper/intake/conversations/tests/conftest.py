"""What the tests of conversations share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lightkeeper.detect.conversations import engine
from lightkeeper.intake import surfaces
from lightkeeper.intake.conversations import in_force, texts
from lightkeeper.intake.conversations.tests.talking import CountingEngine, switch_on, talker
from lightkeeper.intake.tests.platform import Platform
from lightkeeper.people.tests.clients_made import forget


@pytest.fixture
def platform(transactional_db: None) -> Iterator[Platform]:
    """A platform that may send events, on a service that takes them."""
    forget()
    surfaces.forget_surfaces()
    in_force.forget()
    switch_on()
    yield talker("a platform")
    forget()
    surfaces.forget_surfaces()


@pytest.fixture
def counting(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> CountingEngine:  # it comes first
    """An engine that only counts, in place of the real one."""
    made = CountingEngine()
    monkeypatch.setattr(engine, "advance", made.advance)
    monkeypatch.setattr(texts, "reading", lambda: engine.Reading(None))  # type: ignore[arg-type]  # nothing is read
    monkeypatch.setattr(in_force, "engine_settings", lambda: None)
    return made
