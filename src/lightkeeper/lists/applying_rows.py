"""Rows of entries as a source's records change them: made, changed, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import connection

from lightkeeper.lists.models import Entry
from lightkeeper.lists.sealing import Content, Place
from lightkeeper.lists.staging import KEYS_AT_ONCE
from lightkeeper.lists.types import EntryState
from lightkeeper.runtime.services import new_row

Said = tuple[str, int | None, int, int]
"""Our category, confidence, votes for and against."""

_COUNTS: Final = frozenset({EntryState.ACTIVE, EntryState.DISPUTED, EntryState.QUARANTINED})

# What a person withdrew, disputed or quarantined stays so, whatever the source says; that is asked once more here, for
# it may have happened since the row was read.
_BACK: Final = (
    f"(state = '{EntryState.STAGED}' OR (state = '{EntryState.WITHDRAWN}' AND state_reason = ''))"
)  # fmt: skip
_CHANGE: Final = f"""
    UPDATE lists_entry SET
        sealed = %s, category = %s, confidence = %s, upvotes = %s, downvotes = %s, changed = %s, pending = NULL,
        state_at = CASE WHEN {_BACK} THEN %s ELSE state_at END,
        state = CASE WHEN {_BACK} THEN '{EntryState.ACTIVE}' ELSE state END
    WHERE id = %s
"""  # noqa: S608  # nothing of it comes from outside


class Wanted(NamedTuple):
    """A value as a record has it."""

    place: Place
    record_index: bytes
    content: Content
    said: Said
    deleted: bool


class Found(NamedTuple):
    """A row that is there."""

    pk: int
    algorithm: str
    value_index: bytes
    record_index: bytes
    sealed: bytes
    state: str
    said: Said
    counts: bool
    comes_back: bool

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> Found:
        """The row that a query gave."""
        pk, algorithm, value_index, record_index, sealed, state, reason, category, confidence, ups, downs = row
        staged = state == EntryState.STAGED
        return cls(
            pk, algorithm, bytes(value_index), bytes(record_index), bytes(sealed), state,
            (category, confidence, ups, downs), state in _COUNTS,
            staged or (state == EntryState.WITHDRAWN and not reason),
        )  # fmt: skip


def made_row(wish: Wanted, sealed: bytes) -> Entry:
    """A row to be inserted; its change and times are set when that is done."""
    category, confidence, ups, downs = wish.said
    return new_row(
        Entry, list_id=wish.place.list_id, algorithm=wish.place.algorithm, value_index=wish.place.value_index,
        record_index=wish.record_index, sealed=sealed, state=EntryState.ACTIVE, category=category,
        confidence=confidence, upvotes=ups, downvotes=downs,
    )  # fmt: skip


def change_rows(rows: Sequence[tuple[Found, Wanted, bytes]], number: int, at: datetime) -> tuple[int, int]:
    """Give rows their new content; those that the source had withdrawn are active again.

    Gives how many came back and how many else were changed.
    """
    if not rows:
        return 0, 0
    moment = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.executemany(
            _CHANGE, [(sealed, *wish.said, number, moment, row.pk) for row, wish, sealed in rows]
        )  # fmt: skip
    back = sum(row.comes_back for row, _, _ in rows)
    return back, len(rows) - back


def withdraw_rows(keys: Sequence[int], number: int, at: datetime) -> int:
    """Withdraw rows that the source has no more; gives their number.

    The reason of a person who disputed or quarantined one stays with it: if the source brings it back, it is not made
    active by that.
    """
    withdrawn = 0
    for first in range(0, len(keys), KEYS_AT_ONCE):
        rows = Entry.objects.filter(pk__in=keys[first : first + KEYS_AT_ONCE], state__in=_COUNTS)
        withdrawn += rows.update(state=EntryState.WITHDRAWN, state_at=at, changed=number)
    return withdrawn
