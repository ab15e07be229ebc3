"""The two halves of an import: entries are staged in many short transactions, and take effect together in one.

An import of a million rows in one transaction would keep every other writer waiting. So rows are staged where no index
looks, a few thousand at a time, and the last transaction makes them all active under one number of change. A process
that dies before that leaves nothing that counts; the next import of the list sweeps it away.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import gettext, gettext_noop

from lightkeeper.lists.categories import Categories, map_again
from lightkeeper.lists.changes import next_change
from lightkeeper.lists.models import Entry, HashList
from lightkeeper.lists.sealing import Content, Place, index_of, seal_entries, unseal_entries
from lightkeeper.lists.types import EntryState, ListRefused
from lightkeeper.runtime.services import insert_many, new_row

KEYS_AT_ONCE: Final = 1000
"""Values in one ``IN``."""

_WITHDRAWABLE: Final = (EntryState.ACTIVE, EntryState.DISPUTED, EntryState.QUARANTINED)
_OVERTAKEN: Final = gettext_noop("Another import into this list began after this one; nothing of this one took effect.")


@dataclass(frozen=True, slots=True)
class Effects:
    """How many entries took effect as new, as changed, and were withdrawn."""

    added: int
    changed: int
    withdrawn: int


class Listed(NamedTuple):
    """A row of a file: its algorithm, what is sealed of it, and its confidence (0 to 100, None: it says none)."""

    algorithm: str
    content: Content
    confidence: int | None = None


class _Row(NamedTuple):
    pk: int
    state: str
    by_person: bool
    sealed: bytes
    category: str
    confidence: int | None


_Key = tuple[str, bytes]
"""Algorithm and blind index of a value."""


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
    """One import into one list, from its beginning to its end.

    ``staged`` counts the rows that are new, ``seen`` has the keys of those that were there.
    """

    def __init__(self, list_id: int) -> None:
        """Begin: sweep away what earlier imports left, and make this the import that may write."""
        self.list_id = list_id
        self.seen = KeySet()
        self.staged = 0
        self._token = secrets.randbits(62) + 1
        with transaction.atomic():
            self._categories = Categories(HashList.objects.select_for_update().get(pk=list_id).categories)
            HashList.objects.filter(pk=list_id).update(import_token=self._token)
            self._sweep()

    def stage(self, rows: Sequence[Listed]) -> None:
        """Stage rows. Of equal values the first in the file counts.

        Raises ListRefused where another import of the list began meanwhile.
        """
        wanted: dict[_Key, Listed] = {}
        for row in rows:
            wanted.setdefault((row.algorithm, index_of(row.algorithm, row.content.value)), row)
        known = self._known([index for _, index in wanted])
        made = self._made({key: row for key, row in wanted.items() if key not in known})
        others = self._differing(known, wanted)
        with transaction.atomic():
            self._lock()
            insert_many(made)
            if others:
                Entry.objects.bulk_update(
                    others, ["pending", "pending_category", "pending_confidence"], batch_size=KEYS_AT_ONCE // 4
                )
        self.staged += len(made)

    def _made(self, wanted: Mapping[_Key, Listed]) -> list[Entry]:
        """The rows of new entries, staged."""
        at = now()
        places = [Place(self.list_id, *key) for key in wanted]
        sealed = seal_entries([row.content for row in wanted.values()], places)
        return [
            new_row(
                Entry, list_id=place.list_id, algorithm=place.algorithm, value_index=place.value_index, sealed=b"",
                pending=pending, pending_category=self._categories.of(row.content.category),
                pending_confidence=row.confidence, state=EntryState.STAGED, added_at=at, state_at=at,
            )
            for place, pending, row in zip(places, sealed, wanted.values(), strict=True)
        ]  # fmt: skip

    def _known(self, indexes: Sequence[bytes]) -> dict[_Key, _Row]:
        found = {}
        for first in range(0, len(indexes), KEYS_AT_ONCE):
            part = indexes[first : first + KEYS_AT_ONCE]
            rows = Entry.objects.filter(list_id=self.list_id, value_index__in=part, record_index=b"")
            for algorithm, index, pk, state, reason, sealed, category, confidence in rows.values_list(
                "algorithm", "value_index", "pk", "state", "state_reason", "sealed", "category", "confidence"
            ):
                found[algorithm, bytes(index)] = _Row(pk, state, bool(reason), bytes(sealed), category, confidence)
        return found

    def _differing(self, known: Mapping[_Key, _Row], wanted: Mapping[_Key, Listed]) -> list[Entry]:
        """Those of the rows that are there which will be other than they are, with what they will be."""
        fresh = [
            (row, Place(self.list_id, *key), wanted[key])
            for key, row in known.items()
            if row.state != EntryState.STAGED and row.pk not in self.seen
        ]
        before = unseal_entries([row.sealed for row, _, _ in fresh], [place for _, place, _ in fresh])
        differing = []
        for (row, place, listed), old in zip(fresh, before, strict=True):
            self.seen.add(row.pk)
            category = self._categories.of(listed.content.category)
            confidence = row.confidence if listed.confidence is None else listed.confidence
            comes_back = row.state == EntryState.WITHDRAWN and not row.by_person
            if comes_back or (listed.content, category, confidence) != (old, row.category, row.confidence):
                entry = Entry(pk=row.pk, pending_category=category, pending_confidence=confidence)
                differing.append((entry, place, listed.content))
        sealed = seal_entries([content for _, _, content in differing], [place for _, place, _ in differing])
        for (entry, _, _), pending in zip(differing, sealed, strict=True):
            entry.pending = pending
        return [entry for entry, _, _ in differing]

    def missing(self) -> list[int]:
        """The keys of entries of the list that no staged row named."""
        held = Entry.objects.filter(list_id=self.list_id, record_index=b"", state__in=_WITHDRAWABLE)
        return [
            key for key in held.values_list("pk", flat=True).iterator(chunk_size=KEYS_AT_ONCE) if key not in self.seen
        ]

    def take_effect(self, version: str, *, withdraw: Sequence[int]) -> Effects:
        """Make everything staged active and withdraw some entries, in the caller's transaction, as one change.

        Raises ListRefused where another import of the list began meanwhile.
        """
        row = self._lock()
        pending = Entry.objects.filter(list_id=self.list_id, pending__isnull=False)
        number, at = next_change(), now()
        taken = {
            "sealed": F("pending"), "category": F("pending_category"), "confidence": F("pending_confidence"),
            "pending": None, "pending_category": "", "pending_confidence": None, "changed": number,
        }  # fmt: skip
        comes = Q(state=EntryState.STAGED) | Q(state=EntryState.WITHDRAWN, state_reason="")
        added = pending.filter(comes).update(state=EntryState.ACTIVE, state_at=at, **taken)
        # What a person disputed, quarantined or withdrew stays so, whatever the file says of it.
        changed = pending.update(**taken)
        withdrawn = withdraw_keys(self.list_id, withdraw, number)
        if Categories(row.categories) != self._categories:
            map_again(self.list_id)
        HashList.objects.filter(pk=self.list_id).update(version=version, imported_at=at, updated_at=at, import_token=0)
        return Effects(added, changed, withdrawn)

    def abandon(self) -> None:
        """Leave nothing behind, unless a later import has taken over."""
        with transaction.atomic():
            row = HashList.objects.select_for_update().get(pk=self.list_id)
            if row.import_token == self._token:
                self._sweep()

    def _lock(self) -> HashList:
        row = HashList.objects.select_for_update().get(pk=self.list_id)
        if row.import_token != self._token:
            raise ListRefused(gettext(_OVERTAKEN))
        return row

    def _sweep(self) -> None:
        left = Entry.objects.filter(list_id=self.list_id, pending__isnull=False)
        left.filter(state=EntryState.STAGED).delete()
        left.update(pending=None, pending_category="", pending_confidence=None)


def withdraw_keys(list_id: int, keys: Sequence[int], number: int) -> int:
    """Withdraw entries that the source has no more, by the keys of their rows, in the change with this number.

    What a person disputed or quarantined keeps the reason: it does not come back when the source lists it again.
    """
    withdrawn, at = 0, now()
    for first in range(0, len(keys), KEYS_AT_ONCE):
        rows = Entry.objects.filter(list_id=list_id, state__in=_WITHDRAWABLE, pk__in=keys[first : first + KEYS_AT_ONCE])
        withdrawn += rows.filter(state=EntryState.ACTIVE).update(
            state=EntryState.WITHDRAWN, state_reason="", state_at=at, changed=number
        )
        withdrawn += rows.update(state=EntryState.WITHDRAWN, state_at=at, changed=number)
    return withdrawn
