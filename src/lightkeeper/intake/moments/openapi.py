"""What the OpenAPI document says of the operations for moments."""

from __future__ import annotations

from typing import Final

from lightkeeper.intake.moments import schemas
from lightkeeper.intake.openapi import json_content, operation, schema_of

MOMENT: Final = operation(
    {200: ("What to do next.", schema_of(schemas.MomentAnswer))}, 400, 408, 411, 413, 415, 422,
    body=json_content(schema_of(schemas.MomentAsked)),
)  # fmt: skip
GUIDANCE: Final = operation({200: ("Who helps.", schema_of(schemas.GuidanceAnswer))}, 422)
