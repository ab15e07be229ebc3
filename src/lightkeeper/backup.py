"""Copies of the database before it is changed: made while the service may run, checked before they count.

SQLite is copied through its own online backup, PostgreSQL by ``pg_dump`` where that is installed. The vault and the
keys are no part of it: an upgrade does not touch them (``docs/deployment.md`` says how to back those up).
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any


class BackupError(Exception):
    """No sound copy could be made; the message is a sentence that says what to do."""


def back_up(database: dict[str, Any], folder: Path, *, at: datetime, version: str) -> Path:
    """Copy the database that a Django ``DATABASES`` entry names into ``folder``, check the copy, and give its path.

    The name tells the time and the version that is about to change it. Raises BackupError.
    """
    stem = f"{at:%Y%m%d-%H%M%S}-before-{version}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if "sqlite" in database["ENGINE"]:
            return _copy_sqlite(Path(database["NAME"]), folder / f"{stem}.sqlite3")
        return _dump_postgresql(database, folder / f"{stem}.pgdump")
    except OSError as error:
        raise BackupError(f"no backup could be written to {folder}: {error.strerror}") from error


def _new_private(target: Path) -> None:
    """Make the file, for its owner alone, before anything is written to it; it must not be there yet."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _copy_sqlite(source: Path, target: Path) -> Path:
    _new_private(target)
    try:
        with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target)) as copy:
            original.backup(copy, pages=4096)
            copy.execute("PRAGMA journal_mode=DELETE")
            [answer] = copy.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        raise BackupError(f"the database could not be copied: {error}") from error
    if answer != "ok":
        target.unlink()
        raise BackupError("the copy of the database is not sound: SQLite's integrity check failed; look at the disk")
    _sync(target)
    return target


def _dump_postgresql(database: dict[str, Any], target: Path) -> Path:
    if not shutil.which("pg_dump") or not shutil.which("pg_restore"):
        raise BackupError(
            "pg_dump is not installed here: back the database up yourself and say so with --backup-done, "
            "or install PostgreSQL's client (apt-get install postgresql-client)"
        )
    address = {
        "PGHOST": database["HOST"], "PGPORT": database["PORT"], "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"], "PGDATABASE": database["NAME"],
    }  # fmt: skip
    # The settings of the connection (sslmode and so on) have variables of the same name.
    options = {f"PG{name.upper()}": value for name, value in database["OPTIONS"].items() if isinstance(value, str)}
    environment = {**os.environ, **options, **{name: value for name, value in address.items() if value}}
    _new_private(target)
    _run(["pg_dump", "--format=custom", "--no-password", f"--file={target}"], environment, target)
    contents = _run(["pg_restore", "--list", str(target)], environment, target)
    if not re.search(r"TABLE DATA \S+ django_migrations", contents):
        target.unlink()
        raise BackupError("the dump that pg_dump made lacks our tables; back the database up yourself (--backup-done)")
    _sync(target)
    return target


def _run(command: list[str], environment: dict[str, str], target: Path) -> str:
    done = subprocess.run(  # noqa: S603  # programs of PostgreSQL, arguments of our own
        command, env=environment, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        target.unlink(missing_ok=True)
        said = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise BackupError(f"{command[0]} failed ({said}); mend that, or back up yourself and say --backup-done")
    return done.stdout


def _sync(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
