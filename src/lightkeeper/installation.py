"""What an installation consists of besides rows: a data directory, two keys, and a database of the right shape.

``init`` makes it, ``serve``, ``check`` and ``/readyz`` look at it.
"""

from __future__ import annotations

import base64
import os
import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lightkeeper.configuration import Configuration

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


def make_data_dir(configuration: Configuration) -> bool:
    """Make the data directory for its owner alone; True if it was not there. Raises OSError."""
    folder: Path = configuration["data_dir"]
    new = not folder.exists()
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        folder.chmod(PRIVATE_FOLDER)
    return new


def make_master_key(configuration: Configuration) -> Path | None:
    """Make the file of the master key, and give it; None where there is a key, which is never touched. Raises OSError.

    Only for a new installation: what an existing one keeps can be read with its own key alone.
    """
    if configuration["master_key"] or configuration.master_key_file.exists():
        return None
    key = base64.b64encode(secrets.token_bytes(32)).decode("ascii")
    _write_new(configuration.master_key_file, f"{secrets.token_hex(4)}:{key}\n")
    return configuration.master_key_file


def make_secret_key(configuration: Configuration) -> Path | None:
    """Make the file of the web secret, and give it; None where there is one, which is never touched. Raises OSError."""
    if configuration["secret_key"] or configuration.secret_key_file.exists():
        return None
    _write_new(configuration.secret_key_file, secrets.token_urlsafe(64) + "\n")
    return configuration.secret_key_file


def put_master_key(configuration: Configuration, source: Path) -> None:
    """Copy the file of the master keys to its place. FileExistsError: other keys are there already; OSError."""
    text, place = source.read_text("ascii"), configuration.master_key_file
    if configuration["master_key"]:
        raise FileExistsError("LIGHTKEEPER_MASTER_KEY has a master key already: unset it, or leave --keys out")
    if place.exists():
        if place.read_text("ascii") != text:
            raise FileExistsError(f"there is another master key at {place} already: move it away, or leave --keys out")
        return
    _write_new(place, text)


def _write_new(file: Path, text: str) -> None:
    """Write a file that must not be there yet, readable by its owner alone, and see it on the disk."""
    file.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def missing_keys(configuration: Configuration) -> Iterator[str]:
    """Say each key that is neither in the configuration nor in its file."""
    for name, file, what in (
        ("master_key", configuration.master_key_file, "the master key"),
        ("secret_key", configuration.secret_key_file, "the web secret"),
    ):
        if not configuration[name] and not file.exists():
            yield f"{what} ({file})"


def open_to_others(configuration: Configuration) -> Iterator[Path]:
    """Give each of our folders and files that others than its owner may read or write."""
    folder: Path = configuration["data_dir"]
    files = [
        folder, configuration.master_key_file, configuration.secret_key_file,
        *(folder / name for name in ("keys", "vault", "backups")), *folder.glob("*.sqlite3*"),
        *folder.glob("backups/*"),
    ]  # fmt: skip
    for file in dict.fromkeys(files):
        try:
            if is_open(file) and not _inside_private(file, folder):
                yield file
        except FileNotFoundError:
            continue


def _inside_private(file: Path, folder: Path) -> bool:
    """Whether a file lies in the data directory and that is private, so that its own mode opens nothing.

    Key files are judged by their own mode all the same: they are copied with it.
    """
    is_key = file.suffix == ".key"
    return not is_key and folder in file.parents and not is_open(folder)


def is_open(file: Path | str) -> bool:
    """Whether others than the owner may read or write a file. Raises OSError."""
    return bool(stat.S_IMODE(Path(file).stat().st_mode) & 0o077)


def restore_mark() -> Path:
    """The file that says that a restore has begun here and not ended."""
    from django.conf import settings

    return Path(settings.DATA_DIR) / "restore-unfinished"


def set_restore_mark() -> None:
    """Say it, so that it outlasts a power cut. OSError."""
    if not restore_mark().exists():
        _write_new(restore_mark(), "A restore has begun here: run `lightkeeper restore` again.\n")


def remove_restore_mark() -> None:
    """The restore has ended, or never was. OSError."""
    restore_mark().unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Migrations:
    """How the database's shape stands to this program's: names like ``record.0001_initial``."""

    applied: int
    pending: tuple[str, ...]
    unknown: tuple[str, ...]


def migrations() -> Migrations:
    """Compare the database's migrations with the program's. Raises django.db.Error where the database does not answer.

    ``unknown`` ones were applied by a newer program (or by one with other rooms): this one must not touch the data.
    """
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    loader = executor.loader
    plan = executor.migration_plan(loader.graph.leaf_nodes())
    known = set(loader.disk_migrations or {}) | set(loader.graph.nodes) | set(loader.replacements)
    applied = set(loader.applied_migrations or {})
    return Migrations(
        len(applied),
        tuple(f"{migration.app_label}.{migration.name}" for migration, _ in plan),
        tuple(sorted(f"{label}.{name}" for label, name in applied - known)),
    )
