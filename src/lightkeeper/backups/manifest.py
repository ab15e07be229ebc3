"""What a backup consists of, in a file that only this installation's master key can have written.

    DIR/vault/ab/UUID                       encrypted objects, one copy for all backups in DIR
    DIR/20261123-020000/database.sqlite3    or database.pgdump
    DIR/20261123-020000/objects.txt         a line an object: UUID, size, SHA-256 of the encrypted file
    DIR/20261123-020000/manifest.json       this; with the digests of the two above

The manifest is authenticated by HMAC-SHA256 with a random key that stands in it wrapped by the master key: it can be
checked before there is a database, and nobody without the master key can make one. It holds no key unwrapped.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from lightkeeper.backup import BackupError
from lightkeeper.canonical import canonical_json

FORMAT: Final = "lightkeeper-backup-1"
MANIFEST: Final = "manifest.json"
OBJECTS: Final = "objects.txt"
VAULT: Final = "vault"
NAME: Final = re.compile(r"\d{8}-\d{6}(-\d+)?")
_LABEL: Final = b"backup-manifest\0"


@dataclass(frozen=True, slots=True)
class Copied:
    """The copy of one object: bytes and SHA-256 (in hex) of its encrypted file."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that is known of a backup. Digests are SHA-256 in hex; ``made_at`` is the moment of the database's copy.

    ``objects`` is None where the vault was left out. ``destroyed`` are objects (reasons by UUID) that the database's
    copy still calls kept and that were destroyed before the backup was done; ``missing`` are UUIDs of those that the
    vault itself lacked. ``log_key`` is the key of the destruction log, wrapped by the master key.
    """

    name: str
    version: str
    made_at: str
    kind: str
    database_size: int
    database_sha256: str
    migrations: tuple[str, ...]
    objects: int | None
    object_bytes: int
    objects_sha256: str
    destroyed: dict[str, str]
    missing: tuple[str, ...]
    chain_position: int
    chain_link: str
    master_key: str
    log_key: str

    @property
    def database_file(self) -> str:
        """The name of the file beside the manifest."""
        return "database.sqlite3" if self.kind == "sqlite" else "database.pgdump"

    @property
    def at(self) -> datetime:
        """When the database was copied."""
        return datetime.fromisoformat(self.made_at)


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Write the manifest into a backup's folder, authenticated. OSError, KeyUnusableError."""
    from lightkeeper.runtime.services import new_data_key

    key, body = new_data_key(), asdict(manifest)
    text = {"format": FORMAT, "manifest": body, "key": key.wrapped.hex(), "mac": _mac(key.key, body)}
    write_new(folder / MANIFEST, [json.dumps(text, indent=1, sort_keys=True).encode() + b"\n"])


def read_manifest(folder: Path) -> Manifest:
    """Read a backup's manifest and see that it is genuine. BackupError."""
    from lightkeeper.runtime.services import SealError, unwrap_data_key

    file = folder / MANIFEST
    try:
        given: dict[str, Any] = json.loads(file.read_bytes())
        found, body, wrapped = given["format"], given["manifest"], bytes.fromhex(given["key"])
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror}; it is no whole backup, take another") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{file} is no manifest of a backup, or was damaged: take another backup") from error
    if found != FORMAT:
        raise BackupError(f"{file} was written by a newer Lightkeeper: install that version")
    try:
        key = unwrap_data_key(wrapped)
    except SealError as error:
        raise BackupError(
            f"{file} cannot be checked with this master key: {error} Put the right key in place"
        ) from error
    if not hmac.compare_digest(_mac(key, body), str(given.get("mac"))):
        raise BackupError(f"{file} was altered: it does not carry this installation's mark; take another backup")
    lists = {name: tuple(body[name]) for name in ("migrations", "missing")}
    manifest = Manifest(**{**body, **lists})
    if manifest.name != folder.name:
        raise BackupError(f"{folder} was renamed: it was made as {manifest.name}, and its name is part of it")
    return manifest


def _mac(key: bytes, body: dict[str, Any]) -> str:
    return hmac.digest(key, _LABEL + canonical_json(body).encode(), "sha256").hex()


def backups_in(folder: Path) -> list[Path]:
    """The whole backups in a folder, oldest first: each appears with its last byte, by being renamed."""
    if not folder.is_dir():
        return []
    return sorted(each for each in folder.iterdir() if NAME.fullmatch(each.name) and (each / MANIFEST).is_file())


def write_objects(objects: dict[UUID, Copied], file: Path) -> str:
    """Write the list of objects, and give its digest."""
    digest = hashlib.sha256()

    def lines() -> Iterable[bytes]:
        for uuid in sorted(objects):
            line = f"{uuid} {objects[uuid].size} {objects[uuid].sha256}\n".encode()
            digest.update(line)
            yield line

    write_new(file, lines())
    return digest.hexdigest()


def read_objects(manifest: Manifest, folder: Path) -> dict[UUID, Copied]:
    """Read a backup's list of objects and see that it is the manifest's; nothing where the vault was left out."""
    if manifest.objects is None:
        return {}
    try:
        data = (folder / OBJECTS).read_bytes()
    except OSError as error:
        raise BackupError(f"{folder / OBJECTS} cannot be read: {error.strerror}; take another backup") from error
    if hashlib.sha256(data).hexdigest() != manifest.objects_sha256:
        raise BackupError(f"{folder / OBJECTS} was altered or damaged: take another backup")
    rows = (line.split(" ") for line in data.decode("ascii").splitlines())
    return {UUID(uuid): Copied(int(size), sha256) for uuid, size, sha256 in rows}


def copy_path(root: Path, uuid: UUID) -> Path:
    """Where the copy of an object lies below ``root``."""
    return root / uuid.hex[:2] / str(uuid)


def digest_of(file: Path) -> str:
    """The SHA-256 of a file, in hex. OSError."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def write_new(file: Path, pieces: Iterable[bytes]) -> None:
    """Write a file that must not be there yet, for its owner alone, and see it on the disk. OSError."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        for piece in pieces:
            opened.write(piece)
        opened.flush()
        os.fsync(opened.fileno())
