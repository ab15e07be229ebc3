"""In which order the values of an axis stand, in charts, tables and keys alike."""

from __future__ import annotations

from typing import Final

OTHER: Final = "other"
_LAST: Final = frozenset({OTHER, "unknown", "none", "unidentified"})


def in_order(value: str) -> tuple[bool, int, str]:
    """A key to sort by: brackets of age or time from the first on, the rest by letters, what says nothing last."""
    first = value.partition("-")[0]
    return value in _LAST, int(first) if first.isdecimal() else 0, value
