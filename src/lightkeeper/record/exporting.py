"""The trail as a file for elsewhere: JSON lines from which everything can be verified again, without this program."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from lightkeeper.record.chain import EVENT_FIELDS, GENESIS, event_digest, next_link
from lightkeeper.record.checkpoints import SignedCheckpoint, read_checkpoint, sign_checkpoint
from lightkeeper.record.errors import ChainError
from lightkeeper.record.events import Event
from lightkeeper.record.models import AuditEvent, Seal
from lightkeeper.record.trail import write_event
from lightkeeper.record.types import Actor
from lightkeeper.record.verifying import pages


@dataclass(frozen=True, slots=True)
class ExportedEvent:
    """One line of an export, proved: its position, the link up to it (32 bytes), and the event's stored fields."""

    position: int
    link: bytes
    event: dict[str, Any]


def read_export(lines: Iterable[str]) -> tuple[list[ExportedEvent], SignedCheckpoint]:
    """Read what ``export_trail`` gave, and prove it from the first event to the checkpoint at its end. ChainError.

    Whether the checkpoint's key is this installation's own is another question.
    """
    rows = [line for line in lines if line.strip()]
    checkpoint = read_checkpoint(rows.pop() if rows else "")
    link, read = GENESIS, []
    for position, row in enumerate(rows, start=1):
        try:
            event, seal = json.loads(row)["event"], json.loads(row)["seal"]
            event["at"] = datetime.fromisoformat(event["at"])
            sealed_at = datetime.fromisoformat(seal["sealed_at"])
            link = next_link(link, event_id=event["id"], digest=event_digest(event), sealed_at=sealed_at)
        except (ValueError, TypeError, KeyError):
            raise ChainError(f"Line {position} of the export is no event of it.") from None
        if (seal.get("position"), seal.get("link")) != (position, link.hex()):
            raise ChainError(f"The export is not as it was written: line {position} does not follow.")
        read.append(ExportedEvent(position, link, event))
    if not checkpoint.genuine or (checkpoint.position, checkpoint.link) != (len(read), link):
        raise ChainError("The export is not as it was written: its checkpoint is of another trail.")
    return read, checkpoint


def export_trail(*, actor: Actor) -> Iterator[str]:
    """Give every sealed event with its seal in the chain's order, one JSON object a line; the last is a checkpoint.

    That it was exported is recorded before the first line is given. Memory is bounded by one page.
    """
    checkpoint = sign_checkpoint()
    last = checkpoint.position if checkpoint else 0
    with transaction.atomic():
        write_event(Event.RECORD_AUDIT_EXPORTED, actor=actor, details={"events": last})
    return _lines(last, checkpoint)


def export_checkpoint(*, actor: Actor) -> SignedCheckpoint | None:
    """Sign the chain as it stands, for keeping elsewhere; None if nothing is sealed yet."""
    checkpoint = sign_checkpoint()
    if checkpoint is not None:
        with transaction.atomic():
            write_event(Event.RECORD_CHECKPOINT_EXPORTED, actor=actor, details={"position": checkpoint.position})
    return checkpoint


def _lines(last: int, checkpoint: SignedCheckpoint | None) -> Iterator[str]:
    for page in pages():
        ids = [seal.event_id for seal in page]
        events = {event["id"]: event for event in AuditEvent.objects.filter(id__in=ids).values(*EVENT_FIELDS)}
        for seal in page:
            if seal.position > last:
                break
            yield json.dumps({"event": _event(events.get(seal.event_id)), "seal": _seal(seal)})
    if checkpoint is not None:
        yield checkpoint.as_text()


def _event(event: dict[str, object] | None) -> dict[str, object] | None:
    return None if event is None else {**event, "at": _moment(event["at"])}


def _seal(seal: Seal) -> dict[str, object]:
    return {
        "position": seal.position, "event_id": seal.event_id, "event_digest": bytes(seal.event_digest).hex(),
        "previous": bytes(seal.previous).hex(), "link": bytes(seal.link).hex(), "sealed_at": _moment(seal.sealed_at),
    }  # fmt: skip


def _moment(value: object) -> str:
    assert isinstance(value, datetime)  # noqa: S101  # by the model
    return value.isoformat()
