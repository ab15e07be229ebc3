"""Purpose keys: one random key for each use of each purpose, kept in the database under a master key.

The use is part of the purpose's name (``seal/…``, ``index/…``, ``derive/…``), so that no key ever does two kinds of
work. Only sealing keys get new versions: an index made with another key would find nothing.
"""

from __future__ import annotations

import re
import secrets
import threading
from typing import Any, Final

from django.db import transaction

from lightkeeper.runtime.crypto import master
from lightkeeper.runtime.crypto.errors import SealError
from lightkeeper.runtime.models import KeyRow

FIRST: Final = 1
_PURPOSE: Final = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,99}")
_lock = threading.Lock()
_keys: dict[tuple[str, int], bytes] = {}
_current: dict[str, int] = {}


def current_key(use: str, purpose: str) -> tuple[int, bytes]:
    """The newest version of a purpose's key and the key, made on first use. SealError, KeyUnusableError, ValueError."""
    name = _name(use, purpose)
    version = _current.get(name)
    key = _keys.get((name, version)) if version is not None else None
    if version is not None and key is not None:
        return version, key
    row = KeyRow.objects.filter(purpose=name).order_by("-version").first() or _make(name, FIRST)
    return row.version, _remember(row, current=True)


def key_of_version(use: str, purpose: str, version: int) -> bytes:
    """One version of a purpose's key. SealError where there is none."""
    name = _name(use, purpose)
    key = _keys.get((name, version))
    if key is not None:
        return key
    row = KeyRow.objects.filter(purpose=name, version=version).first()
    if row is None:
        raise SealError("The key that sealed this is not in the database.")
    return _remember(row, current=False)


def wrapped_key(use: str, purpose: str) -> bytes:
    """A purpose's first key as the database keeps it, wrapped by the master key, for what must be checked without one.

    Made on first use. KeyUnusableError, ValueError.
    """
    name = _name(use, purpose)
    row = KeyRow.objects.filter(purpose=name, version=FIRST).first() or _make(name, FIRST)
    return bytes(row.wrapped)


def unwrapped_key(use: str, purpose: str, wrapped: bytes) -> bytes:
    """The key again of what ``wrapped_key`` gave, without a database. SealError, KeyUnusableError, ValueError."""
    return master.unwrap(wrapped, what=_what(_name(use, purpose), FIRST))


def add_version(use: str, purpose: str) -> int:
    """Make the next version of a purpose's key; what was sealed before stays readable with the older ones."""
    version, _ = current_key(use, purpose)
    row = _make(_name(use, purpose), version + 1)
    _remember(row, current=True)
    return row.version


def forget_keys(**_: Any) -> None:
    """Empty this process's cache: after a migration, a flush or a restore the rows may be others."""
    with _lock:
        _keys.clear()
        _current.clear()


def rewrap_purpose_keys() -> int:
    """Wrap every purpose key with the current master key. Gives the number that were not yet."""
    changed = 0
    for row in KeyRow.objects.order_by("pk").iterator():
        wrapped = master.rewrap(bytes(row.wrapped), what=_what(row.purpose, row.version))
        if wrapped != bytes(row.wrapped):
            changed += KeyRow.objects.filter(pk=row.pk).update(wrapped=wrapped)
    return changed


def _make(name: str, version: int) -> KeyRow:
    wrapped = master.wrap(secrets.token_bytes(master.KEY_BYTES), what=_what(name, version))
    # Whoever comes second takes the row of whoever came first.
    KeyRow.objects.bulk_create([KeyRow(purpose=name, version=version, wrapped=wrapped)], ignore_conflicts=True)
    return KeyRow.objects.get(purpose=name, version=version)


def _remember(row: KeyRow, *, current: bool) -> bytes:
    key = master.unwrap(bytes(row.wrapped), what=_what(row.purpose, row.version))

    def put() -> None:
        with _lock:
            _keys[row.purpose, row.version] = key
            if current:
                _current[row.purpose] = max(row.version, _current.get(row.purpose, FIRST))

    # A row made in a transaction that rolls back is gone; a process that kept its key would seal what nobody can open.
    transaction.on_commit(put)
    return key


def _name(use: str, purpose: str) -> str:
    if not _PURPOSE.fullmatch(purpose):
        raise ValueError("a purpose is a short code such as lists:value")
    return f"{use}/{purpose}"


def _what(name: str, version: int) -> bytes:
    return f"purpose-key {name} {version}".encode("ascii")
