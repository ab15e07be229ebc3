"""Installations and databases of a test's own: one that is backed up, and an empty one to restore into."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, runtime_checkable

from django.conf import LazySettings
from django.db import ProgrammingError, connection
from psycopg.errors import InsufficientPrivilege

from lightkeeper.runtime.crypto.purposes import forget_keys
from lightkeeper.runtime.tests.threads import until


@runtime_checkable
class HasPool(Protocol):
    """What Django has open to PostgreSQL."""

    def close_pool(self) -> None: ...


@contextmanager
def elsewhere(settings: LazySettings, data: Path) -> Iterator[Path]:
    """Make ``data`` an installation with an empty database, for as long as it lasts."""
    before, folder = connection.settings_dict["NAME"], settings.DATA_DIR
    data.mkdir(mode=0o700, exist_ok=True)
    name = str(data / "restored.sqlite3")
    if connection.vendor == "postgresql":
        name = f"{before}_restored"  # each process of the tests has a database of its own
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    _switch(name)
    settings.DATA_DIR = data
    try:
        yield data
    finally:
        _switch(before)
        settings.DATA_DIR = folder
        if connection.vendor == "postgresql":
            until(lambda: _dropped(name))


def _dropped(name: str) -> bool:
    """Drop a database with whoever is in it; not while the server itself cleans there, whom no owner can send away."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    except ProgrammingError as busy:
        if isinstance(busy.__cause__, InsufficientPrivilege):
            return False
        raise
    return True


def _switch(name: object) -> None:
    disconnect()
    connection.settings_dict["NAME"] = name
    forget_keys()


def disconnect() -> None:
    """Close what this process has open to the database."""
    connection.close()
    if isinstance(connection, HasPool):
        connection.close_pool()


def killed_at(step: int, act: Callable[[], object]) -> bool:
    """Do something in a child that dies without a word at its ``step``-th write to the disk; False if it got through.

    A step is a call of fsync or rename: between two of them there is nothing that a dead machine would have kept.
    """
    disconnect()
    child = os.fork()
    if not child:
        try:
            _die_at(step)
            act()
            os._exit(0)
        finally:
            traceback.print_exc()
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in {0, 9}
    return code == 9


_calls = [0]


def _die_at(step: int) -> None:
    _calls[0] = 0

    def counting(real: Callable[..., object]) -> Callable[..., object]:
        def called(*words: object, **more: object) -> object:
            _calls[0] += 1
            if _calls[0] >= step:
                os._exit(9)
            return real(*words, **more)

        return called

    os.fsync = counting(os.fsync)  # type: ignore[assignment]
    os.rename = counting(os.rename)  # type: ignore[assignment]
    os.unlink = counting(os.unlink)  # type: ignore[assignment]
