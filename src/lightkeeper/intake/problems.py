"""Errors as ``application/problem+json`` (RFC 9457): sentences that say what to do, never what was sent."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Mapping
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from ninja.errors import HttpError, ValidationError

from lightkeeper.intake.types import Refused

CONTENT_TYPE = "application/problem+json"
TYPES = "urn:lightkeeper:problem:"
_logger = logging.getLogger(__name__)


_LAST = {"Connection": "close"}
"""Nothing more can be read from the connection."""


def problem(status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """An answer with a problem; ``code`` names its kind, ``detail`` is a sentence for whoever reads the answer."""
    body = {"type": TYPES + code, "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return HttpResponse(json.dumps(body).encode(), status=status, content_type=CONTENT_TYPE, headers=headers)


def of_exception(error: BaseException) -> HttpResponse:
    """The problem that an exception becomes. What nobody foresaw is a 500 that says nothing, and a line in the log."""
    if isinstance(error, Refused):
        return problem(error.status, error.code, error.detail, headers=error.headers)
    if isinstance(error, ValidationError):
        return problem(422, "invalid", "Not as it should be: " + "; ".join(_places(error)) + ".")
    if isinstance(error, Http404):
        return problem(404, "not-found", "There is nothing at this address; see the list of addresses in openapi.json.")
    if isinstance(error, RequestDataTooBig):
        return problem(413, "too-large", "The request is larger than what is accepted here.")
    if isinstance(error, SuspiciousOperation):
        return problem(400, "unreadable", "The request has more parts than are accepted, or is not as it should be.")
    if isinstance(error, UnreadablePostError) and isinstance(error.__cause__, TimeoutError):
        return problem(408, "too-slow", "The request's body came too slowly. Send it again.", headers=_LAST)
    if isinstance(error, UnreadablePostError | MultiPartParserError):
        return problem(400, "unreadable", "The request's body ended early or is not what its headers say.")
    if isinstance(error, HttpError):
        return problem(error.status_code, "bad-request", "The request's body is not JSON that can be read.")
    _logger.error("%s", _place_of(error))
    if isinstance(error, OperationalError | InterfaceError):
        sentence = "The database does not answer in this moment. Ask again, with the same id."
        return problem(503, "busy", sentence, headers={"Retry-After": "2"})
    return problem(500, "internal", "Something went wrong on our side; it was logged. Try again later.")


def _places(error: ValidationError) -> list[str]:
    """Where and what, without a word of what was sent."""
    places = []
    for one in error.errors[:5]:
        loc = ".".join(str(part) for part in one["loc"] if part not in ("body", "payload") and _ours(part))
        what = _SAYS.get(one["type"], one["type"].replace("_", " "))
        places.append(f"{loc or 'the body'}: {what}")
    return places


_SAYS = {
    "extra_forbidden": "a field that is not known here (docs/api.md lists them)",
    "missing": "a field that is needed is missing",
    "literal_error": "not one of the words that may stand here (docs/api.md lists them)",
}
"""Sentences for what happens most; other mistakes are told by the name of the rule."""


def _ours(part: object) -> bool:
    """Whether a part of a location is a field of ours or a number; an unknown field's name is the caller's."""
    return isinstance(part, int) or part in FIELDS


FIELDS: frozenset[str] = frozenset(
    {
        "account_age_days", "address", "algorithm", "child_in_danger", "contact", "context", "country", "description",
        "file_name", "hashes", "id", "items", "kind", "language", "note", "port", "prior_reports", "reason",
        "reporter", "seen_on", "source", "submission", "submission_id", "surface", "uploaded_at", "uploader", "url",
        "urls", "value", "visibility", "wait",
    }
)  # fmt: skip
"""The names that may stand in a problem."""


def _place_of(error: BaseException) -> str:
    """The class of an exception and where in our code it came up: never its message, which may hold content."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "lightkeeper" in frame.filename] or frames
    place = f"{ours[-1].name}:{ours[-1].lineno}" if ours else "nowhere"
    module = ours[-1].filename.rpartition("lightkeeper/")[2] if ours else ""
    return f"{type(error).__name__} in {module} {place}"
