"""What a caller is told. Without the scope ``detail`` every answer has the same keys and the same length."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse

from lightkeeper.detect.findings import Outcome
from lightkeeper.intake.models import Submission
from lightkeeper.intake.states import State
from lightkeeper.intake.types import Reason, Word
from lightkeeper.review.queries import public_id

_LONGEST = max(len(word) for word in Word.values)
_NO_OUTCOME = frozenset({State.RECEIVED, State.REFUSED, State.ERASED})


def word(row: Submission) -> Word:
    """The one word on a submission."""
    if row.reason in _REFUSALS:
        return Word.REFUSED
    return Word.WITHHELD if row.withheld else Word.ACCEPTED


_REFUSALS = frozenset(
    {Reason.SURFACE_UNKNOWN, Reason.DETECTION_OFF, Reason.LEGAL_BASIS_MISSING, Reason.LEGAL_BASIS_LAPSED}
)


def answer(row: Submission, callers_id: str, *, detail: bool) -> dict[str, Any]:
    """The answer on one submission, with or without detail."""
    plain = {"id": callers_id, "state": word(row).value}
    if not detail:
        return plain
    return {
        **plain,
        "outcome": row.outcome or None if row.state not in _NO_OUTCOME else None,
        "withhold": row.withheld,
        "case_id": None if row.case_id is None else str(public_id(row.case_id)),
        "reason": row.reason,
        "allowed": row.reason == Reason.ALLOWED,
        "lists_as_of": row.lists_as_of or None,
        "degraded": row.degraded.split(",") if row.degraded else [],
        "decision": row.decision or None,
        "label": row.label or None,
    }


def rendered(answers: dict[str, Any] | list[dict[str, Any]]) -> bytes:
    """The JSON of answers; blanks at its end make up for the shorter word, so that the length says nothing."""
    rows = answers if isinstance(answers, list) else [answers]
    missing = sum(_LONGEST - len(row["state"]) for row in rows if "state" in row)
    return json.dumps(answers, separators=(",", ":")).encode("utf-8") + b" " * missing


FOUND = frozenset({Outcome.MATCH.value, Outcome.POSSIBLE.value})
"""The outcomes that open a case."""


def json_response(value: dict[str, Any] | list[dict[str, Any]], *, status: int = 200) -> HttpResponse:
    """An answer as JSON."""
    return HttpResponse(rendered(value), status=status, content_type="application/json")
