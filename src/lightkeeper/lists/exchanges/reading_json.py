"""Reading JSON of a source that may be hostile, and what may be anywhere in it."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _

from lightkeeper.lists.exchanges.protocol import SourceFailed


def read_json(body: bytes) -> Any:
    """What a document in UTF-8 says. Raises SourceFailed."""
    try:
        return json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise SourceFailed(_("The source's answer is not whole JSON: it was cut short or is something else.")) from None


def read_object(body: bytes) -> dict[str, Any]:
    """The object that a document is. Raises SourceFailed."""
    found = read_json(body)
    if not isinstance(found, dict):
        raise SourceFailed(_("The source's answer is JSON of another shape than was expected."))
    return found


def at_path(found: Any, path: str) -> Any:
    """What stands at a path of names with dots between them, None where nothing does; "" is all of it."""
    for name in path.split(".") if path else ():
        if not isinstance(found, dict):
            return None
        found = found.get(name)
    return found


def list_at(found: Any, path: str) -> list[Any]:
    """The list at a path. Raises SourceFailed."""
    records = at_path(found, path)
    if not isinstance(records, list):
        raise SourceFailed(_("The source's answer has no list of records where one was expected."))
    return records
