"""How rows leave the command: JSONL for programs, CSV for spreadsheets, a table for people.

Each row is written to standard output in one go and at once, so that a kill leaves whole rows only.
"""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from lightkeeper.detect.findings import ScanResult

FORMATS: Final = ("table", "jsonl", "csv")
CSV_COLUMNS: Final = (
    "path", "sha256", "outcome", "reason", "quality",
    "list", "id", "category", "algorithm", "distance", "variant", "tier", "ms",
)  # fmt: skip

_FORMULA_STARTS: Final = tuple("=+-@\t\r\n|%＝＋－＠")  # full-width signs are formulas to some programs too
_DEFAULT_WIDTH: Final = 80
_STYLES: Final = {"match": "bold red", "possible": "yellow", "unreadable": "magenta", "unmatchable": "magenta"}


def printable(path: str | bytes) -> str:
    r"""Give a path as text that any reader of UTF-8 takes: bytes that are no UTF-8 become ``\xff`` and the like."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def visible(text: str) -> str:
    """Give text without anything that moves a cursor, hides or reorders: such characters are written as escapes."""
    if text.isprintable():
        return text
    return "".join(_escaped(char) for char in text)


def _escaped(char: str) -> str:
    # Other, control, format, surrogate, private, and the separators that break lines; a space is fine.
    if char != " " and (unicodedata.category(char)[0] == "C" or unicodedata.category(char) in ("Zl", "Zp")):
        return char.encode("unicode_escape", "backslashreplace").decode("ascii")
    return char


def spreadsheet_safe(cell: str) -> str:
    """Give a cell that no spreadsheet program takes for a formula: an apostrophe is put before a dangerous start."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA_STARTS) else cell


class Writer(Protocol):
    """Writes the row or rows of one file."""

    def write(self, path: str, result: ScanResult) -> None:
        """Write what one scan found; BrokenPipeError when nobody reads any more."""


class Sink:
    """Standard output without a buffer: what is written is out, and can be made to last."""

    def __init__(self) -> None:
        sys.stdout.flush()
        self._fd = sys.stdout.fileno()
        self._regular = stat.S_ISREG(os.fstat(self._fd).st_mode)

    @property
    def continues(self) -> bool:
        """Whether standard output is a file that has rows already (``>>``), so that no header is due."""
        return self._regular and os.fstat(self._fd).st_size > 0

    @property
    def file_id(self) -> tuple[int, int] | None:
        """Device and inode of the file that standard output goes to, None where it is no regular file."""
        status = os.fstat(self._fd)
        return (status.st_dev, status.st_ino) if self._regular else None

    def write(self, text: str) -> None:
        """Write all of the text."""
        data = text.encode("utf-8", "backslashreplace")
        while data:
            data = data[os.write(self._fd, data) :]

    def sync(self) -> None:
        """Make what was written last, where it goes to a file."""
        if self._regular:
            os.fsync(self._fd)


class JsonlWriter:
    """One JSON object a file; its names are a contract (``docs/command-line.md``)."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def write(self, path: str, result: ScanResult) -> None:
        """Write one line."""
        self._sink.write(json.dumps(as_json(path, result)) + "\n")


def as_json(path: str, result: ScanResult) -> dict[str, object]:
    """Give the object of the JSONL contract for one file."""
    matches = [
        {
            "list": match.list, "id": match.id, "category": match.category, "algorithm": match.algorithm,
            "distance": match.distance, "variant": match.variant, "tier": str(match.tier),
        }
        for match in result.matches
    ]  # fmt: skip
    return {
        "path": printable(path),
        "sha256": result.sha256,
        "outcome": str(result.outcome),
        "reason": result.reason,
        "quality": result.quality,
        "matches": matches,
        "ms": None if result.ms is None else round(result.ms, 2),
    }


class CsvRows:
    """Writes rows of CSV to the sink, every cell safe for a spreadsheet."""

    def __init__(self, sink: Sink, columns: Sequence[str]) -> None:
        self._sink = sink
        if not sink.continues:
            self.write(columns)

    def write(self, row: Iterable[object]) -> None:
        """Write one row; None is an empty cell."""
        text = io.StringIO()
        cells = [spreadsheet_safe(visible(cell)) if isinstance(cell, str) else cell for cell in row]
        csv.writer(text, lineterminator="\r\n").writerow(cells)
        self._sink.write(text.getvalue())


class CsvWriter:
    """One row a match, and one row for a file without any."""

    def __init__(self, sink: Sink) -> None:
        self._rows = CsvRows(sink, CSV_COLUMNS)

    def write(self, path: str, result: ScanResult) -> None:
        """Write the rows of one file."""
        row = as_json(path, result)
        head = [row[name] for name in ("path", "sha256", "outcome", "reason", "quality")]
        for match in result.matches:
            entry = [match.list, match.id, match.category, match.algorithm]
            self._rows.write([*head, *entry, match.distance, match.variant, str(match.tier), row["ms"]])
        if not result.matches:
            self._rows.write([*head, *[None] * 7, row["ms"]])


class TableWriter:
    """For people: what was found, in columns that fit the terminal, row by row as the scan goes on."""

    def __init__(self, sink: Sink) -> None:
        from rich.console import Console

        self._sink = sink
        self._terminal = sys.stdout.isatty()
        self._console = Console(
            file=io.StringIO(), force_terminal=self._terminal, width=None if self._terminal else _DEFAULT_WIDTH,
            highlight=False, emoji=False, markup=False, no_color=None if self._terminal else True,
        )  # fmt: skip
        if not sink.continues:
            self._print("outcome", "bits", "found as", "file and finding", "bold")

    def write(self, path: str, result: ScanResult) -> None:
        """Write the lines of one file: its name, and below it each match, or the reason where one is needed."""
        outcome = str(result.outcome)
        name = visible(printable(path))
        style = _STYLES.get(outcome, "")
        if not result.matches:
            said = "" if outcome == "clear" else f"\n  {visible(result.reason)}"
            self._print(outcome, "", "", name + said, style)
        for number, match in enumerate(result.matches):
            entry = ", ".join(visible(part) for part in (match.list, match.id, match.category) if part)
            what = match.variant if match.variant is not None else f"same {match.algorithm}"
            first = f"{name}\n" if number == 0 else ""
            self._print(str(match.tier), str(match.distance), visible(what), f"{first}  {entry}", style)

    def _print(self, outcome: str, bits: str, what: str, text: str, style: str) -> None:
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, show_header=False, padding=(0, 1, 0, 0), expand=True)
        table.add_column(width=11)
        table.add_column(width=4, justify="right")
        table.add_column(width=18, overflow="fold")
        table.add_column(ratio=1, overflow="fold")
        table.add_row(Text(outcome, style), bits, Text(what), Text(text))
        self._console.print(table)
        buffer = self._console.file
        assert isinstance(buffer, io.StringIO)  # noqa: S101  # made so above
        self._sink.write("\n".join(line.rstrip() for line in buffer.getvalue().split("\n")))
        buffer.seek(0)
        buffer.truncate()


def make_writer(output: str, sink: Sink) -> Writer:
    """Make the writer of one of ``FORMATS``."""
    writers: dict[str, Callable[[Sink], Writer]] = {"table": TableWriter, "jsonl": JsonlWriter, "csv": CsvWriter}
    return writers[output](sink)
