"""From rows to what can be searched: everything at the start, afterwards only what changed."""

from __future__ import annotations

import struct
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lightkeeper.lists.changes import CLOCK
from lightkeeper.lists.holdings import Batch, Holdings
from lightkeeper.lists.known import with_counts
from lightkeeper.lists.models import Change, Clock, Entry, HashList
from lightkeeper.lists.sealing import Place, unseal_entries
from lightkeeper.lists.states import SEARCHED
from lightkeeper.lists.types import Algorithm, EntryState, ListInfo, ListPurpose, ListStatus
from lightkeeper.runtime.services import SealError

PAGE: Final = 10_000
"""Rows that are read and opened at a time."""

REBUILD_FROM: Final = 50_000
"""More changed rows than this, if they are also more than a fifth of all, are loaded by building everything anew."""

_COLUMNS: Final = ("id", "list_id", "algorithm", "value_index", "sealed", "state", "category")
_Row = tuple[int, int, str, bytes, bytes, str, str]


class LoadError(Exception):
    """The index cannot be loaded; the message says why in words, without a value."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A change as the clock has it: its number (0: there never was one), its stamp, its time."""

    number: int
    stamp: uuid.UUID | None
    at: datetime | None


BEGINNING: Final = Moment(0, None, None)


def now_in_database() -> Moment:
    """The newest change: one row by its key."""
    found = Clock.objects.filter(pk=CLOCK).values_list("number", "stamp", "at").first()
    return BEGINNING if found is None or not found[0] else Moment(*found)


def follows(moment: Moment, earlier: Moment) -> bool:
    """Whether what was loaded at the earlier moment is part of this history (not so after a restore)."""
    if earlier.number == 0 or earlier.stamp is None:
        return True
    return (
        earlier.number <= moment.number and Change.objects.filter(number=earlier.number, stamp=earlier.stamp).exists()
    )


def load(holdings: Holdings | None, since: int) -> Holdings:
    """What is in the database; only changes after ``since`` are read where ``holdings`` are given.

    Raises LoadError, IndexSelfTestError, or a database error; the given holdings can be searched all the same.
    """
    try:
        if holdings is not None:
            keys = sorted(Entry.objects.filter(changed__gt=since).values_list("id", flat=True))
            crowded = holdings.removed > max(REBUILD_FROM, len(holdings))
            if not crowded and len(keys) <= max(REBUILD_FROM, len(holdings) // 5):
                return _changed(holdings, keys)
        return _built()
    except SealError as error:
        raise LoadError(f"An entry cannot be opened. {error}") from error
    except (struct.error, UnicodeDecodeError) as error:
        raise LoadError("An entry was opened and makes no sense.") from error


def lists_in_database(holdings: Holdings) -> tuple[ListInfo, ...]:
    """All lists by name, with the number of their entries in the holdings."""
    return with_counts([info_of(row) for row in HashList.objects.order_by("name")], holdings)


def info_of(row: HashList, entries: int = 0) -> ListInfo:
    """A list's row as a value."""
    return ListInfo(
        row.pk, row.name, row.source, ListStatus(row.status), row.radius, row.version, entries, row.imported_at,
        ListPurpose(row.purpose),
    )  # fmt: skip


def _built() -> Holdings:
    hashes, exact = Batch(), Batch()
    numbers: dict[int, int] = {}
    for rows in _pages():
        _gather(rows, hashes, exact, numbers)
    built = Holdings().changed(refs=(), hashes=hashes, exact=exact, list_numbers=_with_all_lists(numbers))
    _self_test(built, sample=64)
    return built


def _changed(holdings: Holdings, keys: Sequence[int]) -> Holdings:
    hashes, exact = Batch(), Batch()
    numbers = dict(holdings.list_numbers)
    for first in range(0, len(keys), PAGE // 10):
        page = keys[first : first + PAGE // 10]
        _gather(Entry.objects.filter(pk__in=page).order_by("pk").values_list(*_COLUMNS), hashes, exact, numbers)
    changed = holdings.changed(refs=keys, hashes=hashes, exact=exact, list_numbers=_with_all_lists(numbers))
    _self_test(changed, sample=16)
    return changed


def _pages() -> Iterator[list[_Row]]:
    """All entries that are searched for, by key, a page at a time: no transaction stays open over the whole."""
    last = 0
    while True:
        query = Entry.objects.filter(state__in=SEARCHED, pk__gt=last).order_by("pk").values_list(*_COLUMNS)
        rows = list(query[:PAGE])
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def _gather(rows: Iterable[_Row], hashes: Batch, exact: Batch, numbers: dict[int, int]) -> None:
    active = [row for row in rows if row[5] in SEARCHED]
    places = [Place(row[1], row[2], bytes(row[3])) for row in active]
    contents = unseal_entries([row[4] for row in active], places)
    for row, place, content in zip(active, places, contents, strict=True):
        number = numbers.setdefault(place.list_id, len(numbers))
        batch = hashes if place.algorithm == Algorithm.PDQ else exact
        # A match says our category where the source's has one, else what the source says.
        named = content._replace(category=row[6]) if row[6] else content
        batch.add(row[0], number, place, named, disputed=row[5] == EntryState.DISPUTED)


def _with_all_lists(numbers: dict[int, int]) -> dict[int, int]:
    """A number for each list, those without entries too."""
    for list_id in HashList.objects.order_by("pk").values_list("pk", flat=True):
        numbers.setdefault(list_id, len(numbers))
    return numbers


def _self_test(holdings: Holdings, *, sample: int) -> None:
    """Planted neighbours of hashes are found; and a sample of digests and addresses by what is sealed of them.

    The second would fail if the key of the blind indexes were another than when the entries were imported.
    """
    holdings.self_test(sample=sample)
    refs = [holdings.exact[int(number)].ref for number in holdings.exact.sample(sample)]
    rows = Entry.objects.filter(pk__in=refs, state__in=SEARCHED).values_list(*_COLUMNS)
    active = list(rows)
    places = [Place(row[1], row[2], bytes(row[3])) for row in active]
    for row, place, content in zip(active, places, unseal_entries([row[4] for row in active], places), strict=True):
        found = holdings.find_value(place.algorithm, content.value)
        if row[0] not in [holdings.entry(number).ref for number in found]:
            raise LoadError("A digest is not found by its own value: the key that indexes values is another one.")
