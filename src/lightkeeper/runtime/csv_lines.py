"""Lines of CSV (RFC 4180) that a spreadsheet opens as they are, and takes for no formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable


def csv_line(cells: Iterable[object]) -> str:
    """One line. A text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay."""
    text = io.StringIO()
    csv.writer(text).writerow([cell if isinstance(cell, int | float) else _harmless(str(cell)) for cell in cells])
    return text.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.lstrip()[:1] in {"=", "+", "-", "@"} or cell[:1] in {"\t", "\r", "\n"} else cell
