"""What a console session remembers: when it began, when it was last used, what it proved."""

from __future__ import annotations

import time
from typing import Final

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

BEGAN: Final = "people.began"
USED: Final = "people.used"
LOCKED: Final = "people.locked"
SECOND_FACTOR: Final = "people.second_factor"
DEMO: Final = "people.demo"
USED_STEP: Final = 20
"""Seconds between two notes of use, so that not every click writes."""


def begin(session: SessionBase, *, second_factor: bool) -> None:
    """Note that somebody signed in just now."""
    now = time.time()
    session[BEGAN], session[USED], session[SECOND_FACTOR] = now, now, second_factor
    session.pop(LOCKED, None)


def note_use(session: SessionBase) -> bool:
    """Note a click, at most every USED_STEP seconds; says whether it was noted."""
    now = time.time()
    if now - float(session.get(USED, 0)) < USED_STEP:
        return False
    session[USED] = now
    return True


def is_over(session: SessionBase) -> bool:
    """Say whether the session has lasted as long as one may, however busy it was."""
    return time.time() - float(session.get(BEGAN, 0)) >= int(settings.LIGHTKEEPER["session_hours"]) * 3600


def is_idle(session: SessionBase) -> bool:
    """Say whether nobody has used it for too long. A demonstration's session has no password to unlock it with."""
    seconds = int(settings.LIGHTKEEPER["idle_minutes"]) * 60
    return not session.get(DEMO) and time.time() - float(session.get(USED, 0)) >= seconds
