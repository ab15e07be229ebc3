"""A draft as people read it: one line a value, by its path in the authority's schema, with where it is from."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lightkeeper.act.reports.ncmec.fields import PLACE, Place, metadata_of, name_of

SOURCES: Final[Mapping[str, str | Promise]] = {
    "settings": _("the settings of this installation"),
    "platform": _("what the platform said"),
    "received": _("when it was received here"),
    "grade": _("what a person graded"),
    "reason": _("why the case was opened"),
    "views": _("the view log"),
    "marked": _("messages that a person marked as evidence"),
    "person": _("written by whoever drafted"),
}
HIDDEN: Final = frozenset({"content"})
"""Values that can hurt whoever reads them: their length is shown, and they are read on the case's page."""


@dataclass(frozen=True, slots=True)
class Line:
    """One value: its path, the value as text, and a code of where it is from, "" for what a person wrote."""

    path: str
    value: str
    source: str
    hidden: bool = False


def lines(root: str, value: Any, sources: Mapping[str, str]) -> list[Line]:
    """Every value of a report or of what is said of a file, in the authority's order."""
    return list(_lines(root, value, sources))


def _lines(path: str, value: Any, sources: Mapping[str, str]) -> Iterator[Line]:
    for field in dataclasses.fields(value):
        held = getattr(value, field.name)
        if held in (None, (), frozenset()):
            continue
        place = metadata_of(field)[PLACE]
        name = (
            "" if place is Place.TEXT else f"/@{name_of(field)}" if place is Place.ATTRIBUTE else f"/{name_of(field)}"
        )
        several = isinstance(held, tuple)
        for number, one in enumerate(held if several else (held,), start=1):
            where = f"{path}{name}" + (f"[{number}]" if several else "")
            if dataclasses.is_dataclass(one):
                yield from _lines(where, one, sources)
            else:
                yield Line(where, _text(one), _source(where, sources), field.name in HIDDEN)


def _source(path: str, sources: Mapping[str, str]) -> str:
    """Where a value is from: as its own path says, or the nearest above it."""
    while path:
        if path in sources or path.rpartition("[")[0] in sources:
            return sources.get(path) or sources[path.rpartition("[")[0]]
        path = path.rpartition("/")[0]
    return ""


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, frozenset):
        return ", ".join(sorted(value))
    return value.isoformat() if isinstance(value, date) else str(value)
