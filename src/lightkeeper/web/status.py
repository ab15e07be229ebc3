"""What is degraded, in sentences: one function each, which asks its room and never breaks the page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. ``says`` are sentences; where ``ok`` is false they say who must do what."""

    name: str
    ok: bool
    says: tuple[str, ...]
    codes: tuple[str, ...] = ()
    page: str = field(default="")
    """The name of the address where something can be done about it."""


Look = Callable[[], Check]
LOOKS: Final[list[Look]] = []


def checks() -> list[Check]:
    """Look at everything, one after another; what cannot be looked at is a finding too."""
    return [_tolerant(look) for look in LOOKS]


def _tolerant(look: Look) -> Check:
    try:
        return look()
    except Exception:
        _logger.exception("a part of the status could not be found out")
        name = look.__name__.strip("_").replace("_", " ")
        return Check(
            name, ok=False, says=("This could not be found out; the server's log says why.",), codes=("unknown",)
        )
