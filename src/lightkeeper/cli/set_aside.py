"""Telling of a list's rows that could not be used: by their lines, never by their values."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lightkeeper.detect.matching.rows import BadRow
    from lightkeeper.lists.types import RowSetAside

_SHOWN_ROWS: Final = 10


def report(rows: Sequence[BadRow] | Sequence[RowSetAside], *, count: int, both: int, of: str = "") -> None:
    """Write to standard error which of ``count`` rows were set aside, and how many values are listed as two kinds.

    ``of`` names the list where there are several.
    """
    for row in rows[:_SHOWN_ROWS]:
        sys.stderr.write(f"{of}{', ' if of else ''}line {row.line}: {row.problem}; set aside\n")
    start = f"{of}: " if of else ""
    if count > _SHOWN_ROWS:
        sys.stderr.write(f"{start}{count - _SHOWN_ROWS:,} more rows set aside\n")
    if both:
        sys.stderr.write(
            f"{start}{both:,} values of 64 digits are listed as PDQ and as SHA-256; "
            "a first line '# algorithm: pdq' (or sha256) would say which\n"
        )
