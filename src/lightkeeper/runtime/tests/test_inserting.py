"""Many rows at once are the rows that one by one would be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from lightkeeper.runtime.models import KeyRow, Work
from lightkeeper.runtime.services import insert_many, new_row
from lightkeeper.runtime.work.states import WorkState

pytestmark = pytest.mark.django_db

THEN = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


def _rows(count: int) -> list[Work]:
    return [
        Work(
            kind="test:insert",
            subject=number,
            key=None if number % 2 else f"key {number}",
            due_at=THEN,
            created_at=THEN,
        )
        for number in range(count)
    ]


def test_rows_have_their_keys_in_order_and_all_their_values() -> None:
    rows = _rows(2500)  # more than go into one statement
    for number, row in enumerate(rows):
        row.due_at = THEN + timedelta(microseconds=number)
    insert_many(rows)
    assert [row.pk for row in rows] == sorted({row.pk for row in rows})
    for row, read in zip(rows, Work.objects.filter(kind="test:insert").order_by("pk"), strict=True):
        assert (read.pk, read.subject, read.key, read.state) == (row.pk, row.subject, row.key, WorkState.WAITING)
        assert read.due_at == row.due_at
        assert (read.created_at, read.lease_until) == (row.created_at, None)


def test_a_row_that_may_not_be_keeps_all_out() -> None:
    rows = _rows(3)
    rows[2].key = rows[0].key
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_many(rows)
    assert not Work.objects.exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite knows no longest text")
def test_a_text_that_is_too_long_is_refused_and_not_cut() -> None:
    rows = _rows(2)
    rows[1].kind = "test:" + "x" * 1000
    with pytest.raises(DataError), transaction.atomic():
        insert_many(rows)
    assert not Work.objects.exists()


def test_a_row_that_was_inserted_can_be_saved_again() -> None:
    row = _rows(1)[0]
    insert_many([row])
    row.attempts = 3
    row.save()
    assert Work.objects.get().attempts == 3


def test_nothing_is_inserted_of_nothing() -> None:
    insert_many([])
    assert not Work.objects.exists()


def test_a_row_that_is_made_cheaply_is_the_row_that_its_model_makes() -> None:
    values = {"kind": "test:insert", "subject": 7, "due_at": THEN, "created_at": THEN}
    cheap, usual = new_row(Work, **values), Work(**values)
    fields = [field.attname for field in Work._meta.concrete_fields]
    assert [getattr(cheap, name) for name in fields] == [getattr(usual, name) for name in fields]
    assert (cheap._state.adding, cheap._state.db) == (usual._state.adding, usual._state.db)
    insert_many([cheap])
    usual.save()
    same = Work.objects.exclude(pk=cheap.pk).values(*fields[1:]).get()
    assert Work.objects.filter(pk=cheap.pk).values(*fields[1:]).get() == same
    cheap.subject = 8
    cheap.save()
    assert Work.objects.get(pk=cheap.pk).subject == 8


def test_a_row_that_is_made_cheaply_names_what_is_wrong() -> None:
    with pytest.raises(TypeError, match="colour"):
        new_row(Work, kind="test:insert", colour="red")
    with pytest.raises(TypeError, match="created_at"):
        new_row(KeyRow, purpose="seal/a", version=1, wrapped=b"")
