"""Reading a request with events: bounded JSON; of a bad event which one and which field, never what stood there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpRequest
from ninja.errors import ValidationError

from lightkeeper.intake.bodies import read_json, require_json
from lightkeeper.intake.conversations import schemas
from lightkeeper.intake.conversations.schemas import BODY, AnyEvent, EventBatch
from lightkeeper.intake.types import Refused

LIMIT: Final = 8 << 20
"""Bytes of one request: 1,000 messages of ordinary length, with room."""
_NAMED: Final = 5
_MODELS: Final = (
    schemas.MessageSent, schemas.MessageEdited, schemas.MessageDeleted, schemas.AccountSaid, schemas.RelationKnown,
    schemas.ActDone,
)  # fmt: skip
FIELDS: Final = frozenset(name for model in _MODELS for name in model.model_fields)
"""The names that may stand in a problem: an unknown field's name is the caller's."""
_SAYS: Final = {
    "extra_forbidden": "a field that is not known here (docs/conversation-events.md lists them)",
    "missing": "a field that is needed is missing",
    "literal_error": "not one of the words that may stand here",
    "enum": "not one of the words that may stand here",
    "union_tag_invalid": "type is not one of the words that may stand here",
    "union_tag_not_found": "a type is missing",
    "value_error": "not as docs/conversation-events.md says",
    "string_pattern_mismatch": "not of the form that docs/conversation-events.md gives",
    "too_long": "more of them than are taken at once",
    "too_short": "none of them",
}


def read_events(request: HttpRequest) -> Sequence[AnyEvent]:
    """The events of a request, in its order. Raises Refused (400, 411, 413, 415, 422)."""
    require_json(request)
    try:
        read = read_json(request, BODY, limit=LIMIT)
    except ValidationError as error:
        raise _refusal(error.errors) from None
    return read.events if isinstance(read, EventBatch) else [read]


def _refusal(rows: Sequence[dict[str, Any]]) -> Refused:
    places = "; ".join(dict.fromkeys(f"{_place(row)}: {_what(row)}" for row in rows[:_NAMED]))
    more = f"; and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
    return Refused(422, "invalid", f"Nothing was taken. {places}{more}.")


def _place(row: dict[str, Any]) -> str:
    """``event 3, sender``: the first event is 0; a field of ours, else nothing."""
    _, *path = row["loc"] or ("",)
    event: str = "the event"
    rest: list[Any] = path[1:]
    if path[:1] == ["events"]:
        if len(path) == 1:
            return "events"
        event, rest = f"event {path[1]}" if isinstance(path[1], int) else "events", path[3:]
    field = next((one for one in rest if isinstance(one, str)), None)
    return f"{event}, {field}" if field in FIELDS else event


def _what(row: dict[str, Any]) -> str:
    kind = str(row["type"])
    return _SAYS.get(kind, kind.replace("_", " "))
