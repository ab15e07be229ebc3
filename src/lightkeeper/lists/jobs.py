"""What the room does in the background."""

from __future__ import annotations

from datetime import timedelta

from lightkeeper.lists import staleness
from lightkeeper.runtime.services import schedule


@schedule("lists:stale", every=timedelta(days=1))
def warn_of_stale(_: int | None) -> None:
    """Tell whoever is on call which lists were not renewed for too long."""
    staleness.warn_of_stale()
