"""Rows of list files: one physical line each, read one after another.

Three forms are read (``docs/command-line.md`` describes them for people):

- CSV with a header that names at least ``algorithm`` and ``value``; ``id``, ``category`` and ``confidence`` (0 to 100)
  where they are known.
  Columns in any order, others are ignored; separated by comma, semicolon or tab.
  Where addresses and phrases are taken (``read_rows``), ``algorithm`` may be any kind of ``places`` too.
- a pack of phrases (``text.packs``), where addresses and phrases are taken.
- one hexadecimal value a line. 32 digits are MD5, 40 are SHA-1. 64 digits may be PDQ or SHA-256, and a guess could
  miss everything in silence; so unless the first line says ``# algorithm: NAME`` (or the caller does), such a value is
  listed as both. That costs memory and can find nothing wrong: an unrelated 256-bit value is never within a search
  radius.

One physical line is one row, so a stray quotation mark spoils its own row and never swallows the rows behind it. A bad
row is set aside with its line number and the problem, never with its value.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from types import MappingProxyType
from typing import Final, TextIO

from lightkeeper.detect.places import KINDS, PHRASE, ValueRefused, listed_value
from lightkeeper.detect.text.packs import PackError, PackRow, is_pack, read_pack

WIDTHS: Final[Mapping[str, int]] = MappingProxyType({"pdq": 32, "md5": 16, "sha1": 20, "sha256": 32})
"""The algorithms that a list can hold, with the bytes of one value."""

MAX_LINE: Final = 1 << 16
"""Characters of the longest row that is read; a longer one is a bad row."""

_SPELLINGS: Final = {name: name for name in WIDTHS} | {"sha-1": "sha1", "sha-256": "sha256"}
_BY_DIGITS: Final = {32: ("md5",), 40: ("sha1",), 64: ("pdq", "sha256")}
DIRECTIVE: Final = "# algorithm:"


EMPTY: Final = "is empty; a list without entries has at least its header (algorithm,value,id,category)"
"""Why an empty file is no list."""


class ListError(Exception):
    """A file that cannot serve as a list; the message is one sentence and holds no value."""


class RowError(Exception):
    """One row cannot be used; the message is the problem."""


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One row of a list: ``algorithm`` is a name of ``WIDTHS``, ``value`` its bytes in the order of the hex form.

    ``confidence`` from 0 to 100, None where nothing is said; only ``read_rows`` reads it.
    """

    algorithm: str
    value: bytes
    id: str | None
    category: str | None
    confidence: int | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was set aside: its line number from 1 and what is wrong with it, never its value."""

    line: int
    problem: str


def read_rows(file: TextIO, *, algorithm: str | None = None) -> Iterator[tuple[int, tuple[ListEntry, ...] | str]]:
    """Read a list file row by row: its line number from 1, and its entries or what is wrong with it.

    A row has two entries where its value could be PDQ or SHA-256. Rows of addresses and phrases are read too: their
    value is as ``places.listed_value`` gives it. ``algorithm`` says what the values of a file
    without a header are. Raises ListError with the rest of a sentence where the file is not a list at all.
    """
    declared = spelling(algorithm) if algorithm is not None else None
    lines = numbered_lines(file)
    first = next(lines, None)
    if first is None:
        raise ListError(EMPTY)
    if is_pack(first[1]):
        yield from _pack_rows(lines)
        return
    header = Header.parse(first[1])
    if header is None and first[1].lower().startswith(DIRECTIVE):
        declared = spelling(first[1][len(DIRECTIVE) :])
    elif header is None:
        lines = chain([first], lines)
    for number, line in lines:
        try:
            yield number, _entries(header, line, declared)
        except RowError as error:
            yield number, str(error)


def _pack_rows(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, tuple[ListEntry, ...] | str]]:
    try:
        for row in read_pack(lines):
            yield row.line, row.problem or _of_pack(row)
    except PackError as error:
        raise ListError(str(error)) from None


def _of_pack(row: PackRow) -> tuple[ListEntry, ...] | str:
    try:
        return (ListEntry(PHRASE, value_of(row.phrase, PHRASE), row.id.strip() or None, row.category.strip() or None),)
    except RowError as error:
        return str(error)


def _entries(header: Header | None, line: str, declared: str | None) -> tuple[ListEntry, ...]:
    if header is None:
        algorithms, value = plain_value(line, declared)
        return tuple(ListEntry(algorithm, value, None, None) for algorithm in algorithms)
    algorithm, text, row_id, category = header.fields(line, addresses=True)
    entry = ListEntry(algorithm, value_of(text, algorithm), row_id.strip() or None, category.strip() or None)
    return (entry if header.confidence < 0 else replace(entry, confidence=header.confidence_in(line)),)


def value_of(text: str, algorithm: str) -> bytes:
    """The bytes of a value as it is written: hexadecimal digits, an address or a phrase. Raises RowError."""
    if algorithm in WIDTHS:
        return hex_value(text, algorithm)
    try:
        return listed_value(algorithm, text)
    except ValueRefused as problem:
        raise RowError(str(problem)) from None


def plain_value(line: str, declared: str | None) -> tuple[tuple[str, ...], bytes]:
    """Read a line that is one value: what it may be, and its bytes. Raises RowError."""
    text = line.strip()
    algorithms = (declared,) if declared else _BY_DIGITS.get(len(text))
    if algorithms is None:
        msg = "not 32, 40 or 64 hexadecimal digits"
        raise RowError(msg)
    return algorithms, hex_value(text, algorithms[0])


@dataclass(frozen=True, slots=True)
class Header:
    """Where the columns of a CSV list stand; -1 for one that is not there."""

    separator: str
    algorithm: int
    value: int
    id: int
    category: int
    confidence: int = -1

    @classmethod
    def parse(cls, line: str) -> Header | None:
        """Read the header, None where the line is none; ListError where it is one but lacks a column."""
        separator = max(",;\t", key=line.count)
        try:
            names = [name.strip().lower() for name in _split(line, separator)]
        except RowError:
            return None
        if not {"algorithm", "value"} & set(names):
            return None
        for name in ("algorithm", "value"):
            if name not in names:
                raise ListError(f"has a header without the column '{name}'")
        for name in ("algorithm", "value", "id", "category", "confidence"):
            if names.count(name) > 1:
                raise ListError(f"has a header with the column '{name}' twice")
        at = {name: names.index(name) for name in names}
        return cls(
            separator, at["algorithm"], at["value"], at.get("id", -1), at.get("category", -1), at.get("confidence", -1)
        )

    def fields(self, line: str, *, addresses: bool = False) -> tuple[str, str, str, str]:
        """Give a row's algorithm, value, id and category (the last two empty if unknown); RowError if it cannot.

        Addresses and phrases are known only where ``addresses`` are taken.
        """
        fields = _split(line, self.separator)
        count = len(fields)
        if count <= self.algorithm or count <= self.value:
            msg = "fewer columns than the header"
            raise RowError(msg)
        algorithm = _SPELLINGS.get(fields[self.algorithm]) or algorithm_of(fields[self.algorithm], addresses=addresses)
        row_id = fields[self.id] if 0 <= self.id < count else ""
        return algorithm, fields[self.value], row_id, fields[self.category] if 0 <= self.category < count else ""

    def confidence_in(self, line: str) -> int | None:
        """A row's confidence, None where it says none. Raises RowError."""
        fields = _split(line, self.separator)
        text = fields[self.confidence].strip() if self.confidence < len(fields) else ""
        if text and not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 100):
            msg = "the confidence is not a whole number from 0 to 100"
            raise RowError(msg)
        return int(text) if text else None


def algorithm_of(name: str, *, addresses: bool) -> str:
    """The algorithm that a row's name for it means; others than of files only with ``addresses``. Raises RowError."""
    name = name.strip().lower()
    if name in _SPELLINGS:
        return _SPELLINGS[name]
    if name not in KINDS:
        known = ", sha256, " + ", ".join(sorted(KINDS - {"url"})) + " or url" if addresses else " or sha256"
        raise RowError(f"the algorithm is not pdq, md5, sha1{known}")
    if not addresses:
        raise RowError("addresses and phrases are looked up by the service (lightkeeper lists import), not in files")
    return name


def spelling(name: str) -> str:
    """The algorithm that a name means. Raises ListError."""
    algorithm = _SPELLINGS.get(name.strip().lower())
    if algorithm is None:
        msg = "names an algorithm that is not pdq, md5, sha1 or sha256"
        raise ListError(msg)
    return algorithm


def _split(line: str, separator: str) -> list[str]:
    """Split one physical line; quotation marks only cost those rows that have them."""
    if '"' not in line:
        if len(line) >= MAX_LINE:
            raise RowError(f"longer than {MAX_LINE} characters")
        return line.split(separator)
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error as error:
        msg = "a quotation mark is not closed, or something follows the closing one"
        raise RowError(msg) from error


def hex_value(text: str, algorithm: str) -> bytes:
    """The bytes of a value in hexadecimal digits. Raises RowError."""
    width = WIDTHS[algorithm]
    if len(text) != 2 * width:
        text = text.strip()
    if not text:
        msg = "no value"
        raise RowError(msg)
    try:
        value = bytes.fromhex(text)
    except ValueError as error:
        msg = "the value has a character that is not a hexadecimal digit, or an odd number of digits"
        raise RowError(msg) from error
    if len(value) != width or len(text) != 2 * width:
        raise RowError(f"the value has {len(text)} characters; {algorithm} has {2 * width} hexadecimal digits")
    return value


def numbered_lines(file: TextIO) -> Iterator[tuple[int, str]]:
    """Give the lines that are not blank with their numbers; an overlong one is cut, never held whole."""
    number = 0
    while line := file.readline(MAX_LINE):
        number += 1
        rest = line
        while len(rest) == MAX_LINE and not rest.endswith("\n"):
            rest = file.readline(MAX_LINE)
        line = line if len(line) == MAX_LINE else line.rstrip("\n")
        if line and not line.isspace():
            yield number, line
