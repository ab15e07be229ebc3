"""Numbers in addresses and forms: what somebody sent is a number that a row can have, or none."""

from __future__ import annotations

from typing import Final

LARGEST: Final = 2**63 - 1
"""What a key in the database can be at most."""


def whole_number(text: str, *, most: int = LARGEST) -> int | None:
    """The whole number from 0 to ``most`` that a text is, in ASCII digits alone; None where it is none."""
    if not text.isascii() or not text.isdigit() or len(text) > len(str(most)):
        return None
    number = int(text)
    return number if number <= most else None
