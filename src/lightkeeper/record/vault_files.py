"""The vault's folder: where its files lie, how they are made to last, moved and removed. Knows nothing of keys.

    DATA_DIR/vault/incoming/UUID        written, and not yet known to be anybody's
    DATA_DIR/vault/objects/ab/UUID      kept; ab are the first two digits of the UUID

Folders have mode 0700, files 0600. A file is looked for in both places, so that a crash between a commit and the move
loses nothing; the sweep makes the move good.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from django.conf import settings

from lightkeeper.durable import sync

SWEEP_AFTER: Final = 3600.0
"""Seconds after its last write until a file that no row claims may be removed."""


def incoming_folder() -> Path:
    """Where files are written; made if it is not there."""
    return _folder("incoming")


def object_path(uuid: UUID) -> Path:
    """Where the file of a kept object belongs."""
    return Path(settings.DATA_DIR) / "vault" / "objects" / uuid.hex[:2] / str(uuid)


def incoming_path(uuid: UUID) -> Path:
    """Where the file of an incoming object lies."""
    return Path(settings.DATA_DIR) / "vault" / "incoming" / str(uuid)


def create(uuid: UUID) -> BinaryIO:
    """Open a new file for an incoming object; only this user may read it."""
    path = incoming_folder() / str(uuid)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    return os.fdopen(descriptor, "wb")


def find(uuid: UUID) -> BinaryIO | None:
    """Open the file of an object wherever it lies, or None."""
    # Twice: it may move from the first place to the second while we look.
    for path in (object_path(uuid), incoming_path(uuid), object_path(uuid)):
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        return os.fdopen(descriptor, "rb", buffering=0)
    return None


def make_durable(uuid: UUID) -> None:
    """Make an incoming file outlast a power cut: its bytes and its name. FileNotFoundError."""
    sync(incoming_path(uuid))
    sync(incoming_folder())


def touch(uuid: UUID) -> bool:
    """Begin an incoming file's hour anew; False if it is gone."""
    try:
        os.utime(incoming_path(uuid))
    except FileNotFoundError:
        return False
    return True


def settle(uuid: UUID) -> None:
    """Move a file to where kept objects lie. If it is there already, or gone, nothing is done."""
    place = object_path(uuid)
    _folder("objects", place.parent.name)
    try:
        incoming_path(uuid).rename(place)
    except FileNotFoundError:
        return


def remove(uuid: UUID) -> bool:
    """Remove the file of an object wherever it lies; False if there was none."""
    removed = False
    for path in (incoming_path(uuid), object_path(uuid)):
        try:
            path.unlink()
        except FileNotFoundError:
            continue
        removed = True
    return removed


def overdue(*, objects: bool) -> Iterator[list[UUID]]:
    """Give the UUIDs of files not written to for an hour: of incoming ones, or of a whole folder of objects at a time.

    Names that are no UUID are left alone: they are not ours.
    """
    limit = time.time() - SWEEP_AFTER
    root = Path(settings.DATA_DIR) / "vault" / "objects"
    folders = (root / f"{number:02x}" for number in range(256)) if objects else iter([incoming_folder()])
    for folder in folders:
        found = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    uuid = _uuid(entry.name)
                    if uuid is not None and _old(entry, limit):
                        found.append(uuid)
        except FileNotFoundError:
            continue
        if found:
            yield found


def _old(entry: os.DirEntry[str], limit: float) -> bool:
    try:
        return entry.stat(follow_symlinks=False).st_mtime < limit
    except FileNotFoundError:
        return False


def _uuid(name: str) -> UUID | None:
    try:
        uuid = UUID(name)
    except ValueError:
        return None
    return uuid if str(uuid) == name else None


def _folder(*parts: str) -> Path:
    folder = Path(settings.DATA_DIR) / "vault"
    for part in ("", *parts):
        folder = folder / part
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            continue
        except FileNotFoundError:  # the very first use
            Path(settings.DATA_DIR).mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
        sync(folder.parent)
    return folder
