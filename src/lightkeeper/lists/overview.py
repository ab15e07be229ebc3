"""What the page of lists says of each: entries, hits, freshness, last sync; the same few queries for any number."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Count, F, Max, Q
from django.utils.timezone import now

from lightkeeper.lists.exchange_queries import last_runs
from lightkeeper.lists.models import Entry, Exchange, HashList, Hit, SyncRun
from lightkeeper.lists.staleness import stale_lists
from lightkeeper.lists.states import SEARCHED
from lightkeeper.lists.types import EntryState

HITS_OF: Final = timedelta(days=30)
QUARANTINED_SHOWN: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One list. ``table`` has a row for each algorithm: how many entries in each state that any of the list is in.

    ``hits`` counts items that matched within the last 30 days; ``stale_after`` are days, 0 for never; ``last`` is the
    last sync, None where there was none.
    """

    row: HashList
    table: list[tuple[str, list[tuple[str, int]]]]
    searched: int
    quarantined: int
    hits: int
    stale: bool
    stale_after: int
    exchange: Exchange | None
    last: SyncRun | None

    @property
    def states(self) -> list[str]:
        """The states that the table has columns for."""
        return [state for state, _count in self.table[0][1]] if self.table else []

    @property
    def brief(self) -> list[tuple[str, list[tuple[str, int]]]]:
        """The table without what is nothing."""
        return [(algorithm, [(state, n) for state, n in counts if n]) for algorithm, counts in self.table]


@dataclass(frozen=True, slots=True)
class Flooded:
    """An entry that is quarantined, and what matched it before: different uploaders and items, the last time."""

    entry: Entry
    uploaders: int
    items: int
    last_at: datetime | None


def overviews(list_id: int | None = None) -> list[Overview]:
    """Every list by name, or only this one."""
    one = {} if list_id is None else {"list": list_id}
    rows = HashList.objects.select_related("owner").order_by("name")
    wanted = list(rows if list_id is None else rows.filter(pk=list_id))
    counts: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    counted = Entry.objects.filter(**one).exclude(state=EntryState.STAGED).values_list("list", "algorithm", "state")
    for key, algorithm, state, count in counted.annotate(count=Count("pk")).order_by("list"):
        counts[key][algorithm, state] = count
    hits = _hits(list_id)
    keys = [row.pk for row in wanted]
    exchanges = {one.list_id: one for one in Exchange.objects.filter(list_id__in=keys).defer("credentials")}
    last, stale = last_runs(keys), {row.pk for row in stale_lists()}
    usual = settings.LIGHTKEEPER["list_stale_days"]
    return [
        Overview(
            row=row, table=_table(counts[row.pk]), searched=_of_states(counts[row.pk], SEARCHED),
            quarantined=_of_states(counts[row.pk], {EntryState.QUARANTINED}), hits=hits.get(row.pk, 0),
            stale=row.pk in stale, stale_after=usual if row.stale_days is None else row.stale_days,
            exchange=exchanges.get(row.pk), last=last.get(row.pk),
        )
        for row in wanted
    ]  # fmt: skip


def _hits(list_id: int | None) -> dict[int, int]:
    rows = Hit.objects.filter(at__gte=now() - HITS_OF)
    rows = rows if list_id is None else rows.filter(entry__list=list_id)
    return dict(rows.values_list("entry__list").annotate(items=Count("item", distinct=True)).order_by("entry__list"))


def _table(counts: dict[tuple[str, str], int]) -> list[tuple[str, list[tuple[str, int]]]]:
    states = [state.value for state in EntryState if any(there == state for _algorithm, there in counts)]
    algorithms = sorted({algorithm for algorithm, _state in counts})
    return [(one, [(state, counts.get((one, state), 0)) for state in states]) for one in algorithms]


def _of_states(counts: dict[tuple[str, str], int], states: set[EntryState] | frozenset[EntryState]) -> int:
    return sum(count for (_algorithm, state), count in counts.items() if state in states)


def flooded() -> list[Flooded]:
    """Entries that are quarantined, the newest first. What they matched is counted up to their quarantine."""
    quarantined = Entry.objects.filter(state=EntryState.QUARANTINED).defer("sealed", "pending")
    rows = quarantined.select_related("list").annotate(
        items=Count("hits__item", distinct=True, filter=Q(hits__at__lte=F("state_at"))),
        uploaders=Count("hits__uploader", distinct=True, filter=Q(hits__at__lte=F("state_at"))),
        last_at=Max("hits__at"),
    ).order_by("-state_at", "-pk")[:QUARANTINED_SHOWN]  # fmt: skip
    return [Flooded(row, row.uploaders, row.items, row.last_at) for row in rows]


def entry_facts(pk: int) -> Flooded | None:
    """One entry and what it matched, None where there is none or an import has only staged it."""
    row = Entry.objects.filter(pk=pk).exclude(state=EntryState.STAGED).defer("sealed", "pending")
    entry = row.select_related("list__exchange").first()
    if entry is None:
        return None
    found = Hit.objects.filter(entry=entry).aggregate(
        items=Count("item", distinct=True), uploaders=Count("uploader", distinct=True), last_at=Max("at")
    )
    return Flooded(entry, found["uploaders"], found["items"], found["last_at"])
