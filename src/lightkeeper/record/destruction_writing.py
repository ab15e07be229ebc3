"""Bringing the destruction log up to the audit trail.

Every destruction writes its event in its own transaction. The log is written from the sealed trail, in the chain's
order, from where the log itself ends: whatever dies when, the next run goes on there, and no destruction is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import timezone

from lightkeeper.record.destruction_log import MARK, RESTORED, DestructionEntry, Writer, log_key, read, writing
from lightkeeper.record.events import Event
from lightkeeper.record.models import AuditEvent, Seal, VaultObject

DESTRUCTIONS: Final = (
    Event.RECORD_OBJECT_DESTROYED,
    Event.RECORD_CASE_DESTROYED,
    Event.INTAKE_SUBMISSION_ERASED,
    Event.INTAKE_SUBMISSIONS_PURGED,
    Event.INTAKE_CONVERSATION_PERSON_ERASED,
    Event.INTAKE_CONVERSATIONS_PURGED,
    Event.INTAKE_PUBLIC_REPORTS_PURGED,
    Event.REVIEW_SIGHTING_ERASED,
    Event.REVIEW_TEXT_PURGED,
    Event.ACT_CALLBACKS_ERASED,
    Event.ACT_VICTIMS_DESTROYED,
)
"""The events that say that something was destroyed."""

BATCH: Final = 500
MARK_EVERY: Final = timedelta(hours=1)


def log_path() -> Path:
    """Where this installation's destruction log lies."""
    return Path(settings.LIGHTKEEPER["destruction_log"] or settings.DATA_DIR / "destructions.log")


def bring_log_up(*, mark: bool = False) -> int:
    """Append to the log what was destroyed since; gives how many entries. OSError, DestructionLogError.

    ``mark`` says in the log how far it reaches although nothing was destroyed; else that is said every hour.
    """
    newest = Seal.objects.order_by("-position").first()
    if newest is None:
        return 0
    with writing(log_path(), log_key()) as writer:
        after, written = _begin(writer), 0
        for entries in _batches(after, newest.position):
            writer.append(entries)
            written += len(entries)
        if mark or _long_ago(writer.last):
            writer.append([_place(newest, MARK)])
        return written


def _begin(writer: Writer) -> int:
    """The position of the trail after which the log lacks what there is; a new log begins with the trail's first."""
    if writer.last is None:
        writer.append([_place(Seal.objects.get(position=1), MARK)])
        return 0
    if in_trail(writer.last):
        return writer.last.position
    # The log is ahead of the trail, or beside it: the database is a restored one, and the log goes on with it.
    known = Seal.objects.filter(position=max(_common(read(log_path(), log_key())), default=0)).first()
    after = known or Seal.objects.get(position=1)
    writer.append([_place(after, RESTORED)])
    return 0 if known is None else known.position


def in_trail(entry: DestructionEntry) -> bool:
    """Whether the place that an entry names is one of this database's trail."""
    link = Seal.objects.filter(position=entry.position).values_list("link", flat=True).first()
    return link is not None and bytes(link).hex() == entry.trail


def _common(entries: Iterable[DestructionEntry]) -> Iterator[int]:
    return (entry.position for entry in entries if in_trail(entry))


def _batches(after: int, until: int) -> Iterator[list[DestructionEntry]]:
    rows = Seal.objects.filter(position__lte=until, event__event__in=DESTRUCTIONS).select_related("event")
    while batch := list(rows.filter(position__gt=after).order_by("position")[:BATCH]):
        after = batch[-1].position
        numbers = [int(seal.event.subject_id) for seal in batch if seal.event.subject_kind == "object"]
        objects = {str(obj.pk): obj for obj in VaultObject.objects.filter(pk__in=numbers)}
        yield [_entry(seal, seal.event, objects.get(seal.event.subject_id)) for seal in batch]


def _entry(seal: Seal, event: AuditEvent, obj: VaultObject | None) -> DestructionEntry:
    found = obj if event.subject_kind == "object" else None
    return DestructionEntry(
        at=event.at.isoformat(), position=seal.position, trail=bytes(seal.link).hex(), what=event.event,
        subject_kind=event.subject_kind, subject_id=event.subject_id,
        object="" if found is None else str(found.uuid), content="" if found is None else bytes(found.sha256).hex(),
        reason=str(json.loads(event.details).get("reason", "")),
        actor_kind=event.actor_kind, actor_id=event.actor_id,
    )  # fmt: skip


def _place(seal: Seal, what: str) -> DestructionEntry:
    return DestructionEntry(
        at=timezone.now().isoformat(), position=seal.position, trail=bytes(seal.link).hex(), what=what
    )


def _long_ago(last: DestructionEntry | None) -> bool:
    return last is None or datetime.fromisoformat(last.at) < timezone.now() - MARK_EVERY
