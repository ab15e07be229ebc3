"""Words of a text in one form, so that the same phrase is the same text however it is spaced, cased or decorated.

Compatibility forms and case are folded (NFKC, full case folding); invisible characters and apostrophes are left out;
whatever is no letter, mark or digit stands between words. Where words are written without blanks (Chinese, Japanese,
Thai and their neighbours) every character is a word, and so is every emoji.
"""

from __future__ import annotations

import unicodedata
from typing import Final

VERSION: Final = 1
"""Of the rules; kept with what was made by them."""

_APOSTROPHES: Final = frozenset("'\u2018\u2019\u02bc\uff07`\u00b4")
_UNSPACED: Final = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3040, 0x30FF),
    (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip


class _Table(dict[int, "str | None"]):
    """What becomes of each character, worked out when it is first met."""

    def __missing__(self, code: int) -> str | None:
        made = self[code] = _made_of(chr(code))
        return made


def _made_of(character: str) -> str | None:
    kind = unicodedata.category(character)
    if character in _APOSTROPHES or kind in ("Cf", "Sk") or 0xFE00 <= ord(character) <= 0xFE0F:
        return None
    if kind == "So" or (kind[0] == "L" and any(low <= ord(character) <= high for low, high in _UNSPACED)):
        return f" {character} "
    return character if kind[0] in "LMN" else " "


_TABLE: Final = _Table()


def words_of(text: str) -> list[str]:
    """The words of a text in their one form and order; the words of words are the same."""
    if text.isascii():
        return text.lower().translate(_TABLE).split()
    # Folding may bring what composing undoes, and the other way round; after this it is settled.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).casefold())
    return unicodedata.normalize("NFKC", folded.casefold()).translate(_TABLE).split()


_INVISIBLE: Final = dict.fromkeys([0xAD, 0x34F, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F),
                                   *range(0x2060, 0x2065), 0xFEFF])  # fmt: skip
