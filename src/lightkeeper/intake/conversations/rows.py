"""Rows of state: locked in one order, so that requests at the same time cannot wait for one another in a circle.

On PostgreSQL a row that is not there cannot be locked, so an empty one is put there first: of two requests that meet
a pair for the first time the second waits. SQLite has one writer at a time and needs no locks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import connection

from lightkeeper.detect.conversations.keys import Key, KeyKind
from lightkeeper.intake.conversations.models import ConversationState

_LETTERS: Final[dict[KeyKind, bytes]] = {
    KeyKind.ACCOUNT: b"a",
    KeyKind.PAIR: b"p",
    KeyKind.RECIPIENT: b"r",
    KeyKind.RELATION: b"t",
    KeyKind.SENDER: b"s",
}
_KINDS: Final = {letter[0]: kind for kind, letter in _LETTERS.items()}
_AT_ONCE: Final = 5000
"""Keys of one statement on SQLite, which takes 32,766 values."""


class RowGoneError(Exception):
    """A row that was there a moment ago is gone (its time ran out): begin the transaction again."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was read; ``top`` and ``updated_at`` as in the table."""

    packed: bytes
    top: int
    updated_at: datetime


def column(key: Key) -> bytes:
    """How the table writes a key."""
    return _LETTERS[key.kind] + key.id


def key_of(written: bytes) -> Key:
    """The key of what the table says."""
    return Key(_KINDS[written[0]], written[1:])


def lock(keys: Collection[Key], at: datetime) -> dict[Key, Row]:
    """Lock all these rows in the order of their keys, and give those that have something. Raises RowGoneError."""
    written = sorted(map(column, keys))
    if connection.vendor == "postgresql":
        _put_empty(written, at)
    found = _read(written)
    if connection.vendor == "postgresql" and len(found) < len(written):
        raise RowGoneError
    return {key_of(key): row for key, row in found.items() if row.packed}


def read(keys: Collection[Key]) -> dict[Key, bytes]:
    """The same without locking, for what is only looked at."""
    return {
        key_of(key): row.packed for key, row in _read(sorted(map(column, keys)), locking=False).items() if row.packed
    }


def write(states: Mapping[Key, bytes], tops: Mapping[Key, int], *, at: datetime, expires_on: date) -> None:
    """Write rows over those that were locked."""
    lines = sorted((column(key), packed, tops.get(key, 0)) for key, packed in states.items())
    if not lines:
        return
    table = ConversationState._meta.db_table  # noqa: SLF001  # Django's API
    update = ", ".join(f"{name} = excluded.{name}" for name in ("packed", "top", "updated_at", "expires_on"))
    start = f"INSERT INTO {table} (key, packed, top, updated_at, expires_on) "  # our own names
    end = f" ON CONFLICT (key) DO UPDATE SET {update}"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            select = "SELECT k, p, t, %s, %s FROM UNNEST(%s::bytea[], %s::bytea[], %s::smallint[]) AS new(k, p, t)"
            cursor.execute(start + select + end, [at, expires_on, *(list(one) for one in zip(*lines, strict=True))])
        else:
            moment = connection.ops.adapt_datetimefield_value(at)
            day = connection.ops.adapt_datefield_value(expires_on)
            rows = [(key, packed, top, moment, day) for key, packed, top in lines]
            cursor.executemany(f"{start}VALUES (%s, %s, %s, %s, %s){end}", rows)


def drop(keys: Iterable[Key]) -> int:
    """Delete rows; gives how many there were."""
    written, count = sorted(map(column, keys)), 0
    for start in range(0, len(written), _AT_ONCE):
        count += ConversationState.objects.filter(key__in=written[start : start + _AT_ONCE]).delete()[0]
    return count


def drop_empty(keys: Collection[Key]) -> None:
    """Take away again what was only put there to be locked."""
    if connection.vendor == "postgresql" and keys:
        ConversationState.objects.filter(key__in=sorted(map(column, keys)), packed=b"").delete()


def _put_empty(written: Sequence[bytes], at: datetime) -> None:
    table = ConversationState._meta.db_table  # noqa: SLF001  # Django's API
    missing = sorted(set(written) - _there(written))
    if not missing:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (key, packed, top, updated_at, expires_on)"  # noqa: S608  # our own names
            " SELECT k, ''::bytea, 0, %s, %s FROM UNNEST(%s::bytea[]) AS new(k) ORDER BY k"
            " ON CONFLICT (key) DO NOTHING",
            [at, at.date(), missing],
        )


def _there(written: Sequence[bytes]) -> set[bytes]:
    rows = ConversationState.objects.filter(key__in=written).values_list("key", flat=True)
    return {bytes(key) for key in rows}


def _read(written: Sequence[bytes], *, locking: bool = True) -> dict[bytes, Row]:
    found: dict[bytes, Row] = {}
    for start in range(0, len(written), _AT_ONCE):
        rows = ConversationState.objects.filter(key__in=written[start : start + _AT_ONCE]).order_by("key")
        rows = rows.select_for_update() if locking and connection.vendor == "postgresql" else rows
        for key, packed, top, updated_at in rows.values_list("key", "packed", "top", "updated_at"):
            found[bytes(key)] = Row(bytes(packed), top, updated_at)
    return found
