"""What the room's tests share: writing some events, and laying hands on what nobody can change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from lightkeeper.record.append_only import create_statements, drop_statements
from lightkeeper.record.events import Event
from lightkeeper.record.services import seal_pending, write_events
from lightkeeper.record.types import Actor, ActorKind, EventDraft, Subject

PERSON = Actor(ActorKind.PERSON, "7", "supervisor")


def write(count: int) -> list[int]:
    """Write some events and give their ids."""
    kept = Event.RECORD_OBJECT_KEPT
    drafts = [
        EventDraft(kept, PERSON, Subject("object", str(n)), {"kind": "original", "size": n}) for n in range(count)
    ]
    with transaction.atomic():
        return write_events(drafts)


def chain(count: int) -> list[int]:
    """Write some events, each batch of five sealed by itself, and give their ids."""
    ids = []
    for at in range(0, count, 5):
        ids += write(min(5, count - at))
        seal_pending()
    return ids


@contextmanager
def without_triggers() -> Iterator[None]:
    """Do what somebody with the rights of the database's owner could do."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in drop_statements(connection.vendor):
            cursor.execute(statement)
        yield
        for statement in create_statements(connection.vendor):
            cursor.execute(statement)
