"""Which elements and attributes of a schema we can write, and why not the others: for the table in the documents.

The same comparison tells an operator that the authority's schema has changed (``drift``).
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterator
from typing import Any, Final

from lightkeeper.act.reports.ncmec.fields import PLACE, Place, metadata_of, name_of
from lightkeeper.act.reports.ncmec.file_details import FileDetails
from lightkeeper.act.reports.ncmec.report import Report
from lightkeeper.act.reports.ncmec.xsd import ReportSchema

NOT_WRITTEN: Final[dict[str, str]] = {}
"""Paths of the described schema that we do not write, with the reason for each."""


@dataclasses.dataclass(frozen=True, slots=True)
class Drift:
    """How a schema differs from what we write: paths that it has and we have not, and the other way round."""

    unknown: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def any(self) -> bool:
        """Whether there is a difference."""
        return bool(self.unknown or self.missing)


def written_paths(schema: ReportSchema) -> frozenset[str]:
    """Every path that our types can write; flags are data, so they are those of the schema."""
    return frozenset((*_paths("report", Report, schema), *_paths("fileDetails", FileDetails, schema)))


def drift(schema: ReportSchema) -> Drift:
    """What has changed between a schema and what we write."""
    theirs, ours = schema.paths(), written_paths(schema)
    return Drift(tuple(sorted(theirs - ours - NOT_WRITTEN.keys())), tuple(sorted(ours - theirs)))


def _paths(path: str, kind: type[Any], schema: ReportSchema) -> Iterator[str]:
    yield path
    hints = hints_of(kind)
    for field in dataclasses.fields(kind):
        place, name = metadata_of(field)[PLACE], name_of(field)
        if place is Place.ATTRIBUTE:
            yield f"{path}/@{name}"
        elif place is Place.FLAGS:
            yield f"{path}/{name}"
            yield from (f"{path}/{name}/{flag}" for flag in schema.flags(name))
        elif place is Place.ELEMENT:
            held = held_type(hints[field.name])
            if dataclasses.is_dataclass(held):
                yield from _paths(f"{path}/{name}", held, schema)
            else:
                yield f"{path}/{name}"


def hints_of(kind: type[Any]) -> dict[str, Any]:
    """The types of the fields of a type of a report."""
    return typing.get_type_hints(kind)


def held_type(hint: Any) -> type[Any]:
    """The type of one value of a field: ``X`` of ``X``, ``X | None`` and ``tuple[X, ...]``."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) in {typing.Union, tuple}:
        hint = next(one for one in typing.get_args(hint) if one is not types.NoneType)
    return typing.cast("type[Any]", hint)


def table(schema: ReportSchema) -> str:
    """The table of the documents: each element with its attributes, and whether it is written or why not."""
    theirs, ours, rows = schema.paths(), written_paths(schema), []
    for path in sorted(path for path in theirs if "/@" not in path):
        attributes = sorted(each.rpartition("@")[2] for each in theirs if each.startswith(f"{path}/@"))
        said = "yes" if path in ours else NOT_WRITTEN.get(path, "no")
        rows.append(f"| `{path}` | {', '.join(f'`{name}`' for name in attributes)} | {said} |")
    return "\n".join(["| element | attributes | written |", "|---|---|---|", *rows])
