"""What a feed is set up with: its address, form, and which of its fields say what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from lightkeeper.lists.exchanges import options as option
from lightkeeper.lists.types import Algorithm, ListRefused

FORMATS: Final = ("csv", "json", "json_lines")
FIELDS: Final = ("algorithm", "value", "id", "category", "confidence", "deleted", "time")
"""What a field of a feed can say. Without ``id`` each value stands by itself."""

_KNOWN: Final = (
    "address", "format", "fields", "algorithm", "algorithms", "records", "whole", "header", "cursor_path",
    "cursor_parameter", "since_parameter",
)  # fmt: skip
_TOKEN: Final = re.compile(r"[A-Za-z0-9-]{1,60}")
_RESERVED: Final = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "accept", "accept-encoding", "if-none-match"}
)


def check(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a feed as they are kept. Raises ListRefused with what is wrong with them."""
    option.only(given, _KNOWN)
    checked: dict[str, Any] = {
        "address": option.https(given),
        "format": option.one_of(given, "format", FORMATS),
        "fields": _fields(given.get("fields")),
        "algorithm": option.one_of(given, "algorithm", [*Algorithm.values, ""], ""),
        "algorithms": _algorithms(given.get("algorithms", {})),
        "whole": option.switch(given, "whole", default=True),
    }
    for name in ("records", "header", "cursor_path", "cursor_parameter", "since_parameter"):
        checked[name] = option.text(given, name, "")
    _refuse_contradictions(checked)
    return checked


def _fields(given: Any) -> dict[str, str]:
    if not isinstance(given, Mapping) or not all(isinstance(name, str) and name for name in given.values()):
        raise ListRefused(_("The option “fields” must say which of the feed's fields is the value, and so on."))
    for name in given:
        if name not in FIELDS:
            raise ListRefused(
                _("“fields” has no “%(name)s”; there are: %(known)s.")
                % {"name": str(name)[:40], "known": ", ".join(FIELDS)}
            )
    if "value" not in given:
        raise ListRefused(_("“fields” must say which of the feed's fields is the value."))
    return dict(given)


def _algorithms(given: Any) -> dict[str, str]:
    """The feed's names of algorithms, in small letters, with ours."""
    if not isinstance(given, Mapping) or not all(ours in Algorithm.values for ours in given.values()):
        raise ListRefused(
            _("“algorithms” gives for each of the feed's names one of: %(ours)s.")
            % {"ours": ", ".join(Algorithm.values)}
        )
    return {str(theirs).strip().lower(): str(ours) for theirs, ours in given.items()}


def _refuse_contradictions(checked: Mapping[str, Any]) -> None:
    if bool(checked["algorithm"]) == ("algorithm" in checked["fields"]):
        raise ListRefused(_("Say either which field names the algorithm, or one algorithm for all."))
    if bool(checked["cursor_path"]) != bool(checked["cursor_parameter"]):
        raise ListRefused(_("Pages need both “cursor_path” and “cursor_parameter”."))
    if checked["cursor_path"] and checked["format"] != "json":
        raise ListRefused(_("Only a JSON object can say where its next page is."))
    if checked["records"] and checked["format"] != "json":
        raise ListRefused(_("Only JSON has a path to its records."))
    if checked["since_parameter"] and ("time" not in checked["fields"] or checked["whole"]):
        raise ListRefused(_("To ask for what is new needs the field “time”, and a feed that is not whole."))
    if checked["header"] and (not _TOKEN.fullmatch(checked["header"]) or checked["header"].lower() in _RESERVED):
        raise ListRefused(_("The option “header” is no name of a header that can be sent."))
