"""Clients and keys for tests."""

from __future__ import annotations

import json
from typing import Any

from lightkeeper.people import allowances, client_queries
from lightkeeper.people.authentication import forget_answers
from lightkeeper.people.client_types import NewKey, Scope
from lightkeeper.people.clients import create_client, create_key
from lightkeeper.people.last_used import flush
from lightkeeper.record.events import Event
from lightkeeper.record.models import AuditEvent
from lightkeeper.record.types import Actor

OPERATOR = Actor.operator()


def make_key(*scopes: Scope, name: str = "a platform", rate: int = 6000, lookups: int = 10_000) -> NewKey:
    """Make a client with one key."""
    client = create_client(name=name, actor=OPERATOR)
    return create_key(
        client_id=client.pk,
        scopes=scopes or (Scope.SUBMIT,),
        actor=OPERATOR,
        rate_per_minute=rate,
        lookup_per_day=lookups,
    )


def forget() -> None:
    """Forget what this process remembers of earlier tests, as a process just started."""
    forget_answers()
    allowances.forget_blocks()
    client_queries.forget_callback_events()
    flush()


def details_of(event: Event) -> list[dict[str, Any]]:
    """The details of all events of a sort, in order."""
    rows = AuditEvent.objects.filter(event=event).order_by("pk")
    return [json.loads(row.details) for row in rows]
