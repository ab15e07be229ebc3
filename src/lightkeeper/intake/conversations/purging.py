"""Destroying what has run out of time: rows of state, ids of events, old counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import connection, models, transaction
from django.utils.timezone import now

from lightkeeper.intake.conversations.models import ConversationEvent, ConversationState, ConversationTally
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor

BATCH: Final = 5000
TALLIES: Final = timedelta(days=800)
"""Counts are kept for two years and some: they name nobody, and figures compare years."""


def purge_conversations() -> int:
    """Delete every row whose last day is over; a pair that was heard of again has another last day. Gives how many."""
    states, events = _purge(ConversationState, "key"), _purge(ConversationEvent, "id")
    with transaction.atomic():
        ConversationTally.objects.filter(day__lt=now().date() - TALLIES).delete()
        if states or events:
            write_event(
                Event.INTAKE_CONVERSATIONS_PURGED, actor=Actor.system(), details={"states": states, "events": events}
            )
    return states + events


def _purge(model: type[models.Model], key: str) -> int:
    """In short transactions, so that requests need not wait; a row that is locked just now is not due any more."""
    table, total, today = model._meta.db_table, 0, now().date()  # noqa: SLF001  # Django's API
    skip = " FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {table} WHERE {key} IN"  # noqa: S608  # our own names
                f" (SELECT {key} FROM {table} WHERE expires_on < %s LIMIT {BATCH}{skip})",
                [connection.ops.adapt_datefield_value(today)],
            )
            removed = int(cursor.rowcount)
        total += removed
        if removed < BATCH:
            return total
