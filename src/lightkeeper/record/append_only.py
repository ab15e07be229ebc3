"""Triggers by which the database itself refuses to change the audit trail, and by which each event asks for its seal.

Kept apart from the migration that makes them, because tests must take them off to empty the tables (``conftest.py``);
nothing else may.
"""

from __future__ import annotations

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
"""Append-only tables and their unique columns."""

REFUSAL: Final = "The audit trail is append-only."


def create_statements(vendor: str) -> list[str]:
    """SQL that makes all triggers on ``sqlite`` or ``postgresql``."""
    return _create_postgresql() if vendor == "postgresql" else _create_sqlite()


def drop_statements(vendor: str) -> list[str]:
    """SQL that takes all triggers away again. For the migration's way back and for tests."""
    on = vendor == "postgresql"
    return [f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if on else "") for name, table in _triggers(vendor)]


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
    acts = ("append_only",) if vendor == "postgresql" else ("update", "delete", "replace")
    return [*((f"{table}_{act}", table) for table in TABLES for act in acts), (_QUEUE, "record_auditevent")]


_QUEUE: Final = "record_auditevent_unsealed"


def _create_postgresql() -> list[str]:
    refuse = (
        "CREATE OR REPLACE FUNCTION record_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    queue = (
        "CREATE OR REPLACE FUNCTION record_unsealed() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO record_unsealed (event_id) SELECT id FROM added; RETURN NULL; END $$"
    )
    triggers = [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION record_append_only()"
        for table in TABLES
    ]
    queued = (
        f"CREATE TRIGGER {_QUEUE} AFTER INSERT ON record_auditevent REFERENCING NEW TABLE AS added "
        "FOR EACH STATEMENT EXECUTE FUNCTION record_unsealed()"
    )
    return [refuse, queue, *triggers, queued]


def _create_sqlite() -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    statements = []
    for table, unique in TABLES.items():
        # INSERT OR REPLACE deletes the old row without asking the trigger on DELETE.
        taken = " OR ".join(f"NEW.{column} IN (SELECT {column} FROM {table})" for column in unique)  # noqa: S608
        statements += [
            f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} {refuse}",
            f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} {refuse}",
            f"CREATE TRIGGER {table}_replace BEFORE INSERT ON {table} WHEN {taken} {refuse}",
        ]
    queued = "BEGIN INSERT INTO record_unsealed (event_id) VALUES (NEW.id); END"
    return [*statements, f"CREATE TRIGGER {_QUEUE} AFTER INSERT ON record_auditevent {queued}"]
