"""Adding entries to a list by hand or from a case: a few at a time, under somebody's name and with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.lists.categories import Categories
from lightkeeper.lists.changes import next_change
from lightkeeper.lists.checking import LONGEST_ENTRY_REASON, clean_reason, locked_list, subject_of
from lightkeeper.lists.models import Entry
from lightkeeper.lists.sealing import LONGEST_TEXT, Content, Place, index_of, seal_entries
from lightkeeper.lists.types import WIDTHS, Algorithm, EntryState, ListRefused, NewEntry
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor
from lightkeeper.runtime.services import insert_many

MOST_ADDED: Final = 1000
"""Entries that one act adds; more come in a file."""

LONGEST_VALUE: Final = 8192
"""Bytes of an address or a phrase."""

_COMES_BACK: Final = (EntryState.STAGED, EntryState.WITHDRAWN)


def add_entries(list_id: int, values: Sequence[NewEntry], *, actor: Actor, reason: str) -> list[int]:
    """Add values to a list, as one change and one event; gives the keys of their entries, new or there, in order.

    What is there stays as it is: what a person disputed, quarantined or withdrew is restored by ``move_entry`` only.
    What its source withdrew, or an import has staged, becomes active. Raises ListRefused.
    """
    reason = clean_reason(reason, longest=LONGEST_ENTRY_REASON)
    _check(values)
    wanted: dict[Place, NewEntry] = {}
    places = [Place(list_id, new.algorithm, index_of(new.algorithm, new.value)) for new in values]
    for place, new in zip(places, values, strict=True):
        wanted.setdefault(place, new)
    contents = [Content(new.value, new.id.strip(), new.category.strip()) for new in wanted.values()]
    sealed = dict(zip(wanted, seal_entries(contents, wanted), strict=True))
    with transaction.atomic():
        categories = Categories(locked_list(list_id).categories)
        there = _there(list_id, list(wanted))
        back = {place: row for place, row in there.items() if _comes_back(row)}
        fresh = {place: _fresh(place) for place in wanted if place not in there}
        for place, row in (fresh | back).items():
            given = wanted[place]
            _take(row, given, sealed[place], categories.of(given.category), reason)
        if fresh or back:
            _write(list(fresh.values()), list(back.values()))
            details = {"added": len(fresh) + len(back), "there": len(wanted) - len(fresh) - len(back)}
            write_event(Event.LISTS_ENTRIES_ADDED, actor=actor, subject=subject_of(list_id), details=details)
    keys = {place: row.pk for place, row in (there | fresh).items()}
    return [keys[place] for place in places]


def _check(values: Sequence[NewEntry]) -> None:
    if not values:
        raise ListRefused(_("No value was given."))
    check_count(len(values))
    for place, new in enumerate(values, 1):
        problem = _problem(new)
        if problem:
            raise ListRefused(_("Value %(place)s cannot be added: %(problem)s.") % {"place": place, "problem": problem})


def check_count(count: int) -> None:
    """Raise ListRefused where so many are too many for one act."""
    if count > MOST_ADDED:
        raise ListRefused(
            _("At most %(most)s entries are added at once; more are imported from a file.") % {"most": MOST_ADDED}
        )


def _problem(new: NewEntry) -> str:
    """What is wrong with a value, without the value; "" if nothing is."""
    if new.algorithm not in Algorithm.values:
        return _("its algorithm is unknown")
    width = WIDTHS.get(new.algorithm)
    if width is not None and len(new.value) != width:
        return _("%(algorithm)s has %(width)s bytes") % {"algorithm": new.algorithm, "width": width}
    if not 0 < len(new.value) <= LONGEST_VALUE:
        return _("it is empty, or longer than %(most)s bytes") % {"most": LONGEST_VALUE}
    if max(len(new.id), len(new.category)) > LONGEST_TEXT:
        return _("its id or category is longer than %(most)s characters") % {"most": LONGEST_TEXT}
    if new.confidence is not None and not 0 <= new.confidence <= 100:
        return _("its confidence is not 0 to 100")
    return ""


def _there(list_id: int, places: Sequence[Place]) -> dict[Place, Entry]:
    rows = Entry.objects.filter(
        list_id=list_id, value_index__in=[place.value_index for place in places], record_index=b""
    )
    return {_place(row): row for row in rows}


def _place(row: Entry) -> Place:
    return Place(row.list_id, row.algorithm, bytes(row.value_index))


def _comes_back(row: Entry) -> bool:
    return row.state in _COMES_BACK and not row.state_reason


def _fresh(place: Place) -> Entry:
    return Entry(list_id=place.list_id, algorithm=place.algorithm, value_index=place.value_index, added_at=now())


def _take(row: Entry, new: NewEntry, sealed: bytes, category: str, reason: str) -> None:
    """Have a row be what was given: it is active, and says why."""
    row.sealed, row.category, row.confidence = sealed, category, new.confidence
    row.state, row.state_reason, row.state_at = EntryState.ACTIVE, reason, now()


def _write(new: Sequence[Entry], back: Sequence[Entry]) -> None:
    """Write new rows and those that come back, under the number of one change."""
    number = next_change()
    for row in (*new, *back):
        row.changed = number
    insert_many(new)
    for row in back:
        row.save()
