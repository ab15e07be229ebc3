"""What the room itself does in the background."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from lightkeeper.runtime.work.registry import schedule
from lightkeeper.runtime.work.slots import prune


@schedule("runtime:prune", every=timedelta(minutes=15), longest_seconds=600)
def prune_work(_: int | None) -> None:
    """Delete what is done and long past, and calls that a worker took and did not live to delete."""
    prune(timezone.now())
    if connection.vendor == "postgresql":
        from lightkeeper.runtime.work.calling import prune_calls

        prune_calls()
