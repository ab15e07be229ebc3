"""List files: known hashes with their ids and categories, read into compact columns.

Two forms are read (``docs/command-line.md`` describes them for people):

- CSV with a header that names at least ``algorithm`` and ``value``; ``id`` and ``category`` where they are known.
  Columns in any order, others are ignored; separated by comma, semicolon or tab.
- one hexadecimal value a line. 32 digits are MD5, 40 are SHA-1. 64 digits may be PDQ or SHA-256, and a guess could
  miss everything in silence; so unless the first line says ``# algorithm: NAME`` (or the caller does), such a value is
  listed as both. That costs memory and can find nothing wrong: an unrelated 256-bit value is never within a search
  radius.

One physical line is one row, so a stray quotation mark spoils its own row and never swallows the rows behind it. A bad
row is set aside with its line number and the problem, never with its value.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, TextIO

from lightkeeper.detect.matching.columns import Entries, EntriesBuilder

WIDTHS: Final[Mapping[str, int]] = MappingProxyType({"pdq": 32, "md5": 16, "sha1": 20, "sha256": 32})
"""The algorithms that a list can hold, with the bytes of one value."""

MAX_LINE: Final = 1 << 16
"""Characters of the longest row that is read; a longer one is a bad row."""

MAX_BAD_ROWS: Final = 100
"""Bad rows that are described one by one; the others are only counted."""

_SPELLINGS: Final = {name: name for name in WIDTHS} | {"sha-1": "sha1", "sha-256": "sha256"}
_BY_DIGITS: Final = {32: ("md5",), 40: ("sha1",), 64: ("pdq", "sha256")}
_DIRECTIVE: Final = "# algorithm:"


class ListError(Exception):
    """A file that cannot serve as a list; the message is one sentence and holds no value."""


class _RowError(Exception):
    """One row cannot be used; the message is the problem."""


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One row of a list: ``algorithm`` is a name of ``WIDTHS``, ``value`` its bytes in the order of the hex form."""

    algorithm: str
    value: bytes
    id: str | None
    category: str | None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was set aside: its line number from 1 and what is wrong with it, never its value."""

    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class HashList:
    """A list as it was read.

    ``entries`` holds the columns of each algorithm that occurs. ``row_count`` rows were used, ``bad_count`` set aside
    (the first of them described in ``bad_rows``), ``both_count`` of the used ones listed as PDQ and as SHA-256.
    ``sha256`` is the digest of the file's bytes: the version of the list.
    """

    name: str
    entries: Mapping[str, Entries]
    row_count: int
    bad_rows: tuple[BadRow, ...]
    bad_count: int
    both_count: int
    sha256: str

    def entry(self, algorithm: str, number: int) -> ListEntry:
        """Give entry ``number`` (from 0, in file order) of one algorithm; KeyError or IndexError if there is none."""
        entries = self.entries[algorithm]
        return ListEntry(algorithm, entries.values[number].tobytes(), entries.ids[number], entries.categories[number])

    def __len__(self) -> int:
        return sum(len(entries) for entries in self.entries.values())

    def duplicate_count(self) -> int:
        """Count the entries whose algorithm and value stand in the list already (they are kept: ids may differ)."""
        return sum(entries.duplicate_count() for entries in self.entries.values())


def read_list(path: Path, *, algorithm: str | None = None) -> HashList:
    """Read a list file.

    ``algorithm`` says what the values of a file without a header are (else see the module's text).
    Raises ListError with a sentence where the file cannot be read, is not a list at all, or has rows but no usable one.
    """
    try:
        with path.open("rb", buffering=0) as file:
            hashed = _HashedFile(file)
            reader = _Reader(algorithm)
            buffered = io.BufferedReader(hashed, 1 << 20)
            reader.read(io.TextIOWrapper(buffered, encoding="utf-8-sig", errors="backslashreplace"))
    except OSError as error:
        raise ListError(f"the list {path.name} cannot be read: {error.strerror or type(error).__name__}") from error
    except ListError as error:
        raise ListError(f"the list {path.name} {error}") from error
    return reader.result(path.name, hashed.digest.hexdigest())


class _HashedFile(io.RawIOBase):
    """Passes the bytes of a raw file on and hashes them on the way; also works for a pipe, which is read only once."""

    def __init__(self, file: io.FileIO) -> None:
        super().__init__()
        self._file = file
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        count = self._file.readinto(buffer)
        self.digest.update(memoryview(buffer)[:count])
        return count


class _Reader:
    """Reads one list file's rows into columns."""

    def __init__(self, algorithm: str | None) -> None:
        self._algorithm = _spelling(algorithm) if algorithm is not None else None
        self._builders = {name: EntriesBuilder(width) for name, width in WIDTHS.items()}
        self._bad: list[BadRow] = []
        self._bad_count = self._rows = self._both = 0

    def read(self, file: TextIO) -> None:
        lines = _numbered_lines(file)
        first = next(lines, None)
        if first is None:
            msg = "is empty; a list without entries has at least its header (algorithm,value,id,category)"
            raise ListError(msg)
        header = _Header.parse(first[1])
        if header is not None:
            self._read_rows(header, lines)
        else:
            self._read_values(first, lines)

    def result(self, name: str, sha256: str) -> HashList:
        if not self._rows and self._bad_count:
            first = self._bad[0]
            msg = (
                f"the list {name} has no row that can be used: {self._bad_count} bad, the first in line {first.line}: "
                f"{first.problem} (a list has the header algorithm,value,id,category, or one hex value a line)"
            )
            raise ListError(msg)
        entries = {key: builder.build() for key, builder in self._builders.items() if len(builder)}
        return HashList(
            name, MappingProxyType(entries), self._rows, tuple(self._bad), self._bad_count, self._both, sha256
        )

    def _read_rows(self, header: _Header, lines: Iterator[tuple[int, str]]) -> None:
        for number, line in lines:
            try:
                algorithm, text, row_id, category = header.fields(line)
                value = _value(text, algorithm)
            except _RowError as error:
                self._set_aside(number, str(error))
            else:
                self._builders[algorithm].add(value, row_id, category)
                self._rows += 1

    def _read_values(self, first: tuple[int, str], lines: Iterator[tuple[int, str]]) -> None:
        declared = self._algorithm
        if first[1].lower().startswith(_DIRECTIVE):
            declared = _spelling(first[1][len(_DIRECTIVE) :])
        else:
            self._read_value(*first, declared)
        for number, line in lines:
            self._read_value(number, line, declared)

    def _read_value(self, number: int, line: str, declared: str | None) -> None:
        text = line.strip()
        try:
            algorithms = (declared,) if declared else _BY_DIGITS.get(len(text))
            if algorithms is None:
                msg = "not 32, 40 or 64 hexadecimal digits"
                raise _RowError(msg)
            value = _value(text, algorithms[0])
        except _RowError as error:
            self._set_aside(number, str(error))
            return
        for algorithm in algorithms:
            self._builders[algorithm].add(value, "", "")
        self._rows += 1
        self._both += len(algorithms) > 1

    def _set_aside(self, line: int, problem: str) -> None:
        self._bad_count += 1
        if len(self._bad) < MAX_BAD_ROWS:
            self._bad.append(BadRow(line, problem))


@dataclass(frozen=True, slots=True)
class _Header:
    """Where the columns of a CSV list stand; -1 for one that is not there."""

    separator: str
    algorithm: int
    value: int
    id: int
    category: int

    @classmethod
    def parse(cls, line: str) -> _Header | None:
        """Read the header, None where the line is none; ListError where it is one but lacks a column."""
        separator = max(",;\t", key=line.count)
        try:
            names = [name.strip().lower() for name in _split(line, separator)]
        except _RowError:
            return None
        if not {"algorithm", "value"} & set(names):
            return None
        for name in ("algorithm", "value"):
            if name not in names:
                raise ListError(f"has a header without the column '{name}'")
        for name in ("algorithm", "value", "id", "category"):
            if names.count(name) > 1:
                raise ListError(f"has a header with the column '{name}' twice")
        at = {name: names.index(name) for name in names}
        return cls(separator, at["algorithm"], at["value"], at.get("id", -1), at.get("category", -1))

    def fields(self, line: str) -> tuple[str, str, str, str]:
        """Give a row's algorithm, value, id and category (the last two empty if unknown); _RowError if it cannot."""
        fields = _split(line, self.separator)
        count = len(fields)
        if count <= self.algorithm or count <= self.value:
            msg = "fewer columns than the header"
            raise _RowError(msg)
        algorithm = _SPELLINGS.get(fields[self.algorithm]) or _SPELLINGS.get(fields[self.algorithm].strip().lower())
        if algorithm is None:
            msg = "the algorithm is not pdq, md5, sha1 or sha256"
            raise _RowError(msg)
        row_id = fields[self.id] if 0 <= self.id < count else ""
        return algorithm, fields[self.value], row_id, fields[self.category] if 0 <= self.category < count else ""


def _spelling(name: str) -> str:
    algorithm = _SPELLINGS.get(name.strip().lower())
    if algorithm is None:
        msg = "names an algorithm that is not pdq, md5, sha1 or sha256"
        raise ListError(msg)
    return algorithm


def _split(line: str, separator: str) -> list[str]:
    """Split one physical line; quotation marks only cost those rows that have them."""
    if '"' not in line:
        if len(line) >= MAX_LINE:
            raise _RowError(f"longer than {MAX_LINE} characters")
        return line.split(separator)
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error as error:
        msg = "a quotation mark is not closed, or something follows the closing one"
        raise _RowError(msg) from error


def _value(text: str, algorithm: str) -> bytes:
    width = WIDTHS[algorithm]
    if len(text) != 2 * width:
        text = text.strip()
    if not text:
        msg = "no value"
        raise _RowError(msg)
    try:
        value = bytes.fromhex(text)
    except ValueError as error:
        msg = "the value has a character that is not a hexadecimal digit, or an odd number of digits"
        raise _RowError(msg) from error
    if len(value) != width or len(text) != 2 * width:
        raise _RowError(f"the value has {len(text)} characters; {algorithm} has {2 * width} hexadecimal digits")
    return value


def _numbered_lines(file: TextIO) -> Iterator[tuple[int, str]]:
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
