"""A draft as people read it: one line a value, by its path in the authority's schema, with where it is from."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lightkeeper.act.reports.ncmec.fields import PLACE, Place, metadata_of, name_of
from lightkeeper.act.reports.ncmec.report import Report
from lightkeeper.people.models import Person

SOURCES: Final[Mapping[str, str | Promise]] = {
    "settings": _("the settings of this installation"),
    "platform": _("what the platform said"),
    "unconfirmed": _("what the platform said, not confirmed by a person"),
    "received": _("when it was received here"),
    "grade": _("what a person graded"),
    "reason": _("why the case was opened"),
    "views": _("the view log"),
    "marked": _("messages that a person marked as evidence"),
    "person": _("written by whoever drafted"),
}
"""Where a value can be from, by code. Beside these, ``said:NUMBER:TIME``: what a person said of somebody, and when."""
HIDDEN: Final = frozenset({"content"})
"""Values that can hurt whoever reads them: their length is shown, and they are read on the case's page."""
PROTECTED: Final = "report/victim["
"""How the paths begin of what is shown only after a recorded look."""


class Veil(StrEnum):
    """Why a value is not shown."""

    NONE = ""
    CONTENT = "content"
    VICTIM = "victim"


@dataclass(frozen=True, slots=True)
class Line:
    """One value: its path, the value as text, and where it is from in words, "" where that is not known.

    ``length`` in characters. A value under a veil is not here.
    """

    path: str
    value: str = field(repr=False)
    source: str
    veil: Veil = Veil.NONE
    length: int = 0


def lines(root: str, value: Any, sources: Mapping[str, str]) -> list[Line]:
    """Every value of a report or of what is said of a file, in the authority's order, without possible victims'."""
    return _lines(list(_values(root, value)), sources, opened=False)


def victim_lines(report: Report, sources: Mapping[str, str]) -> list[Line]:
    """Every value of the possible victims of a report, to be shown once the look at them is committed."""
    found = [each for each in _values("report", report) if each[0].startswith(PROTECTED)]
    return _lines(found, sources, opened=True)


def texts(root: str, value: Any) -> dict[str, str]:
    """Every value as text, by its path."""
    return {path: text for path, _name, text in _values(root, value)}


def retold(before: Any, after: Any, sources: Mapping[str, str], root: str = "report") -> dict[str, str]:
    """Where values are from once whoever drafts has written some of them."""
    old = texts(root, before)
    return {**sources, **{path: "person" for path, text in texts(root, after).items() if old.get(path) != text}}


def source_of(path: str, sources: Mapping[str, str]) -> str:
    """The code of where a value is from: as its own path says, or the nearest above it; "" where nothing says it."""
    while path:
        if path in sources or path.rpartition("[")[0] in sources:
            return sources.get(path) or sources[path.rpartition("[")[0]]
        path = path.rpartition("/")[0]
    return ""


def in_words(code: str) -> str:
    """Where a value is from, for people."""
    kind, _colon, rest = code.partition(":")
    if kind != "said":
        return str(SOURCES.get(code, ""))
    number, _colon, at = rest.partition(":")
    person = Person.objects.filter(pk=int(number)).first()
    name = person.name if person is not None else ""
    return gettext("said by %(name)s on %(date)s") % {
        "name": name,
        "date": date_format(datetime.fromisoformat(at), "j M Y"),
    }


def _lines(found: list[tuple[str, str, str]], sources: Mapping[str, str], *, opened: bool) -> list[Line]:
    codes = [source_of(path, sources) for path, _name, _text in found]
    words = {code: in_words(code) for code in set(codes)}
    return [
        _line(path, name, text, words[code], opened=opened)
        for (path, name, text), code in zip(found, codes, strict=True)
    ]


def _line(path: str, name: str, text: str, source: str, *, opened: bool) -> Line:
    veil = Veil.CONTENT if name in HIDDEN else Veil.NONE
    if path.startswith(PROTECTED) and not opened:
        veil = Veil.VICTIM
    return Line(path, "" if veil else text, source, veil, len(text))


def _values(path: str, value: Any) -> Iterator[tuple[str, str, str]]:
    """The path, the field's name and the text of every value."""
    for held_in in dataclasses.fields(value):
        held = getattr(value, held_in.name)
        if held in (None, (), frozenset()):
            continue
        place, called = metadata_of(held_in)[PLACE], name_of(held_in)
        name = "" if place is Place.TEXT else f"/@{called}" if place is Place.ATTRIBUTE else f"/{called}"
        several = isinstance(held, tuple)
        for number, one in enumerate(held if several else (held,), start=1):
            where = f"{path}{name}" + (f"[{number}]" if several else "")
            if dataclasses.is_dataclass(one):
                yield from _values(where, one)
            else:
                yield where, held_in.name, _text(one)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, frozenset):
        return ", ".join(sorted(value))
    return value.isoformat() if isinstance(value, date) else str(value)
