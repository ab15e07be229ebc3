"""Processes that belong together: one that ends is noticed, and none is left behind."""

from __future__ import annotations

import os
import signal
import time

import pytest

from lightkeeper.cli.processes import Family

SLEEP = ["-c", "import time; time.sleep(600)"]
STUBBORN = ["-c", "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(600)"]


def gone(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    return False


def test_all_are_gone_at_the_end_even_those_that_do_not_want_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lightkeeper.cli.processes.STOP_SECONDS", 0.5)
    with Family() as family:
        numbers = [family.start("sleeper", SLEEP).pid, family.start("stubborn", STUBBORN).pid]
        assert family.dead() is None
    assert all(map(gone, numbers))


def test_one_that_ends_is_named_with_its_exit_status() -> None:
    with Family() as family:
        family.start("sleeper", SLEEP)
        assert family.start("brief", ["-c", "raise SystemExit(7)"]).wait() == 7
        assert family.dead() == ("brief", 7)
        assert not family.wait_until(lambda: True, seconds=5)


def test_waiting_ends_when_it_is_true_and_when_time_is_up() -> None:
    with Family() as family:
        sleeper = family.start("sleeper", SLEEP)
        assert family.wait_until(lambda: True, seconds=5)
        assert not family.wait_until(lambda: False, seconds=0.01)
        sleeper.send_signal(signal.SIGKILL)
        sleeper.wait()
        begun = time.monotonic()
        assert not family.wait_until(lambda: False, seconds=600)
        assert time.monotonic() - begun < 60
