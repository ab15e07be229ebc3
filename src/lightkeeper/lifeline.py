"""A process that must not outlive the one that started it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def die_with_parent(*, parent: int | None = None, by: signal.Signals = signal.SIGTERM) -> None:
    """Have the kernel signal this process when its parent is gone, however it went (Linux; elsewhere nothing is done).

    ``parent`` is the parent's process id where it is known: if that is gone already, this process ends now.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, by)
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), by)
