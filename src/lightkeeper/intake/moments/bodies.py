"""Reading a request about a moment: bounded JSON; of a mistake which field, never what stood there."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpRequest
from ninja.errors import ValidationError

from lightkeeper.intake.bodies import read_json, require_json
from lightkeeper.intake.moments.reading import Shown, shown
from lightkeeper.intake.moments.schemas import ASKED, FIELDS, MomentAsked
from lightkeeper.intake.moments.types import MomentsError
from lightkeeper.intake.types import Refused

LIMIT: Final = 8 << 10
"""Bytes of one request."""
_SAYS: Final = {
    "extra_forbidden": "a field that is not known here (docs/moments.md lists them)",
    "missing": "a field that is needed is missing",
    "enum": "not one of the words that may stand here (docs/moments.md lists them)",
    "value_error": "moment, other and setting do not go together as docs/moments.md says",
    "string_pattern_mismatch": "not of the form that docs/moments.md gives",
}
_logger = logging.getLogger(__name__)


def read_moment(request: HttpRequest) -> MomentAsked:
    """The moment that a request tells. Raises Refused (400, 411, 413, 415, 422)."""
    require_json(request)
    try:
        asked: MomentAsked = read_json(request, ASKED, limit=LIMIT)
    except ValidationError as error:
        raise _refusal(error.errors) from None
    return asked


def _refusal(rows: Sequence[dict[str, Any]]) -> Refused:
    said = dict.fromkeys(f"{_place(row['loc'])}: {_what(str(row['type']))}" for row in rows)
    return Refused(422, "invalid", "Nothing was decided. " + "; ".join(list(said)[:5]) + ".")


def _place(loc: tuple[int | str, ...]) -> str:
    """``child.id``: names of ours, and of an unknown field only where it stood."""
    return ".".join(str(one) for one in loc if one in FIELDS) or "the body"


def _what(kind: str) -> str:
    return _SAYS.get(kind, kind.replace("_", " "))


def shown_here() -> Shown:
    """Texts and guidance. Raises Refused (503) where an operator's files cannot be used; the log says which and why."""
    try:
        return shown()
    except MomentsError as error:
        _logger.error("texts of moments cannot be used: %s", error)  # noqa: TRY400  # the sentence says all
        raise Refused(
            503, "texts", "The texts of this installation cannot be used; its log says which file to mend."
        ) from None
