"""Applying a page of a source: entries, checkpoint and counts in one transaction, as one change.

A process that is killed at any moment leaves whole transactions; a page that was applied in part is fetched again, and
what of it is there already changes nothing. A run that another one has overtaken writes nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.timezone import now

from lightkeeper.lists.applying_rows import Found, Wanted, change_rows, made_row, withdraw_rows
from lightkeeper.lists.categories import Categories
from lightkeeper.lists.changes import next_change
from lightkeeper.lists.exchanges.protocol import MOST_PROBLEM, BadRecord, Page, Record
from lightkeeper.lists.models import Entry, Exchange, SetAside, SyncRun
from lightkeeper.lists.sealing import Content, Place, indexes_of, seal_entries, unseal_entries
from lightkeeper.lists.staging import KEYS_AT_ONCE, Effects, KeySet
from lightkeeper.lists.types import EntryState, RunOutcome
from lightkeeper.runtime.services import blind_index, blind_indexes, insert_many

MOST_ENTRIES: Final = 5000
"""Entries of one transaction."""

MOST_SHOWN: Final = 1000
"""Records of one run that are described where they were set aside; beyond that they are only counted."""

RECORD: Final = "lists:record"
_COLUMNS: Final = (
    "pk", "algorithm", "value_index", "record_index", "sealed", "state", "state_reason", "category", "confidence",
    "upvotes", "downvotes",
)  # fmt: skip


class Overtaken(Exception):  # noqa: N818  # an outcome
    """Another run of the exchange began; this one writes nothing any more."""


def record_index_of(key: str) -> bytes:
    """The 32 bytes by which a source's record is found, none for a record without a name."""
    return blind_index(RECORD, key) if key else b""


def apply_page(exchange_id: int, run_id: int, page: Page, *, seen: KeySet | None = None) -> Effects:
    """Make what a page says so; the checkpoint moves with the last of its transactions.

    ``seen`` is given the keys of all entries that the page names as there. Raises Overtaken.
    """
    exchange = Exchange.objects.select_related("list").get(pk=exchange_id)
    applier = _Applier(exchange, run_id, seen)
    total = Effects(0, 0, 0)
    slices = list(_slices(page.records))
    for number, records in enumerate(slices):
        last = page if number == len(slices) - 1 else None
        effects = applier.apply(records, page.bad if number == 0 else (), last)
        total = Effects(
            total.added + effects.added, total.changed + effects.changed, total.withdrawn + effects.withdrawn
        )
    if seen is not None:
        applier.spare([bad.key for bad in page.bad if bad.key])
    return total


def withdraw_unseen(exchange_id: int, run_id: int, seen: KeySet) -> int:
    """Withdraw the entries of a list that the whole of its source does not have; gives their number. Overtaken."""
    list_id = Exchange.objects.values_list("list_id", flat=True).get(pk=exchange_id)
    held = Entry.objects.filter(list_id=list_id).exclude(state__in=(EntryState.WITHDRAWN, EntryState.STAGED))
    gone = [key for key in held.values_list("pk", flat=True).iterator(chunk_size=MOST_ENTRIES) if key not in seen]
    withdrawn = 0
    for first in range(0, len(gone), MOST_ENTRIES):
        with transaction.atomic():
            hold_run(run_id)
            count = withdraw_rows(gone[first : first + MOST_ENTRIES], next_change(), now())
            SyncRun.objects.filter(pk=run_id).update(withdrawn=F("withdrawn") + count)
        withdrawn += count
    return withdrawn


def hold_run(run_id: int) -> SyncRun:
    """Lock a run that is still running, until the transaction ends. Raises Overtaken."""
    run = SyncRun.objects.select_for_update().filter(pk=run_id, outcome=RunOutcome.RUNNING).first()
    if run is None:
        raise Overtaken
    return run


def _slices(records: Sequence[Record]) -> Iterator[list[Record]]:
    """Records in parts of at most ``MOST_ENTRIES`` values, at least one part; of equal keys the last record counts."""
    latest = {(record.key or number): record for number, record in enumerate(records)}
    part: list[Record] = []
    size = 0
    for record in latest.values():
        count = max(1, sum(1 if isinstance(value, bytes) else len(value) for value in record.values.values()))
        if part and size + count > MOST_ENTRIES:
            yield part
            part, size = [], 0
        part.append(record)
        size += count
    yield part


@dataclass(slots=True)
class _Plan:
    """What a slice comes to: rows to be made, to be changed (with their new content), to be withdrawn."""

    made: list[Entry]
    changed: list[tuple[Found, Wanted, bytes]]
    withdrawn: list[int]
    there: list[int]


class _Applier:
    """Applies slices of records to one list."""

    def __init__(self, exchange: Exchange, run_id: int, seen: KeySet | None) -> None:
        self._exchange, self._run_id, self._seen = exchange, run_id, seen
        self._list_id: int = exchange.list_id
        self._categories = Categories(exchange.list.categories)

    def apply(self, records: Sequence[Record], bad: Sequence[BadRecord], page: Page | None) -> Effects:
        """Apply a slice. ``page`` is given with the last of a page. Raises Overtaken."""
        plan = self._plan(records)
        with transaction.atomic():
            run = hold_run(self._run_id)
            added = changed = withdrawn = 0
            if plan.made or plan.changed or plan.withdrawn:
                # Rows are locked before the clock, which everybody waits for.
                number, at = next_change(), now()
                for row in plan.made:
                    row.changed, row.added_at, row.state_at = number, at, at
                insert_many(plan.made)
                back, changed = change_rows(plan.changed, number, at)
                added = len(plan.made) + back
                withdrawn = withdraw_rows(plan.withdrawn, number, at)
            self._set_aside(run, bad)
            self._count(records, bad, Effects(added, changed, withdrawn), page)
        if self._seen is not None:
            for key in (*plan.there, *(row.pk for row in plan.made)):
                self._seen.add(key)
        return Effects(added, changed, withdrawn)

    def spare(self, keys: Sequence[str]) -> None:
        """Count what is known of these records as seen, although they could not be read this time."""
        if self._seen is None:
            return
        for found in self._of_records([record_index_of(key) for key in keys]):
            self._seen.add(found.pk)

    def _plan(self, records: Sequence[Record]) -> _Plan:
        names = _record_indexes(records)
        wanted = self._wanted(records, names)
        nameless = [wish.place.value_index for wish in wanted.values() if not wish.record_index]
        found = [
            *self._of_records([index for index in names if index]),
            *self._of_values(nameless),
        ]
        there = {(row.record_index, row.algorithm, row.value_index): row for row in found}
        gone = [row.pk for at, row in there.items() if row.counts and (at not in wanted or wanted[at].deleted)]
        alive = {at: wish for at, wish in wanted.items() if not wish.deleted}
        new = [wish for at, wish in alive.items() if at not in there]
        known = [(there[at], wish) for at, wish in alive.items() if at in there]
        sealed = seal_entries([wish.content for wish in new], [wish.place for wish in new])
        made = [made_row(wish, one) for wish, one in zip(new, sealed, strict=True)]
        return _Plan(made, self._differing(known), gone, [row.pk for row, _ in known])

    def _differing(self, known: Sequence[tuple[Found, Wanted]]) -> list[tuple[Found, Wanted, bytes]]:
        back = [(row, wish) for row, wish in known if row.comes_back]  # what an import staged has no content yet
        held = [(row, wish) for row, wish in known if not row.comes_back]
        before = unseal_entries([row.sealed for row, _ in held], [wish.place for _, wish in held])
        others = back + [
            (row, wish)
            for (row, wish), old in zip(held, before, strict=True)
            if old != wish.content or row.said != wish.said
        ]
        sealed = seal_entries([wish.content for _, wish in others], [wish.place for _, wish in others])
        return [(row, wish, one) for (row, wish), one in zip(others, sealed, strict=True)]

    def _wanted(self, records: Sequence[Record], names: Sequence[bytes]) -> dict[tuple[bytes, str, bytes], Wanted]:
        """What the records want to be there, by record, algorithm and value; of equal ones the last counts."""
        flat = [
            (record, name, algorithm.value, value)
            for record, name in zip(records, names, strict=True)
            for algorithm, values in record.values.items()
            for value in ((values,) if isinstance(values, bytes) else values)
        ]
        wanted = {}
        indexes = indexes_of((algorithm, value) for _, _, algorithm, value in flat)
        for (record, name, algorithm, value), index in zip(flat, indexes, strict=True):
            said = (self._categories.of(record.category), record.confidence, record.upvotes, record.downvotes)
            content = Content(value, _as_kept(record.id), _as_kept(record.category))
            place = Place(self._list_id, algorithm, index)
            wanted[name, algorithm, index] = Wanted(place, name, content, said, record.deleted)
        return wanted

    def _of_records(self, indexes: Sequence[bytes]) -> Iterator[Found]:
        # Said in so many words, for the index of records holds only those that have one.
        named = Entry.objects.filter(list_id=self._list_id).exclude(record_index=b"")
        yield from _found(named, "record_index", indexes)

    def _of_values(self, indexes: Sequence[bytes]) -> Iterator[Found]:
        nameless = Entry.objects.filter(list_id=self._list_id, record_index=b"")
        yield from _found(nameless, "value_index", indexes)

    def _set_aside(self, run: SyncRun, bad: Sequence[BadRecord]) -> None:
        room = max(0, MOST_SHOWN - run.set_aside)
        insert_many(
            [
                SetAside(
                    run_id=run.pk, page=run.pages + 1, position=one.position, record=one.record[:64],
                    problem=one.problem[:MOST_PROBLEM],
                )
                for one in bad[:room]
            ]
        )  # fmt: skip

    def _count(self, records: Sequence[Record], bad: Sequence[BadRecord], effects: Effects, page: Page | None) -> None:
        SyncRun.objects.filter(pk=self._run_id).update(
            pages=F("pages") + int(page is not None),
            records=F("records") + len(records),
            added=F("added") + effects.added,
            changed=F("changed") + effects.changed,
            withdrawn=F("withdrawn") + effects.withdrawn,
            set_aside=F("set_aside") + len(bad),
            unsearched=F("unsearched") + sum(record.unsearched for record in records),
        )
        if page is not None:
            Exchange.objects.filter(pk=self._exchange.pk).update(checkpoint=page.checkpoint)


def _found(rows: QuerySet[Entry], field: str, indexes: Sequence[bytes]) -> Iterator[Found]:
    for first in range(0, len(indexes), KEYS_AT_ONCE):
        part = {f"{field}__in": indexes[first : first + KEYS_AT_ONCE]}
        for row in rows.filter(**part).values_list(*_COLUMNS):
            yield Found.of(row)


def _record_indexes(records: Sequence[Record]) -> list[bytes]:
    """The index of each record, none for one without a name."""
    found = blind_indexes(RECORD, ((record.key,) for record in records))
    return [index if record.key else b"" for record, index in zip(records, found, strict=True)]


def _as_kept(text: str) -> str:
    """A lone surrogate cannot be kept as text; read as a question mark it can be compared with what was kept."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
