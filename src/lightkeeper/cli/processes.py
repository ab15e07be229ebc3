"""Child processes that live and die together: started, watched, and stopped by the process that started them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from lightkeeper.lifeline import die_with_parent

STOP_SECONDS: Final = 5.0
"""What has not ended this long after being asked is killed."""


@dataclass(slots=True)
class Family:
    """Processes by name. As a context manager it stops all of them at the end."""

    members: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __enter__(self) -> Family:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, name: str, words: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start ``python WORDS`` in a group of its own, so that Ctrl-C reaches the parent alone."""
        process = subprocess.Popen(  # noqa: S603  # our own interpreter, words of our own
            [sys.executable, *words], stdin=subprocess.DEVNULL, process_group=0,
            preexec_fn=die_with_parent if sys.platform == "linux" else None,  # no threads here
        )  # fmt: skip
        self.members[name] = process
        return process

    def dead(self) -> tuple[str, int] | None:
        """Give one that has ended, with its exit status; None while all live."""
        for name, process in self.members.items():
            if process.poll() is not None:
                return name, process.returncode
        return None

    def wait_until(self, true: Callable[[], bool], *, seconds: float) -> bool:
        """Wait until something is true; False where one of the processes ended before, or time ran out."""
        until = time.monotonic() + seconds
        while self.dead() is None and time.monotonic() < until:
            if true():
                return True
            time.sleep(0.1)
        return False

    def stop(self) -> None:
        """Ask all to end, wait for them, and kill what is left with all that it started."""
        for process in self.members.values():
            if process.poll() is None:
                process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for process in self.members.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, until - time.monotonic()))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.members.clear()
