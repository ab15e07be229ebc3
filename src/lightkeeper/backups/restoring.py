"""Restoring a backup into an empty installation: nothing that was destroyed since comes back.

From its first write to its last a mark stands in the data directory, with which nothing starts (``installation.py``).
Whoever finds the mark begins again: what an interrupted restore has put there is cleared away first.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from lightkeeper import __version__, installation
from lightkeeper.backup import BackupError, postgresql_environment, run_tool
from lightkeeper.backups import destructions, vault_copy
from lightkeeper.backups.manifest import (
    VAULT,
    Copied,
    Manifest,
    backups_in,
    copy_path,
    digest_of,
    read_manifest,
    read_objects,
    write_new,
)
from lightkeeper.durable import sync

if TYPE_CHECKING:
    from lightkeeper.record.services import Verification
    from lightkeeper.record.vault import VaultVerification

_SQLITE_TAILS: Final = ("", "-wal", "-shm", "-journal", ".restoring")
STATEMENTS: Final = "restores"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did and found: ``lacking`` objects were removed from the backup when they had been destroyed.

    ``log_reaches`` is the time (ISO 8601) up to which the destruction log says what was destroyed.
    """

    manifest: Manifest
    objects: int
    lacking: int
    again: destructions.Again
    log_reaches: str
    changes: int
    trail: Verification
    vault: VaultVerification


@dataclass(frozen=True, slots=True)
class _Chosen:
    root: Path
    folder: Path
    manifest: Manifest
    objects: dict[UUID, Copied]
    newest: Manifest


def restore(
    root: Path, *, name: str = "", log: Path | None, statement: str = "", at: datetime,
    tell: vault_copy.Tell | None = None,
) -> Restored:  # fmt: skip
    """Restore a backup (``name``; else the newest) and re-apply the destructions of ``log``. BackupError.

    Without a log, ``statement`` says who does without and why. What is refused leaves the place as empty as it was.
    """
    chosen = _choose(root, name)
    entries = destructions.read(log, chosen.manifest, chosen.newest) if log is not None else None
    began_before = installation.restore_mark().exists()
    if not began_before:
        _require_empty(chosen)
    try:
        installation.set_restore_mark()
        _clear(chosen)
        return _restore(chosen, entries, statement=statement, at=at, tell=tell)
    except (BackupError, OSError) as error:
        _clear(chosen)
        installation.remove_restore_mark()
        if isinstance(error, BackupError):
            raise
        raise BackupError(f"nothing was restored: {error.strerror} ({error.filename or root})") from error


def _restore(
    chosen: _Chosen, entries: destructions.Destructions | None, *, statement: str, at: datetime,
    tell: vault_copy.Tell | None,
) -> Restored:  # fmt: skip
    from django.conf import settings

    manifest = chosen.manifest
    wanted = {uuid: copy for uuid, copy in chosen.objects.items() if str(uuid) not in manifest.destroyed}
    target = Path(settings.DATA_DIR) / "vault" / "objects"
    lacking = vault_copy.put_back(chosen.root / VAULT, target, wanted, tell=tell)
    _put_database(chosen)
    changes = _migrate()
    again = destructions.reapply(entries) if entries else destructions.Again()
    again += destructions.destroy_again({UUID(uuid): reason for uuid, reason in manifest.destroyed.items()})
    digest = _write_statement(manifest, statement, at) if entries is None else None
    _record(manifest, destroyed=again.done, lacking=len(lacking), log=entries is not None, statement=digest)
    _forget_freed_rows()
    trail, vault = _verify()
    installation.remove_restore_mark()
    reaches = entries.reaches if entries else ""
    return Restored(manifest, len(wanted) - len(lacking), len(lacking), again, reaches, changes, trail, vault)


def _choose(root: Path, name: str) -> _Chosen:
    """Read the wanted backup and refuse it unless all of it can be restored here by this program. BackupError."""
    there = backups_in(root)
    if not there:
        raise BackupError(f"there is no backup in {root}: name the folder that `lightkeeper backup` was given")
    names = [folder.name for folder in there]
    if name and name not in names:
        raise BackupError(f"there is no backup {name} in {root}; there are {', '.join(names)}")
    folder = root / (name or names[-1])
    manifest = read_manifest(folder)
    _refuse_newer(manifest)
    _refuse_other_database(manifest)
    file = folder / manifest.database_file
    if (
        not file.is_file()
        or file.stat().st_size != manifest.database_size
        or digest_of(file) != manifest.database_sha256
    ):
        raise BackupError(f"{file} is not as it was written: altered, damaged or missing; take another backup")
    objects = read_objects(manifest, folder)
    _refuse_lost(root, objects, there[-1])
    return _Chosen(root, folder, manifest, objects, _readable(there[-1]) or manifest)


def _readable(folder: Path) -> Manifest | None:
    try:
        return read_manifest(folder)
    except BackupError:
        return None


def _refuse_newer(manifest: Manifest) -> None:
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    known = {f"{app}.{name}" for app, name in {*(loader.disk_migrations or {}), *loader.replacements}}
    unknown = [each for each in manifest.migrations if each not in known]
    if unknown:
        raise BackupError(
            f"the backup was made by a newer Lightkeeper ({manifest.version}; {unknown[-1]} is unknown to "
            f"{__version__}): install that version and restore with it"
        )


def _refuse_other_database(manifest: Manifest) -> None:
    from django.db import connection

    if connection.vendor != manifest.kind:
        wanted = "set LIGHTKEEPER_DATABASE_URL" if manifest.kind == "postgresql" else "unset LIGHTKEEPER_DATABASE_URL"
        raise BackupError(f"the backup is of {manifest.kind}, and this installation uses {connection.vendor}: {wanted}")


def _refuse_lost(root: Path, objects: dict[UUID, Copied], newest: Path) -> None:
    """Refuse a copy that has gone and was not removed: the newest backup still counts on it.

    Others were destroyed after the wanted backup was made, and removed from the folder by the next one.
    """
    lost = [uuid for uuid in objects if not copy_path(root / VAULT, uuid).is_file()]
    if lost:
        manifest = read_manifest(newest)
        counted = read_objects(manifest, newest)
        for uuid in lost:
            if uuid in counted:
                raise vault_copy.altered(copy_path(root / VAULT, uuid))


def _require_empty(chosen: _Chosen) -> None:
    """Refuse an installation that has anything of its own. BackupError."""
    from django.conf import settings
    from django.db import Error, connection

    say = "a restore overwrites nothing: name an empty data directory and an empty database"
    data = Path(settings.DATA_DIR)
    if chosen.manifest.objects is not None and any(file.is_file() for file in (data / "vault").rglob("*")):
        raise BackupError(f"there are objects in {data / 'vault'}, and {say}")
    if connection.vendor == "sqlite":
        file = Path(connection.settings_dict["NAME"])
        if file.exists() and file.stat().st_size:
            raise BackupError(f"{file} is there already, and {say}")
        return
    try:
        tables = connection.introspection.table_names()
    except Error as error:
        raise BackupError("the database does not answer: see that it runs and that its address is right") from error
    if tables:
        raise BackupError(f"the database {connection.settings_dict['NAME']} has {len(tables)} tables, and {say}")


def _clear(chosen: _Chosen) -> None:
    """Take away what a restore puts in place. BackupError, OSError."""
    from django.conf import settings
    from django.db import Error, connection

    if chosen.manifest.objects is not None:
        shutil.rmtree(Path(settings.DATA_DIR) / "vault", ignore_errors=True)
    if connection.vendor == "sqlite":
        connection.close()
        for tail in _SQLITE_TAILS:
            Path(f"{connection.settings_dict['NAME']}{tail}").unlink(missing_ok=True)
    elif connection.introspection.table_names():
        try:
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA public CASCADE")
                cursor.execute("CREATE SCHEMA public")
        except Error as error:
            raise BackupError(
                "what the interrupted restore left in the database cannot be removed by this role: run dropdb and "
                "createdb, and begin again"
            ) from error
    if connection.vendor != "sqlite":
        connection.close()


def _put_database(chosen: _Chosen) -> None:
    from django.db import connection

    file = chosen.folder / chosen.manifest.database_file
    if chosen.manifest.kind == "sqlite":
        place = Path(connection.settings_dict["NAME"])
        beside = place.with_name(f"{place.name}.restoring")
        with file.open("rb") as opened:
            write_new(beside, iter(lambda: opened.read(1 << 20), b""))
        beside.rename(place)
        sync(place.parent)
        return
    run_tool(
        ["pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", "--no-password",
         f"--dbname={connection.settings_dict['NAME']}", str(file)],
        postgresql_environment(connection.settings_dict),
    )  # fmt: skip


def _migrate() -> int:
    """Bring an older backup to this version, so that its destructions can be re-applied by it; gives the changes."""
    from django.core.management import call_command
    from django.db import Error

    pending = installation.migrations().pending
    if pending:
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except Error as error:
            raise BackupError(
                f"the backup could not be brought to version {__version__} ({type(error).__name__}): restore it with "
                "the version that made it, and run `lightkeeper upgrade` then"
            ) from error
    return len(pending)


def _forget_freed_rows() -> None:
    """Write the database's file anew, so that what was destroyed is not left in pages that are free."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("VACUUM FULL")


def _verify() -> tuple[Verification, VaultVerification]:
    from lightkeeper.record.services import seal_pending, verify, verify_vault
    from lightkeeper.record.types import Actor

    while seal_pending():
        pass
    return verify(), verify_vault(actor=Actor.operator())


def _write_statement(manifest: Manifest, statement: str, at: datetime) -> str:
    """Keep who did without a destruction log and why; gives the digest, by which the audit trail names it."""
    from django.conf import settings

    text = f"{at.isoformat()}\nrestored {manifest.name} without a destruction log\n{statement}\n".encode()
    folder = Path(settings.DATA_DIR) / STATEMENTS
    vault_copy.make_private(folder)
    file = folder / f"{at:%Y%m%d-%H%M%S}-{os.urandom(2).hex()}.txt"
    write_new(file, [text])
    return hashlib.sha256(text).hexdigest()


def _record(manifest: Manifest, *, destroyed: int, lacking: int, log: bool, statement: str | None) -> None:
    from django.db import transaction

    from lightkeeper.record.events import Event
    from lightkeeper.record.services import write_event
    from lightkeeper.record.types import Actor

    with transaction.atomic():
        write_event(
            Event.RECORD_BACKUP_RESTORED,
            actor=Actor.operator(),
            details={
                "made": manifest.name, "destroyed": destroyed, "lacking": lacking, "log": log, "statement": statement,
            },
        )  # fmt: skip
