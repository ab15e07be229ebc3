"""The copy of the vault that all backups in a folder share: only what is new is copied, what was destroyed goes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from lightkeeper.backup import BackupError
from lightkeeper.backups.manifest import Copied, copy_path, digest_of
from lightkeeper.durable import sync

_PIECE: Final = 1 << 20
Tell = Callable[[int], None]


@dataclass(slots=True)
class VaultCopy:
    """What copying did: every object that the copy has now, how many are new, and what was not to be had."""

    objects: dict[UUID, Copied] = field(default_factory=dict)
    new: int = 0
    absent: list[UUID] = field(default_factory=list)


def bring_up_to_date(
    root: Path, sizes: Mapping[UUID, int], known: Mapping[UUID, Copied], beside: Path, *, tell: Tell | None = None
) -> VaultCopy:
    """Copy each object of ``sizes`` (bytes of its encrypted file) that is not there yet, whole or not at all.

    ``known`` is what an earlier backup says of those that are. An object whose file has gone, or has another size, is
    ``absent``. ``beside`` is a folder of the same file system for what is being written. OSError.
    """
    from lightkeeper.record.queries import open_stored

    done, folders = VaultCopy(), set()
    for number, (uuid, size) in enumerate(sizes.items(), start=1):
        place, before = copy_path(root, uuid), known.get(uuid)
        if before is not None and before.size == size and _has(place, size):
            done.objects[uuid] = before
        elif (source := open_stored(uuid)) is None:
            done.absent.append(uuid)
        else:
            copied = _copy(source, beside / str(uuid))
            if copied.size != size:
                (beside / str(uuid)).unlink()
                done.absent.append(uuid)
                continue
            _move(beside / str(uuid), place)
            folders.add(place.parent)
            done.objects[uuid] = copied
            done.new += 1
        if tell:
            tell(number)
    for folder in folders:
        sync(folder)
    return done


def put_back(root: Path, target: Path, objects: Mapping[UUID, Copied], *, tell: Tell | None = None) -> list[UUID]:
    """Copy objects from a backup into a vault's folder of objects; give those that the backup lacks.

    BackupError: one of them is not as it was written. OSError.
    """
    lacking, folders = [], set()
    for number, (uuid, expected) in enumerate(objects.items(), start=1):
        place = copy_path(target, uuid)
        make_private(place.parent)
        try:
            source = copy_path(root, uuid).open("rb", buffering=0)
        except FileNotFoundError:
            lacking.append(uuid)
            continue
        if _copy(source, place) != expected:
            raise altered(copy_path(root, uuid))
        folders.add(place.parent)
        if tell:
            tell(number)
    for folder in folders:
        sync(folder)
    return lacking


def verify_copies(root: Path, objects: Mapping[UUID, Copied]) -> None:
    """Read every copy and compare it with its digest. BackupError names the first that is wrong."""
    for uuid, expected in objects.items():
        file = copy_path(root, uuid)
        if not file.exists() or digest_of(file) != expected.sha256:
            raise altered(file)


def altered(file: Path) -> BackupError:
    """Say that a copy cannot be used."""
    return BackupError(
        f"{file} is not as it was written: altered, damaged or missing. Look at the disk; use another copy of the "
        "backup, or remove that file and back up again"
    )


def remove_others(root: Path, keep: Container[UUID]) -> int:
    """Remove every copy that is not among ``keep``; gives how many. OSError."""
    removed = 0
    for file in _copies(root):
        if UUID(file.name) not in keep:
            file.unlink()
            removed += 1
    return removed


def make_private(folder: Path) -> None:
    """Make a folder for its owner alone, with those above it."""
    if not folder.is_dir():
        make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _copies(root: Path) -> Iterator[Path]:
    for file in sorted(root.glob("??/*")):
        try:
            if str(UUID(file.name)) == file.name:
                yield file
        except ValueError:
            continue  # not ours


def _has(place: Path, size: int) -> bool:
    try:
        return place.stat(follow_symlinks=False).st_size == size
    except FileNotFoundError:
        return False


def _copy(source: BinaryIO, target: Path) -> Copied:
    """Copy a file, see it on the disk, and say what it was."""
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with source, os.fdopen(descriptor, "wb") as written:
        while piece := source.read(_PIECE):
            digest.update(piece)
            size += written.write(piece)
        written.flush()
        os.fsync(written.fileno())
    return Copied(size, digest.hexdigest())


def _move(source: Path, place: Path) -> None:
    make_private(place.parent)
    source.rename(place)
