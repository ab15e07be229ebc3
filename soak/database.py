"""Looks into the service's database from outside, the same way on SQLite and PostgreSQL."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

Rows = list[dict[str, Any]]


class Database:
    """One database: a file of SQLite, or an address of PostgreSQL."""

    def __init__(self, place: Path | str) -> None:
        self._place = place

    @property
    def vendor(self) -> str:
        """Which it is: ``sqlite`` or ``postgresql``."""
        return "sqlite" if isinstance(self._place, Path) else "postgresql"

    @contextlib.contextmanager
    def _cursor(self) -> Iterator[Any]:
        if isinstance(self._place, Path):
            with contextlib.closing(sqlite3.connect(self._place, timeout=30)) as plain, plain:
                plain.row_factory = sqlite3.Row
                yield plain.cursor()
        else:
            with psycopg.connect(self._place, row_factory=dict_row) as connection:
                yield connection.cursor()

    def rows(self, query: str, values: Sequence[Any] = ()) -> Rows:
        """The rows of a query; ``%s`` stands for a value."""
        with self._cursor() as cursor:
            if self.vendor == "sqlite":
                return [dict(row) for row in cursor.execute(query.replace("%s", "?"), values).fetchall()]
            return list(cursor.execute(query, values).fetchall())

    def number(self, query: str, values: Sequence[Any] = ()) -> int:
        """The one number that a query gives."""
        (row,) = self.rows(query, values)
        return int(next(iter(row.values())) or 0)

    def change(self, *statements: str) -> None:
        """Do what the service never does (tests of the checks)."""
        with self._cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def tables(self) -> list[str]:
        """All tables, the service's and the framework's."""
        if self.vendor == "sqlite":
            query = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        else:
            query = "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        return [row["name"] for row in self.rows(query)]

    def texts(self) -> Iterator[tuple[str, bytes]]:
        """Every value of every table that can hold words, as ``(table.column, bytes)``."""
        for table in self.tables():
            for row in self.rows(f'SELECT * FROM "{table}"'):  # noqa: S608  # the name is the database's own
                for column, value in row.items():
                    if isinstance(value, bytes | bytearray | memoryview):
                        yield f"{table}.{column}", bytes(value)
                    elif value is not None and not isinstance(value, bool | int | float):
                        yield f"{table}.{column}", str(value).encode()
