"""What the other rooms ask of lists: what is known now, how fresh that is, and which lists there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Count, Q

from lightkeeper.lists.exchanges.asking import (
    all_exchanges,
    credential_names,
    exchange_of,
    feedback_of,
    set_asides,
    sync_runs,
)
from lightkeeper.lists.freshness import current, freshness, refresh, start_refreshing, stop_refreshing
from lightkeeper.lists.holdings import ALGORITHMS
from lightkeeper.lists.known import Known
from lightkeeper.lists.loading import info_of
from lightkeeper.lists.models import Entry, HashList
from lightkeeper.lists.overview import Flooded, Overview, entry_facts, flooded, overviews
from lightkeeper.lists.sealing import index_of
from lightkeeper.lists.staleness import stale_lists
from lightkeeper.lists.states import SEARCHED
from lightkeeper.lists.types import Algorithm, EntryState, ListInfo, NewEntry

__all__ = [
    "Flooded",
    "Known",
    "Overview",
    "all_exchanges",
    "all_lists",
    "credential_names",
    "current",
    "entries_with",
    "entry_counts",
    "entry_facts",
    "exchange_of",
    "feedback_of",
    "flooded",
    "freshness",
    "indexed_counts",
    "list_by_name",
    "list_row",
    "overviews",
    "refresh",
    "set_asides",
    "stale_lists",
    "start_refreshing",
    "state_counts",
    "stop_refreshing",
    "sync_runs",
]


def all_lists() -> list[ListInfo]:
    """Every list as the database has it, by name, with the number of its entries that are searched for."""
    searched = Count("entries", filter=Q(entries__state__in=SEARCHED))
    return [info_of(row, row.searched) for row in HashList.objects.annotate(searched=searched).order_by("name")]


def indexed_counts() -> dict[Algorithm, int]:
    """How many entries of each algorithm this process's index has."""
    holdings = current().holdings
    counted = holdings.exact.counts("algorithms", len(ALGORITHMS)).tolist()
    return {**dict(zip(ALGORITHMS, counted, strict=True)), Algorithm.PDQ: holdings.hashes.living}


def list_row(list_id: int) -> HashList | None:
    """One list's row, None if there is none."""
    return HashList.objects.filter(pk=list_id).first()


def entry_counts(list_id: int) -> list[tuple[str, int]]:
    """How many entries of each algorithm a list has that are searched for, by the algorithm's name."""
    searched = Entry.objects.filter(list_id=list_id, state__in=SEARCHED)
    counted = searched.values_list("algorithm").annotate(count=Count("pk")).order_by("algorithm")
    return [(str(algorithm), int(count)) for algorithm, count in counted]


def state_counts(list_id: int) -> dict[str, int]:
    """How many entries a list has in each state that any is in, without those that an import has staged."""
    rows = Entry.objects.filter(list_id=list_id).exclude(state=EntryState.STAGED)
    return dict(rows.values_list("state").annotate(count=Count("pk")).order_by("state"))


def entries_with(list_id: int, values: Sequence[NewEntry]) -> list[list[tuple[int, str]]]:
    """The entries of a list with each of these values: key and state. A value may have several, one a record."""
    indexes = [index_of(new.algorithm, new.value) for new in values]
    found: dict[tuple[str, bytes], list[tuple[int, str]]] = defaultdict(list)
    rows = Entry.objects.filter(list_id=list_id, value_index__in=set(indexes)).exclude(state=EntryState.STAGED)
    for pk, state, algorithm, index in rows.order_by("pk").values_list("pk", "state", "algorithm", "value_index"):
        found[algorithm, bytes(index)].append((pk, state))
    return [found.get((new.algorithm, index), []) for new, index in zip(values, indexes, strict=True)]


def list_by_name(name: str) -> HashList | None:
    """One list's row by its name, None if there is none."""
    return HashList.objects.filter(name=name).first()
