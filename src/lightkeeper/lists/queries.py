"""What the other rooms ask of lists: what is known now, how fresh that is, and which lists there are."""

from __future__ import annotations

from django.db.models import Count, Q

from lightkeeper.lists.freshness import current, freshness, refresh, start_refreshing, stop_refreshing
from lightkeeper.lists.known import Known
from lightkeeper.lists.loading import info_of
from lightkeeper.lists.models import Entry, HashList
from lightkeeper.lists.staleness import stale_lists
from lightkeeper.lists.types import EntryState, ListInfo

__all__ = [
    "Known",
    "all_lists",
    "current",
    "entry_counts",
    "freshness",
    "list_by_name",
    "list_row",
    "refresh",
    "stale_lists",
    "start_refreshing",
    "stop_refreshing",
]


def all_lists() -> list[ListInfo]:
    """Every list as the database has it, by name, with the number of its active entries."""
    active = Count("entries", filter=Q(entries__state=EntryState.ACTIVE))
    return [info_of(row, row.active) for row in HashList.objects.annotate(active=active).order_by("name")]


def list_row(list_id: int) -> HashList | None:
    """One list's row, None if there is none."""
    return HashList.objects.filter(pk=list_id).first()


def entry_counts(list_id: int) -> list[tuple[str, int]]:
    """How many active entries of each algorithm a list has, by the algorithm's name."""
    active = Entry.objects.filter(list_id=list_id, state=EntryState.ACTIVE)
    counted = active.values_list("algorithm").annotate(count=Count("pk")).order_by("algorithm")
    return [(str(algorithm), int(count)) for algorithm, count in counted]


def list_by_name(name: str) -> HashList | None:
    """One list's row by its name, None if there is none."""
    return HashList.objects.filter(name=name).first()
