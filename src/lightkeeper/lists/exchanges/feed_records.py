"""From the bytes of a feed to records: rows of CSV, lines or an array of JSON, and what their fields say."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from lightkeeper.detect.matching.rows import MAX_LINE, numbered_lines
from lightkeeper.lists.exchanges.protocol import Record, SourceFailed
from lightkeeper.lists.exchanges.reading_json import at_path, list_at, read_json
from lightkeeper.lists.exchanges.values import BadValue, bytes_of, shown
from lightkeeper.lists.sealing import LONGEST_TEXT
from lightkeeper.lists.types import Algorithm

_YES: Final = frozenset({"1", "true", "yes", "y", "deleted", "withdrawn", "removed", "inactive"})
_NO: Final = frozenset({"", "0", "false", "no", "n", "active"})
_BROKEN: Final = object()
"""A row that could not be read at all."""


@dataclass(frozen=True, slots=True)
class Content:
    """What an answer holds: its rows, and the document that they stand in (None for CSV and lines)."""

    rows: Iterator[Any]
    document: Any


@dataclass(frozen=True, slots=True)
class Good:
    """A record and the time that it names, None if it names none."""

    record: Record
    time: str | int | None


@dataclass(frozen=True, slots=True)
class Bad:
    """What is wrong with a row, and what can be shown and said of which record it is."""

    problem: str
    key: str = ""

    @property
    def shown(self) -> str:
        """Its name, if that can be shown."""
        return shown(self.key)


def rows_of(body: bytes, options: Mapping[str, Any]) -> Content:
    """The rows of an answer, each an object by its fields' names, or something that is none. Raises SourceFailed."""
    if options["format"] == "json":
        document = read_json(body)
        return Content(iter(list_at(document, options["records"])), document)
    text = io.TextIOWrapper(io.BytesIO(body), encoding="utf-8-sig", errors="backslashreplace")
    if options["format"] == "json_lines":
        return Content(_json_lines(text), None)
    return Content(_csv_rows(text, options["fields"]), None)


def _json_lines(text: io.TextIOWrapper) -> Iterator[Any]:
    for _number, line in numbered_lines(text):
        try:
            yield json.loads(line)
        except (ValueError, RecursionError):
            yield _BROKEN


def _csv_rows(text: io.TextIOWrapper, fields: Mapping[str, str]) -> Iterator[Any]:
    """One physical line is one row, so a stray quotation mark spoils its own row alone."""
    lines = numbered_lines(text)
    _number, first = next(lines, (0, ""))
    separator = max(",;\t", key=first.count)
    header = [name.strip() for name in next(csv.reader([first], delimiter=separator), [])]
    if missing := [name for name in fields.values() if name not in header]:
        raise SourceFailed(_("The feed has no column “%(name)s”.") % {"name": missing[0]})
    return _split_rows(lines, header, separator)


def _split_rows(lines: Iterator[tuple[int, str]], header: list[str], separator: str) -> Iterator[Any]:
    for _number, line in lines:
        try:
            cells = next(csv.reader([line], delimiter=separator, strict=True), [])
        except csv.Error:
            yield _BROKEN
            continue
        yield dict(zip(header, cells, strict=False)) if len(line) < MAX_LINE else _BROKEN


def read_record(row: Any, options: Mapping[str, Any]) -> Good | Bad:
    """What one row says."""
    if not isinstance(row, dict):
        return Bad(_("the row cannot be read") if row is _BROKEN else _("the record is no object"))
    fields = options["fields"]
    said = {name: at_path(row, path) if path not in row else row[path] for name, path in fields.items()}
    key = ""
    try:
        key = _text(said.get("id"), "id")
        deleted = _yes(said.get("deleted"))
        values = {}
        unsearched = 0
        if said.get("value") not in (None, "") or not (deleted and key):
            algorithm = _algorithm(said, options)
            unsearched = algorithm is None
            values = {algorithm: bytes_of(algorithm, said.get("value"))} if algorithm is not None else {}
        record = Record(
            key, values, _text(said.get("category"), "category"), deleted, _confidence(said.get("confidence")), id=key,
            unsearched=int(unsearched),
        )  # fmt: skip
    except BadValue as error:
        return Bad(str(error), key)
    return Good(record, _time(said.get("time")))


def _algorithm(said: Mapping[str, Any], options: Mapping[str, Any]) -> Algorithm | None:
    """The algorithm of a row, None where it is one that is not searched. Raises BadValue."""
    if options["algorithm"]:
        return Algorithm(options["algorithm"])
    name = _text(said.get("algorithm"), "algorithm").strip().lower()
    if not name:
        raise BadValue(_("the algorithm is missing"))
    ours = options["algorithms"].get(name, name.replace("-", "") if name.startswith("sha-") else name)
    return Algorithm(ours) if ours in Algorithm.values else None


def _text(value: Any, name: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadValue(_("the field “%(name)s” is no text") % {"name": name})
    text = str(value).strip()
    if len(text) > LONGEST_TEXT:
        raise BadValue(
            _("the field “%(name)s” is longer than %(most)s characters") % {"name": name, "most": LONGEST_TEXT}
        )
    return text


def _yes(value: Any) -> bool:
    if isinstance(value, bool) or value is None:
        return bool(value)
    word = str(value).strip().lower()[:20]
    if word not in _YES and word not in _NO:
        raise BadValue(_("the field “deleted” is neither yes nor no"))
    return word in _YES


def _confidence(value: Any) -> int | None:
    text = str(value).strip() if value is not None else ""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 100):
        raise BadValue(_("the confidence is not a whole number from 0 to 100"))
    return int(text)


def _time(value: Any) -> str | int | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value).strip()[:64]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else text or None
