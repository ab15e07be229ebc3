"""What the OpenAPI document says of each operation, where ninja cannot see it: bodies that we read ourselves."""

from __future__ import annotations

from typing import Any, Final

import pydantic

from lightkeeper.intake import schemas

_SAYS: Final = {
    400: "The body cannot be read.",
    401: "There is no key, or it is not accepted.",
    403: "The key has not the scope.",
    404: "There is no such submission.",
    405: "The method is not allowed here.",
    408: "The body came too slowly.",
    409: "The id stands for another body, or a legal hold stands.",
    410: "The submission was erased.",
    411: "Content-Length is missing.",
    413: "More bytes than are accepted.",
    415: "The body is of a content type that is not taken here.",
    422: "Something in the request is not as it should be.",
    429: "What the key may spend is used up, or too many of its requests are being answered.",
    503: "Try again.",
}


def schema_of(model: Any) -> dict[str, Any]:
    """The JSON schema of a model, with everything that it needs inside it."""
    made = pydantic.TypeAdapter(model).json_schema()
    definitions = made.pop("$defs", {})
    inlined = _inlined(made, definitions)
    assert isinstance(inlined, dict)  # noqa: S101  # a schema is an object
    return inlined


def _inlined(value: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_inlined(one, definitions) for one in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        return _inlined(definitions[value["$ref"].rpartition("/")[2]], definitions)
    return {name: _inlined(one, definitions) for name, one in value.items()}


def json_content(schema: dict[str, Any]) -> dict[str, Any]:
    """A body of JSON."""
    return {"application/json": {"schema": schema}}


def _problems(*codes: int) -> dict[int, Any]:
    return {
        code: {"description": _SAYS[code], "content": {"application/problem+json": {"schema": PROBLEM}}}
        for code in (401, 403, 429, 503, *codes)
    }


def operation(
    answers: dict[int, tuple[str, dict[str, Any]]], *problems: int, body: dict[str, Any] | None = None
) -> dict[str, Any]:
    """What ninja is given for an operation: its answers, the problems it may come to, and its body."""
    responses = {
        code: {"description": says, "content": json_content(schema)} for code, (says, schema) in answers.items()
    }
    extra: dict[str, Any] = {"responses": {**responses, **_problems(*problems)}}
    if body is not None:
        extra["requestBody"] = {"required": True, "content": body}
    return {"openapi_extra": extra}


PROBLEM: Final = schema_of(schemas.Problem)
_ANSWER: Final = {"anyOf": [schema_of(schemas.Answer), schema_of(schemas.DetailedAnswer)]}
_ANSWERS: Final = {"type": "array", "items": _ANSWER}
_METADATA: Final = schema_of(schemas.Metadata)
_FILE: Final = {"type": "string", "format": "binary"}
_BATCH: Final = {"type": "array", "items": _METADATA, "minItems": 1, "maxItems": schemas.MAXIMUM_BATCH}

_DONE: Final = "The outcome is there."
_LATER: Final = "It is stored, and will be searched; ask at Location."


def _upload(metadata: dict[str, Any], files: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "multipart/form-data": {
            "schema": {"type": "object", "properties": {"metadata": metadata, **files}, "required": required},
            "encoding": {"metadata": {"contentType": "application/json"}},
        }
    }


SUBMIT: Final = operation(
    {200: (_DONE, _ANSWER), 202: (_LATER, _ANSWER)}, 400, 408, 409, 410, 411, 413, 415, 422,
    body={**_upload(_METADATA, {"content": _FILE}, ["metadata", "content"]), **json_content(_METADATA)},
)  # fmt: skip
SUBMIT_BATCH: Final = operation(
    {200: (_DONE, _ANSWERS), 202: (_LATER, _ANSWERS)}, 400, 408, 409, 410, 411, 413, 415, 422,
    body={**_upload(_BATCH, {"content-0": _FILE}, ["metadata"]), **json_content(_BATCH)},
)  # fmt: skip
ANSWER: Final = operation({200: ("How it stands.", _ANSWER)}, 404, 410, 422)
ANSWER_OR_HOLD: Final = operation({200: ("It is done.", _ANSWER)}, 404, 409, 410, 422)
USER_REPORT: Final = operation(
    {200: ("It goes before a person.", _ANSWER)}, 400, 404, 408, 409, 410, 411, 413, 415, 422,
    body=json_content(schema_of(schemas.UserReport)),
)  # fmt: skip
LOOKUP: Final = operation(
    {200: ("What was found, in order.", schema_of(schemas.LookupAnswer))}, 400, 408, 411, 413, 415, 422,
    body=json_content(schema_of(schemas.Lookup)),
)  # fmt: skip
STATUS: Final = operation({200: ("How the service stands.", schema_of(schemas.StatusAnswer))})
