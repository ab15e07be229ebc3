"""Queueing callbacks, and whose turn it is: of those about the same thing one at a time is sent, the earliest first."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from lightkeeper.act.models import Callback
from lightkeeper.act.states import OPEN
from lightkeeper.act.types import CALLBACK_EVENTS, RESERVED
from lightkeeper.people import queries as people
from lightkeeper.runtime.services import add_work, blind_index, seal, unseal

DELIVER: Final = "act:deliver"
"""The work of sending one callback; its subject is the callback."""
TRIED_FOR: Final = timedelta(days=5)
PAYLOAD: Final = "act:callback"

OPEN_SQL: Final = "state IN ({})".format(", ".join(f"'{state.value}'" for state in OPEN))
_NEXT: Final = f"""
    SELECT id, turn FROM act_callback WHERE client_id = %s AND subject_index = %s AND {OPEN_SQL}
    ORDER BY turn DESC, sequence LIMIT 1
"""  # noqa: S608  # nothing of it comes from outside


def queue_callback(*, client_id: int, order_key: bytes, event: str, payload: Mapping[str, Any]) -> int | None:
    """Queue a message to a client, in the caller's transaction; None if the client takes none of that event.

    Messages with the same ``order_key`` reach the client in the order in which they were queued. ``payload`` becomes
    part of the JSON body. Queueing is part of the caller's act and has no audit event of its own. Raises ValueError for
    an unknown event or a reserved name in the payload.
    """
    if event not in CALLBACK_EVENTS:
        raise ValueError("no such callback event")
    if RESERVED & payload.keys():
        raise ValueError(f"{', '.join(sorted(RESERVED))} are not for payloads")
    if event not in people.callback_events(client_id):
        return None
    with transaction.atomic():
        return _queue(client_id, blind_index("act:order", str(client_id), order_key), event, payload)


def _queue(client_id: int, subject_index: bytes, event: str, payload: Mapping[str, Any]) -> int:
    lock_order(subject_index)
    same = Callback.objects.filter(client_id=client_id, subject_index=subject_index)
    before = same.aggregate(last=Max("sequence"), turns=Count("pk", filter=Q(turn=True)))
    now = timezone.now()
    identity = uuid4()
    callback = Callback.objects.create(
        client_id=client_id,
        subject_index=subject_index,
        # From the clock, so that it goes on growing when earlier callbacks were deleted.
        sequence=max((before["last"] or 0) + 1, time.time_ns() // 1_000_000),
        event=event,
        payload=seal(PAYLOAD, json.dumps(dict(payload)).encode(), context=identity.bytes),
        idempotency_id=identity,
        turn=not before["turns"],
        created_at=now,
        give_up_at=now + TRIED_FOR,
    )
    if callback.turn:
        add_work(DELIVER, subject=callback.pk)
    return callback.pk


def body_of(callback: Callback) -> bytes:
    """Give the body that is sent: what was queued, with the names that identify it."""
    payload = json.loads(unseal(PAYLOAD, bytes(callback.payload), context=callback.idempotency_id.bytes))
    names = {
        "event": callback.event,
        "idempotency_id": str(callback.idempotency_id),
        "sequence": callback.sequence,
    }
    return json.dumps({**names, **payload}, separators=(",", ":")).encode()


def lock_order(subject_index: bytes) -> None:
    """Let nobody else change the order of callbacks about the same thing until the transaction ends."""
    if connection.vendor == "postgresql":  # on SQLite a writing transaction is alone anyway
        with connection.cursor() as cursor:
            number = int.from_bytes(subject_index[:8], "big", signed=True)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def take_turn(client_id: int, subject_index: bytes) -> None:
    """Give the turn to the earliest open callback about the same thing, if nobody has it. Under ``lock_order``."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [client_id, subject_index])
        row = cursor.fetchone()
    if row and not row[1]:
        Callback.objects.filter(pk=row[0]).update(turn=True)
        add_work(DELIVER, subject=row[0])
