"""In which country a number of the Internet is, by a file that the operator gives; nothing is asked over a network.

The file is CSV, a range a line: its first number, its last, and the country's two letters, as several publishers offer
it. Both kinds of numbers may stand in it, in any order; a first line of names is passed over.
"""

from __future__ import annotations

import csv
import functools
import socket
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from lightkeeper.record.services import COUNTRIES

UNKNOWN: Final = "unknown"
_NO_COUNTRY: Final = frozenset({"", "-", "--", "ZZ", "XX"})
"""How publishers write that a range belongs to no country."""
_BYTES: Final = 16
_MAPPED: Final = b"\x00" * 10 + b"\xff\xff"
"""Before the four bytes of an IPv4 number, so that both kinds are of one table."""
_CODE: Final = 2


class HostingError(Exception):
    """The operator's file cannot be used; the message says why, and no number of a host."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """All ranges, sorted: numbers of 16 bytes and codes of two, each one after the other."""

    starts: bytes
    ends: bytes
    codes: bytes

    def country(self, number: bytes) -> str | None:
        """The country of a number, None where no range has it."""
        places = range(len(self.codes) // _CODE)
        at = bisect_right(places, number, key=lambda place: _cut(self.starts, place, _BYTES)) - 1
        if at < 0 or number > _cut(self.ends, at, _BYTES):
            return None
        return _cut(self.codes, at, _CODE).decode("ascii")


def has_database() -> bool:
    """Whether the operator gave a file."""
    return settings.LIGHTKEEPER["hosting_countries"] is not None


def country_of(host_ip: str) -> str | None:
    """The country of a host by its number, None where the file has none, or no file was given. Raises HostingError."""
    path: Path | None = settings.LIGHTKEEPER["hosting_countries"]
    number = packed(host_ip)
    if path is None or number is None:
        return None
    try:
        state = path.stat()
    except OSError:
        raise HostingError(_("The database of hosting countries cannot be read.")) from None
    return _ranges(path, state.st_mtime_ns, state.st_size).country(number)


def packed(text: str) -> bytes | None:
    """A number of a host as 16 bytes; None for what is none, as for a name."""
    text = text.strip().strip("[]")
    try:
        if ":" in text:
            return socket.inet_pton(socket.AF_INET6, text)
        return _MAPPED + socket.inet_pton(socket.AF_INET, text)
    except (OSError, ValueError):
        return None


@functools.lru_cache(1)
def _ranges(path: Path, changed: int, size: int) -> Ranges:
    """The file as it is now: it is read again when it was changed."""
    del changed, size
    return read(path)


def read(path: Path) -> Ranges:
    """Read a file. Raises HostingError, saying in which line it is wrong."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = sorted(_rows(csv.reader(file)))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise HostingError(_("The database of hosting countries cannot be read.")) from None
    last = b""
    for start, end, _code in rows:
        if start <= last:
            raise HostingError(_("The database of hosting countries names one number in two ranges."))
        last = end
    return Ranges(*(b"".join(column) for column in zip(*rows, strict=True))) if rows else Ranges(b"", b"", b"")


def _rows(lines: Iterator[list[str]]) -> Iterator[tuple[bytes, bytes, bytes]]:
    for number, line in enumerate(lines, start=1):
        numbers = [packed(cell) for cell in line[:2]]
        if not line or (number == 1 and not any(numbers)):
            continue
        start, end, code = _range(numbers, line[2:])
        if start is None or end is None or start > end or code is None:
            raise HostingError(
                _("Line %(number)d of the database of hosting countries is not “start,end,country”.")
                % {"number": number}
            )
        if code:
            yield start, end, code.encode("ascii")


def _range(numbers: list[bytes | None], rest: list[str]) -> tuple[bytes | None, bytes | None, str | None]:
    """Both numbers and the country of a line, "" for none that there is, None for what is none."""
    start, end = (*numbers, None, None)[:2]
    code = rest[0].strip().upper() if rest else None
    if code in _NO_COUNTRY:
        return start, end, ""
    return start, end, code if code in COUNTRIES else None


def _cut(column: bytes, place: int, width: int) -> bytes:
    return column[place * width : (place + 1) * width]
