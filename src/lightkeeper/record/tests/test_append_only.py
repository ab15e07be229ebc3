"""The database refuses to change the audit trail, whoever asks and however."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import IntegrityError, NotSupportedError, connection, transaction
from django.db.models import Model

from lightkeeper.record.append_only import TABLES, drop_statements, missing_triggers
from lightkeeper.record.events import Event
from lightkeeper.record.models import (
    AuditEvent,
    Checkpoint,
    DestructionProof,
    Item,
    Policy,
    Reveal,
    RevealEnded,
    Seal,
    SigningKey,
    Unsealed,
)
from lightkeeper.record.services import write_event, write_events
from lightkeeper.record.types import Actor, EventDraft

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_row_each() -> None:
    with transaction.atomic():
        number = write_event(Event.RECORD_VAULT_SWEPT, actor=Actor.system(), details={"removed": 1})
    at = AuditEvent.objects.get(id=number).at
    seal = {"event_digest": b"d" * 32, "previous": b"p" * 32, "link": b"l" * 32, "sealed_at": at}
    Seal.objects.create(position=1, event_id=number, **seal)
    Checkpoint.objects.create(id=1, position=1, link=b"l" * 32, signed_at=at, key_id="k", signature=b"s" * 64)
    SigningKey.objects.create(id=1, key_id="k", public=b"p" * 32, private=b"s")
    Policy.objects.create(id=1, version=1, values="{}")
    item = Item.objects.create(kind="url", url_index=b"u" * 32)
    reveal = Reveal.objects.create(
        id=1, person=1, role="analyst", item=item, case_item=1, track="picture", level="tile", part="whole",
        purpose="first", policy=0, limit=20,
    )  # fmt: skip
    RevealEnded.objects.create(id=1, reveal=reveal, seconds=1.0, how="veiled")
    DestructionProof.objects.create(
        id=1, subject_kind="case", subject_id="1", rule="tos_min", policy=0, due_at=at, destroyed_at=at, counts="{}",
        objects_destroyed="[]", digest="d" * 64,
    )  # fmt: skip
    connection.check_constraints()  # what is still to be checked would itself forbid TRUNCATE


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except (IntegrityError, NotSupportedError):  # the second for a table that others refer to
        return True
    return False


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("column", [None, 0, -1])
def test_no_update(table: str, column: int | None) -> None:
    columns = columns_of(table)
    for name in columns if column is None else [columns[column]]:
        assert refused(f"UPDATE {table} SET {name} = {name}")


def columns_of(table: str) -> list[str]:
    return [connection.ops.quote_name(str(field.column)) for field in model_of(table)._meta.concrete_fields]


def model_of(table: str) -> type[Model]:
    model: type[Model] = apps.get_model("record", table.removeprefix("record_"))
    return model


@pytest.mark.parametrize("table", TABLES)
def test_no_delete(table: str) -> None:
    assert refused(f"DELETE FROM {table}")
    assert refused(f"DELETE FROM {table} WHERE {TABLES[table][0]} IS NOT NULL")
    assert model_of(table)._default_manager.count() == 1


@pytest.mark.parametrize("table", TABLES)
def test_no_truncate(table: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has TRUNCATE")
    assert refused(f"TRUNCATE {table}")
    assert refused(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", TABLES)
def test_no_replacing_insert(table: str) -> None:
    columns, key, name = ", ".join(columns_of(table)), TABLES[table][0], columns_of(table)[-1]
    if connection.vendor == "sqlite":
        assert refused(f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}")
    conflict = f"ON CONFLICT ({key}) DO UPDATE SET {name} = excluded.{name}"
    assert refused(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE true {conflict}")


def test_missing_triggers_are_named() -> None:
    assert missing_triggers(connection) == []
    name = drop_statements(connection.vendor)[0]
    with connection.cursor() as cursor:
        cursor.execute(name)
    assert len(missing_triggers(connection)) == 1
    assert missing_triggers(connection)[0] in name


def test_each_event_asks_for_its_seal() -> None:
    before = set(Unsealed.objects.values_list("event_id", flat=True))
    draft = EventDraft(Event.RECORD_VAULT_SWEPT, Actor.system())
    ids = write_events([draft] * 5)
    assert set(Unsealed.objects.values_list("event_id", flat=True)) == before | set(ids)
    assert len(set(ids)) == 5


@pytest.mark.django_db(transaction=True)
def test_tables_are_emptied_after_a_test_with_real_transactions() -> None:
    assert refused("DELETE FROM record_auditevent")


@pytest.mark.django_db(transaction=True)
def test_and_the_triggers_stand_again_in_the_next_one() -> None:
    assert AuditEvent.objects.count() == 1  # the one of the fixture
    assert refused("DELETE FROM record_auditevent")
