"""What a source's categories are in ours: a map that a person makes for each list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.lists.changes import next_change
from lightkeeper.lists.checking import locked_list, subject_of
from lightkeeper.lists.models import Entry, HashList
from lightkeeper.lists.sealing import LONGEST_TEXT, Place, unseal_entries
from lightkeeper.lists.types import INDUSTRY, EntryState, ListRefused
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Details
from lightkeeper.runtime.services import add_work

MAP: Final = "lists:categories"
"""The kind of work that gives the entries of a list our categories again; its subject is the list."""

MOST: Final = 500
"""Categories of one source."""

PAGE: Final = 1000
"""Entries of one transaction."""


class Categories:
    """The map of one list. Upper and lower case of the source's categories are the same, as are blanks around them."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._ours = {_key(native): ours for native, ours in given.items()}

    def of(self, native: str) -> str:
        """Our category, "" where the source's has none."""
        return self._ours.get(_key(native), "")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Categories) and self._ours == other._ours

    __hash__ = None  # type: ignore[assignment]  # nobody keeps them in sets


def set_categories(list_id: int, categories: Mapping[str, str], *, actor: Actor) -> None:
    """Say which of our categories (``types.INDUSTRY``) each of the source's is; the entries follow in the background.

    A category that is not in the map has none. Raises ListRefused.
    """
    cleaned = {native.strip(): ours.strip().upper() for native, ours in categories.items()}
    if len(cleaned) > MOST or any(not native or len(native) > LONGEST_TEXT for native in cleaned):
        raise ListRefused(_("A map has up to %(most)s categories, each with a name.") % {"most": MOST})
    if len({_key(native) for native in categories}) < len(categories):
        raise ListRefused(_("One of the source's categories stands in the map twice."))
    if any(ours not in INDUSTRY for ours in cleaned.values()):
        raise ListRefused(_("Our categories are %(ours)s.") % {"ours": ", ".join(INDUSTRY)})
    with transaction.atomic():
        row = locked_list(list_id)
        before, row.categories, row.updated_at = row.categories, cleaned, now()
        if before == cleaned:
            return
        row.save(update_fields=["categories", "updated_at"])
        details: Details = {"what": "categories", "from": len(before), "to": len(cleaned)}
        write_event(Event.LISTS_LIST_CHANGED, actor=actor, subject=subject_of(list_id), details=details)
        map_again(list_id)


def map_again(list_id: int) -> None:
    """Have the entries of a list given our categories again, in the caller's transaction."""
    add_work(MAP, subject=list_id)


def map_entries(list_id: int) -> int:
    """Give the entries of a list our categories by its map as it is now; gives how many have another than before.

    In short transactions, each one change; what is done already is not done a second time.
    """
    changed = 0
    keys = list(Entry.objects.filter(list_id=list_id).order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(keys), PAGE):
        page = keys[first : first + PAGE]
        with transaction.atomic():
            row = HashList.objects.select_for_update().filter(pk=list_id).first()
            changed += 0 if row is None else _map_page(Categories(row.categories), page)
    return changed


def _map_page(categories: Categories, keys: list[int]) -> int:
    rows = list(Entry.objects.filter(pk__in=keys).exclude(state=EntryState.STAGED))
    contents = unseal_entries(
        [bytes(row.sealed) for row in rows],
        [Place(row.list_id, row.algorithm, bytes(row.value_index)) for row in rows],
    )
    groups: dict[str, list[int]] = defaultdict(list)
    for row, content in zip(rows, contents, strict=True):
        ours = categories.of(content.category)
        if ours != row.category:
            groups[ours].append(row.pk)
    if groups:
        number = next_change()
        for ours, found in sorted(groups.items()):
            Entry.objects.filter(pk__in=found).update(category=ours, changed=number)
    return sum(map(len, groups.values()))


def _key(native: str) -> str:
    return native.strip().casefold()
