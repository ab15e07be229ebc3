"""Master keys: from a file that only its owner may read, or from a setting; they do nothing but wrap other keys.

A line is ``id:base64(32 bytes)``; the first line is the current key, the others still unwrap. A wrapped key names the
master key that wrapped it, so rotation can tell what is left to do:

    version 1 | length of id | id | nonce (12) | AES-256-GCM of the key, authenticated with all before the nonce and
    what the key is for
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
import stat
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from lightkeeper.durable import sync
from lightkeeper.runtime.crypto.errors import KeyUnusableError, SealError

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
VERSION: Final = 1
_LINE: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]{0,63}):([A-Za-z0-9+/=]+)")
_lock = threading.Lock()
_loaded: MasterKeys | None = None


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """All master keys by id, in the order of the lines; ``current`` wraps."""

    ciphers: dict[str, AESGCM]
    current: str


def parse_master_keys(text: str, *, source: str) -> MasterKeys:
    """Read the lines of master keys. KeyUnusableError names the source and the line, and repeats nothing of it."""
    ciphers: dict[str, AESGCM] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        key = _decoded(found[2]) if found else b""
        if not found or len(key) != KEY_BYTES:
            raise KeyUnusableError(f"Line {number} of {source} is not `id:` and 32 bytes in base64.")
        if found[1] in ciphers:
            raise KeyUnusableError(f"Line {number} of {source} repeats the id of another master key.")
        ciphers[found[1]] = AESGCM(key)
    if not ciphers:
        raise KeyUnusableError(f"There is no master key in {source}; `lightkeeper init` makes one.")
    return MasterKeys(ciphers, next(iter(ciphers)))


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""


def master_keys(*, reload: bool = False) -> MasterKeys:
    """The master keys as the configuration names them, read once. KeyUnusableError."""
    global _loaded  # one set of keys a process
    with _lock:
        if _loaded is None or reload:
            _loaded = _read()
        return _loaded


def master_key_file() -> Path:
    """The file of master keys; where the setting ``master_key`` holds them themselves, it is not read."""
    named: Path | None = settings.LIGHTKEEPER["master_key_file"]
    return named or settings.DATA_DIR / "keys" / "master.key"


def _read() -> MasterKeys:
    text = str(settings.LIGHTKEEPER["master_key"])
    if text:
        # A variable has no lines where people cannot write them: commas do as well.
        return parse_master_keys(text.replace(",", "\n"), source="LIGHTKEEPER_MASTER_KEY")
    file = master_key_file()
    try:
        with file.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            if stat.S_IMODE(mode) & 0o077:
                raise KeyUnusableError(f"Others may read {file}; run chmod 600 on it, and consider new master keys.")
            text = opened.read(1 << 20).decode("ascii")
    except FileNotFoundError:
        raise KeyUnusableError(f"There is no master key at {file}; `lightkeeper init` makes one.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise KeyUnusableError(f"The master keys in {file} cannot be read ({type(error).__name__}).") from None
    return parse_master_keys(text, source=str(file))


def new_master_key_line() -> str:
    """A new random master key as a line for the file or the setting; its id is random too."""
    return f"mk-{secrets.token_hex(4)}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode('ascii')}"


def create_master_key_file(file: Path) -> None:
    """Write a file with one new master key, mode 0600. FileExistsError where there is one: it is never replaced."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_private(file, f"{new_master_key_line()}\n")


def add_master_key(file: Path) -> None:
    """Put a new master key on top of the file; the old ones stay below, to unwrap. KeyUnusableError, OSError."""
    text = file.read_text("ascii")
    parse_master_keys(text, source=str(file))
    beside = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    _write_private(beside, f"{new_master_key_line()}\n{text}")
    beside.replace(file)
    sync(file.parent)


def _write_private(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())


def wrap(key: bytes, *, what: bytes) -> bytes:
    """Wrap a key with the current master key; ``what`` says what the key is for and must be the same to unwrap."""
    masters = master_keys()
    header = _header(masters.current)
    nonce = secrets.token_bytes(NONCE_BYTES)
    return header + nonce + masters.ciphers[masters.current].encrypt(nonce, key, header + what)


def unwrap(wrapped: bytes, *, what: bytes) -> bytes:
    """The key again. SealError: altered, for something else, or wrapped by a master key that is not there."""
    master = wrapped_by(wrapped)
    # A key that another process has just added to the file is not known here yet.
    cipher = master_keys().ciphers.get(master) or master_keys(reload=True).ciphers.get(master)
    if cipher is None:
        raise SealError(f"The master key {master} is needed and is not among the master keys.")
    start = len(_header(master))
    try:
        return cipher.decrypt(
            wrapped[start : start + NONCE_BYTES], wrapped[start + NONCE_BYTES :], wrapped[:start] + what
        )
    except (InvalidTag, ValueError):
        raise SealError("A wrapped key was altered or belongs to something else.") from None


def wrapped_by(wrapped: bytes) -> str:
    """The id of the master key that wrapped a key. SealError where the bytes are no wrapped key."""
    if len(wrapped) < 2 + NONCE_BYTES + 16 or wrapped[0] != VERSION or len(wrapped) < 2 + wrapped[1] + NONCE_BYTES + 16:
        raise SealError("A wrapped key was altered: it is not well formed.")
    try:
        return wrapped[2 : 2 + wrapped[1]].decode("ascii")
    except UnicodeDecodeError:
        raise SealError("A wrapped key was altered: it is not well formed.") from None


def rewrap(wrapped: bytes, *, what: bytes) -> bytes:
    """The same key wrapped by the current master key; the same bytes where it already is. SealError."""
    if wrapped_by(wrapped) == master_keys().current:
        return wrapped
    return wrap(unwrap(wrapped, what=what), what=what)


def _header(master: str) -> bytes:
    name = master.encode("ascii")
    return bytes((VERSION, len(name))) + name
