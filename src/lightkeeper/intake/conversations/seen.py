"""Which events were taken before: the same id counts once, for as long as ids are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db import connection

from lightkeeper.intake.conversations.keying import Told
from lightkeeper.intake.conversations.models import ConversationEvent

_AT_ONCE: Final = 5000


def first_seen(events: Sequence[Told], *, expires_on: date) -> list[Told]:
    """Note these events, in the transaction that takes them, and give those whose id was not there before, in order.

    Of two with one id in one request the first counts. Ids are written in their order, so that two requests with the
    same ids wait for one another in one direction only.
    """
    own = {event.id: event for event in reversed(events)}
    ids = sorted(own)
    if connection.vendor == "postgresql":
        new = _note_postgresql(ids, [own[one].person for one in ids], expires_on)
    else:
        new = _note_sqlite(ids, [own[one].person for one in ids], expires_on)
    return [event for event in events if own[event.id] is event and event.id in new]


def _note_postgresql(ids: list[bytes], people: list[bytes], expires_on: date) -> set[bytes]:
    table = ConversationEvent._meta.db_table  # noqa: SLF001  # Django's API
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (id, person, expires_on)"  # noqa: S608  # our own names
            " SELECT i, p, %s FROM UNNEST(%s::bytea[], %s::bytea[]) AS new(i, p) ORDER BY i"
            " ON CONFLICT (id) DO NOTHING RETURNING id",
            [expires_on, ids, people],
        )
        return {bytes(one) for (one,) in cursor.fetchall()}


def _note_sqlite(ids: list[bytes], people: list[bytes], expires_on: date) -> set[bytes]:
    known: set[bytes] = set()
    for start in range(0, len(ids), _AT_ONCE):
        rows = ConversationEvent.objects.filter(id__in=ids[start : start + _AT_ONCE])
        known |= {bytes(one) for one in rows.values_list("id", flat=True)}
    day = connection.ops.adapt_datefield_value(expires_on)
    lines = [(one, person, day) for one, person in zip(ids, people, strict=True) if one not in known]
    table = ConversationEvent._meta.db_table  # noqa: SLF001  # Django's API
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} (id, person, expires_on) VALUES (%s, %s, %s)", lines)  # noqa: S608
    return set(ids) - known
