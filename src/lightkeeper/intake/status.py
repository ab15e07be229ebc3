"""How the service stands, for whoever watches it."""

from __future__ import annotations

from typing import Any

from lightkeeper import __version__
from lightkeeper.intake import queries
from lightkeeper.lists import queries as lists
from lightkeeper.record.services import hash_only
from lightkeeper.runtime.queries import alive_workers, dead_kinds


def status() -> dict[str, Any]:
    """Freshness of the lists, what waits, what is dead, how many workers live."""
    known = lists.current()
    workers = len(alive_workers())
    return {
        "lists_as_of": known.as_of,
        "degraded": [*known.degraded, *(() if workers else ("no_worker",)), *queries.conversations_degraded()],
        "hash_only": hash_only(),
        "waiting": queries.waiting(),
        "dead": sum(one.count for one in dead_kinds()),
        "workers": workers,
        "version": __version__,
    }
