"""How many requests of one key are answered at once: no more than its share of a process's threads.

A process has some more threads than that (``web/serving.py``), so that one key, however many connections it opens and
however slowly it sends, leaves the pages and the other keys some.
"""

from __future__ import annotations

import threading
from typing import Final

from django.conf import settings
from django.http import HttpRequest

from lightkeeper.intake.types import Refused

_ATTRIBUTE: Final = "lightkeeper_share"
_taken: dict[str, int] = {}
_lock: Final = threading.Lock()


def take_share(request: HttpRequest, key_id: str) -> None:
    """Note that a request of this key is being answered, until ``give_back``. Raises Refused (429)."""
    with _lock:
        count = _taken.get(key_id, 0)
        if count >= settings.LIGHTKEEPER["server_threads"]:
            raise Refused(
                429,
                "too-many-at-once",
                "Too many requests with this key are being answered in this moment. Open fewer connections.",
                headers={"Retry-After": "1"},
            )
        _taken[key_id] = count + 1
    setattr(request, _ATTRIBUTE, key_id)


def give_back(request: HttpRequest) -> None:
    """The request has been answered, whoever's it was."""
    key_id = getattr(request, _ATTRIBUTE, None)
    if key_id is None:
        return
    with _lock:
        left = _taken[key_id] - 1
        if left:
            _taken[key_id] = left
        else:
            del _taken[key_id]
