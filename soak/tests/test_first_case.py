"""Check 10: one command, and the first case can be graded. How long it takes is asserted by ``make soak`` alone."""

from __future__ import annotations

import os

import pytest

from lightkeeper.web.tests.browser import CHROMIUM
from soak import first_case
from soak.first_case import FirstCase, proportional

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(not CHROMIUM, reason="needs Debian's chromium (apt-get install chromium)"),
]


def test_the_first_demo_case_is_graded_after_one_command() -> None:
    found = first_case.first_case()
    print(found.line)
    assert found.undo
    assert found.processes >= 3
    assert found.memory > 0


def test_what_misses_a_bar_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = FirstCase(ready=100.0, graded=121.0, memory=2 << 30, processes=3, undo=True)
    monkeypatch.setattr(first_case, "first_case", lambda: slow)
    assert first_case.run() == ["the first case was graded after 121 s", "all processes hold 2048 MiB"]
    monkeypatch.setattr(first_case, "first_case", lambda: FirstCase(10.0, 20.0, 1 << 29, 3, True))
    assert first_case.run() == []


def test_memory_is_read_and_of_no_process_nothing() -> None:
    assert proportional(os.getpid()) > 1 << 20
    assert proportional(0) == 0
