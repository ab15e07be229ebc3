"""The measurement of the engine runs, at a fiftieth of its size."""

from __future__ import annotations

import pytest

from benchmarks.conversations import EVENTS, measure
from lightkeeper.detect.conversations.tests.saying import SETTINGS


@pytest.mark.usefixtures("unjudged")
def test_a_fiftieth() -> None:
    figures = measure(SETTINGS, EVENTS // 50)
    assert all(value > 0 for value in figures.values())
    assert figures["most bytes of a pair"] <= 2048
