"""List files: known hashes with their ids and categories, read into compact columns.

What a row is, ``rows`` says; ``docs/command-line.md`` describes list files for people.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, TextIO

from lightkeeper.detect.matching.columns import Entries, EntriesBuilder
from lightkeeper.detect.matching.rows import (
    DIRECTIVE,
    EMPTY,
    MAX_LINE,
    WIDTHS,
    BadRow,
    Header,
    ListEntry,
    ListError,
    RowError,
    hex_value,
    numbered_lines,
    plain_value,
    spelling,
)

__all__ = ["MAX_BAD_ROWS", "MAX_LINE", "WIDTHS", "BadRow", "HashList", "ListEntry", "ListError", "read_list"]

MAX_BAD_ROWS: Final = 100
"""Bad rows that are described one by one; the others are only counted."""


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
        self._algorithm = spelling(algorithm) if algorithm is not None else None
        self._builders = {name: EntriesBuilder(width) for name, width in WIDTHS.items()}
        self._bad: list[BadRow] = []
        self._bad_count = self._rows = self._both = 0

    def read(self, file: TextIO) -> None:
        lines = numbered_lines(file)
        first = next(lines, None)
        if first is None:
            raise ListError(EMPTY)
        header = Header.parse(first[1])
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

    def _read_rows(self, header: Header, lines: Iterator[tuple[int, str]]) -> None:
        for number, line in lines:
            try:
                algorithm, text, row_id, category = header.fields(line)
                value = hex_value(text, algorithm)
            except RowError as error:
                self._set_aside(number, str(error))
            else:
                self._builders[algorithm].add(value, row_id, category)
                self._rows += 1

    def _read_values(self, first: tuple[int, str], lines: Iterator[tuple[int, str]]) -> None:
        declared = self._algorithm
        if first[1].lower().startswith(DIRECTIVE):
            declared = spelling(first[1][len(DIRECTIVE) :])
        else:
            self._read_value(*first, declared)
        for number, line in lines:
            self._read_value(number, line, declared)

    def _read_value(self, number: int, line: str, declared: str | None) -> None:
        try:
            algorithms, value = plain_value(line, declared)
        except RowError as error:
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
