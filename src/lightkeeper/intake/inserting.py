"""Writing many new submissions at once: one prepared statement for all rows, half the cost of the ORM's assembling."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from operator import attrgetter
from typing import Any

from django.db import connection

from lightkeeper.intake.models import Submission

_FIELDS = [field for field in Submission._meta.concrete_fields if not field.primary_key]  # noqa: SLF001  # Django's API
_values = attrgetter(*(field.attname for field in _FIELDS))


def insert(rows: Sequence[Submission]) -> None:
    """Insert new rows, and set their keys. Raises IntegrityError."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column or "") for field in _FIELDS)
    places = ", ".join(["%s"] * len(_FIELDS))
    table = quote(Submission._meta.db_table)  # noqa: SLF001  # Django's API
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({places})",  # noqa: S608  # names from the model, values bound
            [tuple(_plain(value) for value in _values(row)) for row in rows],
        )
    clients, references = {row.client_id for row in rows}, [row.reference_index for row in rows]
    written = Submission.objects.filter(client_id__in=clients, reference_index__in=references)
    keys = {bytes(reference): key for reference, key in written.values_list("reference_index", "pk")}
    for row in rows:
        row.pk = keys[bytes(row.reference_index)]
        row._state.adding = False  # noqa: SLF001  # as after ``save``


def _plain(value: Any) -> Any:
    """A value as the database's driver takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value.value if isinstance(value, Enum) else value
