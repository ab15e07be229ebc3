"""The two halves of an import: entries are staged in many short transactions, and take effect together in one.

An import of a million rows in one transaction would keep every other writer waiting. So rows are staged where no index
looks, a few thousand at a time, and the last transaction makes them all active under one number of change. A process
that dies before that leaves nothing that counts; the next import of the list sweeps it away.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils.timezone import now

from lightkeeper.lists.changes import next_change
from lightkeeper.lists.models import Entry, HashList
from lightkeeper.lists.sealing import Content, Place, index_of, seal_entries, unseal_entries
from lightkeeper.lists.types import EntryState, ListRefused

KEYS_AT_ONCE: Final = 1000
"""Values in one ``IN``."""

_OVERTAKEN: Final = "Another import into this list began after this one; nothing of this one took effect."


@dataclass(frozen=True, slots=True)
class Effects:
    """How many entries took effect as new, as changed, and were withdrawn."""

    added: int
    changed: int
    withdrawn: int


class KeySet:
    """A set of keys of rows, one bit each."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def __contains__(self, key: int) -> bool:
        return key >> 3 < len(self._bits) and bool(self._bits[key >> 3] >> (key & 7) & 1)

    def __len__(self) -> int:
        return int.from_bytes(self._bits, "little").bit_count()

    def add(self, key: int) -> None:
        """Put a key into the set."""
        if key >> 3 >= len(self._bits):
            self._bits.extend(bytes((key >> 3) + 1024 - len(self._bits)))
        self._bits[key >> 3] |= 1 << (key & 7)


class Staging:
    """One import into one list, from its beginning to its end."""

    def __init__(self, list_id: int) -> None:
        """Begin: sweep away what earlier imports left, and make this the import that may write."""
        self.list_id = list_id
        self.seen = KeySet()
        self._token = secrets.randbits(62) + 1
        with transaction.atomic():
            HashList.objects.select_for_update().get(pk=list_id)
            HashList.objects.filter(pk=list_id).update(import_token=self._token)
            self._sweep()

    def stage(self, rows: Sequence[tuple[str, Content]]) -> None:
        """Stage rows: algorithm and content of each. Of equal values the first in the file counts.

        Raises ListRefused where another import of the list began meanwhile.
        """
        wanted: dict[tuple[str, bytes], Content] = {}
        for algorithm, content in rows:
            wanted.setdefault((algorithm, index_of(algorithm, content.value)), content)
        places = [Place(self.list_id, algorithm, index) for algorithm, index in wanted]
        known = self._known([place.value_index for place in places])
        new = [place for place in places if (place.algorithm, place.value_index) not in known]
        made = self._sealed(new, wanted)
        others = self._differing(known, wanted)
        with transaction.atomic():
            self._lock()
            for entry in Entry.objects.bulk_create(made, batch_size=KEYS_AT_ONCE):
                self.seen.add(entry.pk)
            if others:
                Entry.objects.bulk_update(others, ["pending"], batch_size=KEYS_AT_ONCE // 2)

    def _known(self, indexes: Sequence[bytes]) -> dict[tuple[str, bytes], Entry]:
        found = {}
        for first in range(0, len(indexes), KEYS_AT_ONCE):
            part = indexes[first : first + KEYS_AT_ONCE]
            for entry in Entry.objects.filter(list_id=self.list_id, value_index__in=part):
                found[entry.algorithm, bytes(entry.value_index)] = entry
        return found

    def _sealed(self, places: Sequence[Place], wanted: dict[tuple[str, bytes], Content]) -> list[Entry]:
        sealed = seal_entries([wanted[place.algorithm, place.value_index] for place in places], places)
        return [
            Entry(
                list_id=place.list_id, algorithm=place.algorithm, value_index=place.value_index, sealed=b"",
                pending=pending, state=EntryState.STAGED, changed=0,
            )
            for place, pending in zip(places, sealed, strict=True)
        ]  # fmt: skip

    def _differing(
        self, known: dict[tuple[str, bytes], Entry], wanted: dict[tuple[str, bytes], Content]
    ) -> list[Entry]:
        """Those of the rows that are there which will be other than they are, with what they will be."""
        fresh = [(key, entry) for key, entry in known.items() if key in wanted and entry.pk not in self.seen]
        places = [Place(self.list_id, *key) for key, _ in fresh]
        before = unseal_entries([entry.sealed for _, entry in fresh], places)
        differing = []
        for (key, entry), place, content in zip(fresh, places, before, strict=True):
            self.seen.add(entry.pk)
            if entry.state == EntryState.WITHDRAWN or content != wanted[key]:
                differing.append((entry, place, wanted[key]))
        sealed = seal_entries([row[2] for row in differing], [row[1] for row in differing])
        for (entry, _, _), pending in zip(differing, sealed, strict=True):
            entry.pending = pending
        return [entry for entry, _, _ in differing]

    def missing(self) -> list[int]:
        """The keys of active entries of the list that no staged row named."""
        active = Entry.objects.filter(list_id=self.list_id, state=EntryState.ACTIVE).values_list("pk", flat=True)
        return [key for key in active.iterator(chunk_size=KEYS_AT_ONCE) if key not in self.seen]

    def take_effect(self, version: str, *, withdraw: Sequence[int]) -> Effects:
        """Make everything staged active and withdraw some entries, in the caller's transaction, as one change.

        Raises ListRefused where another import of the list began meanwhile.
        """
        self._lock()
        pending = Entry.objects.filter(list_id=self.list_id, pending__isnull=False)
        changed = pending.filter(state=EntryState.ACTIVE).count()
        number = next_change()
        effective = pending.update(sealed=F("pending"), pending=None, state=EntryState.ACTIVE, changed=number)
        withdrawn = withdraw_keys(self.list_id, withdraw, number)
        at = now()
        HashList.objects.filter(pk=self.list_id).update(version=version, imported_at=at, updated_at=at, import_token=0)
        return Effects(effective - changed, changed, withdrawn)

    def abandon(self) -> None:
        """Leave nothing behind, unless a later import has taken over."""
        with transaction.atomic():
            row = HashList.objects.select_for_update().get(pk=self.list_id)
            if row.import_token == self._token:
                self._sweep()

    def _lock(self) -> None:
        if HashList.objects.select_for_update().get(pk=self.list_id).import_token != self._token:
            raise ListRefused(_OVERTAKEN)

    def _sweep(self) -> None:
        left = Entry.objects.filter(list_id=self.list_id, pending__isnull=False)
        left.filter(state=EntryState.STAGED).delete()
        left.update(pending=None)


def withdraw_keys(list_id: int, keys: Sequence[int], number: int) -> int:
    """Withdraw active entries by the keys of their rows, as part of the change with this number."""
    withdrawn = 0
    for first in range(0, len(keys), KEYS_AT_ONCE):
        part = Entry.objects.filter(list_id=list_id, state=EntryState.ACTIVE, pk__in=keys[first : first + KEYS_AT_ONCE])
        withdrawn += part.update(state=EntryState.WITHDRAWN, changed=number)
    return withdrawn
