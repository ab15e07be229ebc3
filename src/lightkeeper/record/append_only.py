"""Triggers by which the database itself refuses to change the audit trail, and by which each event asks for its seal.

Kept apart from the migration that makes them, because tests must take them off to empty the tables (``conftest.py``);
nothing else may. A room above names a table of its own that is protected so too (``protected_by``), and makes the
triggers of that in a migration of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES: Final[dict[str, tuple[str, ...]]] = {
    "record_auditevent": ("id",),
    "record_seal": ("position", "event_id"),
    "record_checkpoint": ("id",),
    "record_signingkey": ("id", "key_id"),
    "record_policy": ("id", "version"),
    "record_destructionproof": ("id", "public"),
    "record_reveal": ("id", "public"),
    "record_revealended": ("id", "reveal_id"),
}
"""The room's append-only tables and their unique columns."""
_OF_OTHERS: Final[dict[str, tuple[str, ...]]] = {}

REFUSAL: Final = "The audit trail is append-only."


def protected_by(tables: Mapping[str, tuple[str, ...]]) -> None:
    """Tables of a room above are append-only too, each with its unique columns: say so wherever triggers are missing.

    Called by the room's ``jobs.py``; its migration makes them (``table_statements``).
    """
    _OF_OTHERS.update(tables)


def every_table() -> dict[str, tuple[str, ...]]:
    """All append-only tables, of this room and of those above."""
    return {**TABLES, **_OF_OTHERS}


def create_statements(vendor: str, tables: Mapping[str, tuple[str, ...]] | None = None) -> list[str]:
    """SQL that makes the triggers of all tables, or of these, on ``sqlite`` or ``postgresql``, and what they call."""
    made = [
        statement
        for table, unique in (every_table() if tables is None else tables).items()
        for statement in table_statements(vendor, table, unique)
    ]
    return _create_postgresql(made) if vendor == "postgresql" else [*made, _queued_sqlite()]


def table_statements(vendor: str, table: str, unique: tuple[str, ...]) -> list[str]:
    """SQL that makes one table append-only; on PostgreSQL after ``create_statements`` made what its trigger calls."""
    if vendor == "postgresql":
        when = f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT"
        return [f"CREATE TRIGGER {table}_append_only {when} EXECUTE FUNCTION record_append_only()"]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    # INSERT OR REPLACE deletes the old row without asking the trigger on DELETE.
    taken = " OR ".join(f"NEW.{column} IN (SELECT {column} FROM {table})" for column in unique)  # noqa: S608
    return [
        f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_replace BEFORE INSERT ON {table} WHEN {taken} {refuse}",
    ]


def drop_statements(vendor: str) -> list[str]:
    """SQL that takes all triggers away again. For the migration's way back and for tests."""
    return _dropped(vendor, _triggers(vendor))


def table_drop_statements(vendor: str, table: str) -> list[str]:
    """SQL that takes away the triggers of one table. For a migration's way back."""
    return _dropped(vendor, _of_table(vendor, table))


def missing_triggers(connection: BaseDatabaseWrapper) -> list[str]:
    """The triggers that are not there or do not work; with any missing, the database refuses less than it should."""
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {row[0] for row in cursor.fetchall()}
    return [name for name, _ in _triggers(connection.vendor) if name not in there]


def _triggers(vendor: str) -> list[tuple[str, str]]:
    rows = [row for table in every_table() for row in _of_table(vendor, table)]
    return [*rows, (_QUEUE, "record_auditevent")]


def _of_table(vendor: str, table: str) -> list[tuple[str, str]]:
    acts = ("append_only",) if vendor == "postgresql" else ("update", "delete", "replace")
    return [(f"{table}_{act}", table) for act in acts]


def _dropped(vendor: str, triggers: list[tuple[str, str]]) -> list[str]:
    on = vendor == "postgresql"
    return [f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if on else "") for name, table in triggers]


_QUEUE: Final = "record_auditevent_unsealed"


def _create_postgresql(triggers: list[str]) -> list[str]:
    refuse = (
        "CREATE OR REPLACE FUNCTION record_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    queue = (
        "CREATE OR REPLACE FUNCTION record_unsealed() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO record_unsealed (event_id) SELECT id FROM added; RETURN NULL; END $$"
    )
    queued = (
        f"CREATE TRIGGER {_QUEUE} AFTER INSERT ON record_auditevent REFERENCING NEW TABLE AS added "
        "FOR EACH STATEMENT EXECUTE FUNCTION record_unsealed()"
    )
    return [refuse, queue, *triggers, queued]


def _queued_sqlite() -> str:
    queued = "BEGIN INSERT INTO record_unsealed (event_id) VALUES (NEW.id); END"
    return f"CREATE TRIGGER {_QUEUE} AFTER INSERT ON record_auditevent {queued}"
