"""Parts of a picture: all of it, or one of nine, three by three, row by row."""

from __future__ import annotations

import re
from typing import Final

WHOLE: Final = "whole"
MARKED: Final = "marked"
"""What a marked part is called among the pictures of an answer."""

_PART: Final = re.compile(r"whole|tile-([1-9])")
_MARK: Final = re.compile(r"[ -~]{1,64}")


def check_part(part: str, mark: str) -> None:
    """ValueError where there is no such part, or where the mark is not 1 to 64 printable characters of ASCII."""
    if not _PART.fullmatch(part):
        raise ValueError("no such part of a picture")
    if not _MARK.fullmatch(mark):
        raise ValueError("a mark has 1 to 64 printable characters of ASCII")


def box_of(part: str, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a part of a picture of that size, in pixels; never empty."""
    found = _PART.fullmatch(part)
    if found is None:
        raise ValueError("no such part of a picture")
    if found.group(1) is None:
        return 0, 0, width, height
    row, column = divmod(int(found.group(1)) - 1, 3)
    (left, right), (top, bottom) = _third(width, column), _third(height, row)
    return left, top, right, bottom


def _third(length: int, number: int) -> tuple[int, int]:
    begin = min(length * number // 3, length - 1)
    return begin, max(length * (number + 1) // 3, begin + 1)
