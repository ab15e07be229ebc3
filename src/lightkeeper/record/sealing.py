"""The sealer: chains events that are committed, in the order in which it finds them. Only one works at a time."""

from __future__ import annotations

from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from lightkeeper.record.chain import EVENT_FIELDS, GENESIS, event_digest, next_link
from lightkeeper.record.models import AuditEvent, Seal, Unsealed
from lightkeeper.runtime.services import insert_many, new_row

BATCH: Final = 500
"""Events that are sealed in one transaction; on SQLite nobody else writes meanwhile (some 100 ms)."""

LOCK: Final = 0x6C6B_7365_616C
"""The advisory lock of PostgreSQL that the sealer holds until its transaction ends."""


def seal_pending() -> int:
    """Seal every event that is committed and has no seal; gives how many. 0 at once where another sealer is at work.

    An event waits in ``Unsealed`` from the moment it is written, so finding what is due costs the same however long
    the trail is, and an event whose id is low but whose transaction took long is found when it commits.
    """
    total, after = 0, 0
    while True:
        with transaction.atomic():
            waiting = _waiting(after) if _alone() else []
            total += _seal(waiting) if waiting else 0
        if len(waiting) < BATCH:
            return total
        after = waiting[-1]


def queue_lost() -> int:
    """Queue events again that have neither a seal nor a place in the queue, so that no hand can keep one unsealed.

    Reads the whole trail: for once a day. Gives how many there were.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO record_unsealed (event_id) SELECT e.id FROM record_auditevent e"
            " LEFT JOIN record_seal s ON s.event_id = e.id WHERE s.event_id IS NULL ON CONFLICT DO NOTHING"
        )
        return max(int(cursor.rowcount), 0)


def _alone() -> bool:
    """Be the only sealer until the transaction ends; False where there is another."""
    if connection.vendor != "postgresql":
        return True  # transactions are IMMEDIATE: this one is the only writer
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _waiting(after: int) -> list[int]:
    rows = Unsealed.objects.filter(event_id__gt=after).order_by("event_id")
    return list(rows.values_list("event_id", flat=True)[:BATCH])


def _seal(waiting: list[int]) -> int:
    """Seal these events; one that is gone stays in the queue, where ``verify`` finds and names it."""
    # One that a hand put into the queue again has its seal already; it must not stop the sealer.
    sealed_already = set(Seal.objects.filter(event_id__in=waiting).values_list("event_id", flat=True))
    events = list(AuditEvent.objects.filter(id__in=waiting).order_by("id").values(*EVENT_FIELDS))
    last = Seal.objects.order_by("-position").values_list("position", "link").first()
    position, link = (0, GENESIS) if last is None else (last[0], bytes(last[1]))
    now, seals = timezone.now(), []
    for event in events:
        if event["id"] in sealed_already:
            continue
        number, digest, previous = event["id"], event_digest(event), link
        position, link = position + 1, next_link(previous, event_id=number, digest=digest, sealed_at=now)
        values = {"event_id": number, "event_digest": digest, "previous": previous, "link": link, "sealed_at": now}
        seals.append(new_row(Seal, position=position, **values))
    insert_many(seals)
    Unsealed.objects.filter(event_id__in=[event["id"] for event in events]).delete()
    return len(seals)
