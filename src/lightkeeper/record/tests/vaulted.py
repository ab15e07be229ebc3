"""What tests of the vault put into it, look at and harm."""

from __future__ import annotations

import os
import time
from pathlib import Path

from django.db import transaction

from lightkeeper.record import vault_files
from lightkeeper.record.events import Event
from lightkeeper.record.models import AuditEvent, VaultObject
from lightkeeper.record.services import (
    incoming,
    keep,
)
from lightkeeper.record.types import (
    ObjectKind,
    Stored,
)

MARK = b"lightkeeper-planted-mark"
CHUNK = 64 * 1024


def store(data: bytes, *, durable: bool = True, piece: int = 10_000) -> Stored:
    with incoming(len(data)) as writer:
        for at in range(0, len(data), piece):
            writer.write(data[at : at + piece])
        return writer.commit(durable=durable)


def store_pieces(piece: bytes, count: int, *, limit: int) -> Stored:
    with incoming(limit) as writer:
        for _ in range(count):
            writer.write(piece)
        return writer.commit()


def kept(data: bytes, kind: ObjectKind = ObjectKind.ORIGINAL, original: VaultObject | None = None) -> VaultObject:
    with transaction.atomic():
        return keep(store(data), kind=kind, original=original)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def older(folder: Path, seconds: float) -> None:
    for file in files(folder):
        os.utime(file, (time.time() - seconds, time.time() - seconds))


def damage_events() -> list[str]:
    rows = AuditEvent.objects.filter(event=Event.RECORD_OBJECT_DAMAGED).order_by("id")
    return list(rows.values_list("details", flat=True))


def path_of(obj: VaultObject) -> Path:
    return vault_files.incoming_path(obj.uuid)


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(bytes(data))
