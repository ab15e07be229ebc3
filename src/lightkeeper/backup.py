"""Copies of the database: made while the service may run, checked before they count.

SQLite is copied through its own online backup, PostgreSQL by ``pg_dump`` where that is installed. The vault is no part
of it: an upgrade does not touch it, and ``lightkeeper backup`` (``backups/``) copies it besides.
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

from lightkeeper.durable import sync


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
            return copy_sqlite(Path(database["NAME"]), folder / f"{stem}.sqlite3")
        return _dump_or_advise(database, folder / f"{stem}.pgdump")
    except OSError as error:
        raise BackupError(f"no backup could be written to {folder}: {error.strerror}") from error


def _new_private(target: Path) -> None:
    """Make the file, for its owner alone, before anything is written to it; it must not be there yet."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _dump_or_advise(database: dict[str, Any], target: Path) -> Path:
    try:
        return dump_postgresql(database, target)
    except BackupError as error:
        raise BackupError(f"{error}; or back the database up yourself and say so with --backup-done") from error


def copy_sqlite(source: Path, target: Path) -> Path:
    """Copy a database in use to a new file, and check the copy. BackupError, OSError."""
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
    sync(target)
    return target


def dump_postgresql(database: dict[str, Any], target: Path, *, snapshot: str = "") -> Path:
    """Dump a database in use to a new file, and read the dump's contents. BackupError, OSError.

    ``snapshot`` is the name of one that another connection exported: the dump shows what that one sees.
    """
    environment = postgresql_environment(database)
    _new_private(target)
    command = ["pg_dump", "--format=custom", "--no-password", f"--file={target}"]
    try:
        run_tool([*command, f"--snapshot={snapshot}"] if snapshot else command, environment)
        contents = run_tool(["pg_restore", "--list", str(target)], environment)
        if not re.search(r"TABLE DATA \S+ django_migrations", contents):
            raise BackupError("the dump that pg_dump made lacks our tables: see that the role may read them")
    except BackupError:
        target.unlink(missing_ok=True)
        raise
    sync(target)
    return target


def postgresql_environment(database: dict[str, Any]) -> dict[str, str]:
    """The variables by which PostgreSQL's own programs reach a database. BackupError: they are not installed."""
    if not shutil.which("pg_dump") or not shutil.which("pg_restore"):
        raise BackupError(
            "pg_dump is not installed here: install PostgreSQL's client (apt-get install postgresql-client)"
        )
    address = {
        "PGHOST": database["HOST"], "PGPORT": database["PORT"], "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"], "PGDATABASE": database["NAME"],
    }  # fmt: skip
    # The settings of the connection (sslmode and so on) have variables of the same name.
    options = {f"PG{name.upper()}": value for name, value in database["OPTIONS"].items() if isinstance(value, str)}
    return {**os.environ, **options, **{name: str(value) for name, value in address.items() if value}}


def run_tool(command: list[str], environment: dict[str, str]) -> str:
    """Run one of PostgreSQL's programs and give what it printed. BackupError says why it failed."""
    done = subprocess.run(  # noqa: S603  # programs of PostgreSQL, arguments of our own
        command, env=environment, capture_output=True, text=True, errors="replace", check=False
    )
    if not done.returncode:
        return done.stdout
    lines = done.stderr.strip().splitlines() or ["no reason given"]
    if re.search(r"version mismatch|unsupported version", done.stderr):
        raise BackupError(
            f"{command[0]} is older than what it has to work with ({'; '.join(lines[:2])}): install PostgreSQL's "
            "client of the server's version"
        )
    if "No space left on device" in done.stderr:
        raise BackupError(f"{command[0]} failed: the disk is full; make room and run it again")
    raise BackupError(f"{command[0]} failed ({lines[0]}); mend that and run it again")
