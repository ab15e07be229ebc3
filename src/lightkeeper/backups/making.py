"""Making a backup while the service runs: the database first, the objects after it, the manifest last.

A row is committed after its file is on the disk, and a file goes after its row says so. So every object that the copy
of the database calls kept was there at the moment of the copy, and can be gone only because it was destroyed (or lost)
since: the manifest names those. The other way round, what came in between would have rows and no bytes.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from lightkeeper import __version__
from lightkeeper.backup import BackupError, copy_sqlite, dump_postgresql
from lightkeeper.backups import destructions, vault_copy
from lightkeeper.backups.manifest import (
    OBJECTS,
    VAULT,
    Copied,
    Manifest,
    backups_in,
    digest_of,
    read_manifest,
    read_objects,
    write_manifest,
    write_objects,
)
from lightkeeper.durable import sync

UNFINISHED: Final = ".unfinished-"
LOCK: Final = ".lock"
Rows = Callable[[str], list[Any]]
"""Asks the copy of the database, or what it is a copy of at the same moment."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that is whole: where, what it consists of, how many copies are new, and how many went."""

    folder: Path
    manifest: Manifest
    new: int
    removed: int
    old: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the copy of the database says: the bytes of each kept object's file, the shape, the end of the trail."""

    sizes: dict[UUID, int]
    migrations: tuple[str, ...]
    chain_position: int
    chain_link: str


def make(
    root: Path, *, at: datetime, vault: bool = True, keep: int = 7, check: bool = False,
    tell: vault_copy.Tell | None = None,
) -> Made:  # fmt: skip
    """Make a backup in ``root``, whole or not at all, and keep the newest ``keep``. BackupError.

    ``vault`` False leaves the objects out; ``check`` reads everything again that the backup consists of.
    """
    try:
        _refuse_folder(root)
        vault_copy.make_private(root)
        with _alone(root):
            return _make(root, at=at, vault=vault, keep=keep, check=check, tell=tell)
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
        what = "there is no room" if full else str(error.strerror)
        raise BackupError(f"no backup could be written to {root}: {what}; the earlier ones are as they were") from error


def _make(
    root: Path, *, at: datetime, vault: bool, keep: int, check: bool, tell: vault_copy.Tell | None
) -> Made:  # fmt: skip
    for left in root.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left)
    destructions.mark()  # the copied trail has this place, so a restore knows which lines come after
    known = _known(root)
    beside = root / f"{UNFINISHED}{secrets.token_hex(4)}"
    beside.mkdir(mode=0o700)
    try:
        made = _fill(root, beside, at=at, vault=vault, known=known, tell=tell)
        if check:
            _verify(root, beside, made)
        destructions.mark()  # and the log reaches beyond the copy
        place = root / made.manifest.name
        beside.rename(place)
        sync(root)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    alive = made.alive
    removed = vault_copy.remove_others(root / VAULT, alive)
    _record(made)
    return Made(place, made.manifest, made.new, removed, _remove_old(root, keep))


@dataclass(frozen=True, slots=True)
class _Filled:
    manifest: Manifest
    objects: dict[UUID, Copied]
    alive: set[UUID]
    new: int


def _fill(
    root: Path, beside: Path, *, at: datetime, vault: bool, known: dict[UUID, Copied], tell: vault_copy.Tell | None
) -> _Filled:
    from lightkeeper.record.services import wrapped_log_key
    from lightkeeper.runtime.services import new_data_key, wrapped_by

    kind, database, snapshot = copy_database(beside)
    copied = vault_copy.VaultCopy()
    if vault:
        copied = vault_copy.bring_up_to_date(root / VAULT, snapshot.sizes, known, beside, tell=tell)
    alive = set(snapshot.sizes) & _alive()
    destroyed = set(snapshot.sizes) - alive
    objects = {uuid: copy for uuid, copy in copied.objects.items() if uuid in alive}
    manifest = Manifest(
        name=_name(root, at),
        version=__version__,
        made_at=at.isoformat(),
        kind=kind,
        database_size=database.stat().st_size,
        database_sha256=digest_of(database),
        migrations=snapshot.migrations,
        objects=len(objects) if vault else None,
        object_bytes=sum(copy.size for copy in objects.values()),
        objects_sha256=write_objects(objects, beside / OBJECTS) if vault else "",
        destroyed=_reasons(destroyed),
        missing=tuple(sorted(str(uuid) for uuid in copied.absent if uuid in alive)),
        chain_position=snapshot.chain_position,
        chain_link=snapshot.chain_link,
        master_key=wrapped_by(new_data_key().wrapped),
        log_key=wrapped_log_key(),
    )
    write_manifest(manifest, beside)
    sync(beside)
    return _Filled(manifest, objects, alive, copied.new)


def copy_database(folder: Path) -> tuple[str, Path, Snapshot]:
    """Copy the database into a folder; give its kind, the file, and what it says of the rest."""
    from django.db import connection, transaction

    named = connection.settings_dict
    if connection.vendor == "sqlite":
        file = copy_sqlite(Path(named["NAME"]), folder / "database.sqlite3")
        with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as copy:
            return "sqlite", file, _snapshot(lambda query: copy.execute(query).fetchall())
    with transaction.atomic(), connection.cursor() as cursor:

        def rows(query: str) -> list[Any]:
            cursor.execute(query)
            return list(cursor.fetchall())

        # What the dump shows and what we ask are of one moment.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        [(name,)] = rows("SELECT pg_export_snapshot()")
        file = dump_postgresql(named, folder / "database.pgdump", snapshot=name)
        return "postgresql", file, _snapshot(rows)


def _snapshot(rows: Rows) -> Snapshot:
    objects = rows("SELECT uuid, stored_size FROM record_vaultobject WHERE destroyed_at IS NULL")
    migrations = rows("SELECT app, name FROM django_migrations ORDER BY app, name")
    last = rows("SELECT position, link FROM record_seal ORDER BY position DESC LIMIT 1")
    position, link = last[0] if last else (0, b"")
    return Snapshot(
        {UUID(str(uuid)): size for uuid, size in objects},
        tuple(f"{app}.{name}" for app, name in migrations),
        position,
        bytes(link).hex(),
    )


def _alive() -> set[UUID]:
    from lightkeeper.record.models import VaultObject

    return set(VaultObject.objects.filter(destroyed_at=None).values_list("uuid", flat=True).iterator())


def _reasons(destroyed: set[UUID]) -> dict[str, str]:
    """What was destroyed while the backup was made, each with its reason, so that a restore does it again."""
    from lightkeeper.record.models import VaultObject

    rows = VaultObject.objects.filter(uuid__in=destroyed).values_list("uuid", "destroyed_because")
    return {str(uuid): reason for uuid, reason in rows.order_by("uuid")}


def _known(root: Path) -> dict[UUID, Copied]:
    """What the newest backup with a vault says of the copies; what it does not say is copied anew.

    BackupError: it is another installation's, whose copies would be removed, or it was altered.
    """
    for folder in reversed(backups_in(root)):
        try:
            manifest = read_manifest(folder)
        except BackupError as error:
            raise BackupError(f"{error}. Nothing is added to a folder of another installation: name another") from error
        if manifest.objects is not None:
            return read_objects(manifest, folder)
    return {}


def _verify(root: Path, beside: Path, made: _Filled) -> None:
    if digest_of(beside / made.manifest.database_file) != made.manifest.database_sha256:
        raise vault_copy.altered(beside / made.manifest.database_file)
    vault_copy.verify_copies(root / VAULT, made.objects)


def _record(made: _Filled) -> None:
    from django.db import transaction

    from lightkeeper.record.events import Event
    from lightkeeper.record.services import write_event
    from lightkeeper.record.types import Actor

    with transaction.atomic():
        details = {
            "objects": made.manifest.objects or 0, "new": made.new, "missing": len(made.manifest.missing),
            "vault": made.manifest.objects is not None,
        }  # fmt: skip
        write_event(Event.RECORD_BACKUP_MADE, actor=Actor.operator(), details=details)


def _remove_old(root: Path, keep: int) -> int:
    """Remove all but the newest; each disappears at once, and its bytes after."""
    old = backups_in(root)[:-keep]
    for folder in old:
        going = root / f"{UNFINISHED}{folder.name}"
        folder.rename(going)
        shutil.rmtree(going)
    return len(old)


def _name(root: Path, at: datetime) -> str:
    stem = f"{at:%Y%m%d-%H%M%S}"
    name, number = stem, 1
    while (root / name).exists():
        number += 1
        name = f"{stem}-{number}"
    return name


def _refuse_folder(root: Path) -> None:
    from django.conf import settings

    data = Path(settings.DATA_DIR).resolve()
    place = root.resolve()
    if place == data or any(data / name in (place, *place.parents) for name in ("vault", "keys")):
        raise BackupError(f"{root} is where the installation itself lies: name a folder of its own, on another disk")


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Let one backup at a time work in a folder."""
    descriptor = os.open(root / LOCK, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BackupError(f"another backup works in {root}: wait until it has ended") from None
    finally:
        os.close(descriptor)
