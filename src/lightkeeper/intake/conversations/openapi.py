"""What the OpenAPI document says of the operations for conversations."""

from __future__ import annotations

from typing import Final

from lightkeeper.intake.conversations import schemas
from lightkeeper.intake.openapi import json_content, operation, schema_of

EVENTS: Final = operation(
    {200: ("They are taken, and durable.", schema_of(schemas.EventCounts))}, 400, 408, 411, 413, 415, 422,
    body=json_content({"anyOf": [schema_of(schemas.AnyEvent), schema_of(schemas.EventBatch)]}),
)  # fmt: skip
ERASE: Final = operation({200: ("It is done.", schema_of(schemas.PersonErased))}, 422)
