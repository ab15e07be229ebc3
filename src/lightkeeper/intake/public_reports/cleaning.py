"""What somebody typed, made harmless: no control characters, no marks that turn text around, addresses in order.

Nothing here is fetched or looked up, and no message repeats what was typed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from lightkeeper.detect import links

LONGEST_ADDRESS: Final = 2048
MOST_ADDRESSES: Final = 20
LONGEST_DESCRIPTION: Final = 4000
LONGEST_CONTACT: Final = 200

_DROPPED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Kinds of characters that show nothing or change how others are shown: controls, turners of direction, halves."""
_JOINERS: Final = frozenset("\u200c\u200d")
"""Needed to write Persian, Hindi and some emoji; they turn nothing around."""
_EMPTY_LINES: Final = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses as typed, each once; or the number of the first line that is none."""

    typed: tuple[str, ...] = ()
    wrong_line: int | None = None
    too_many: bool = False


def one_line(text: str) -> str:
    """A text in one line without what does not show."""
    return " ".join("".join(" " if one in "\t\r\n" else _kept(one) for one in text).split())


def lines(text: str) -> str:
    """A text of some lines, without what does not show; at most one empty line at a time."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(one if one == "\n" else " " if one == "\t" else _kept(one) for one in plain)
    return _EMPTY_LINES.sub("\n\n", "\n".join(line.rstrip() for line in kept.split("\n"))).strip()


def _kept(letter: str) -> str:
    if letter in _JOINERS:
        return letter
    return "" if unicodedata.category(letter) in _DROPPED else letter


def addresses(text: str) -> Addresses:
    """The addresses of a text, one a line; of one that is named twice the first."""
    found: dict[str, str] = {}
    for number, raw in enumerate(lines(text).split("\n"), 1):
        line = "".join(one for one in raw if one not in _JOINERS).strip()
        if not line:
            continue
        form = None if len(line) > LONGEST_ADDRESS or " " in line else links.canonical(line).url
        if form is None:
            return Addresses(wrong_line=number)
        found.setdefault(form, line)
        if len(found) > MOST_ADDRESSES:
            return Addresses(too_many=True)
    return Addresses(tuple(found.values()))


def same_words(description: str) -> str:
    """A description as it is compared: small letters, no punctuation, single blanks."""
    folded = unicodedata.normalize("NFKC", description).casefold()
    return " ".join("".join(one if one.isalnum() else " " for one in folded).split())
