"""Word pieces: a text as the numbers that a model of the BERT family was trained on (uncased).

A word is folded (lower case, no accents), cut off at punctuation, and taken apart into the longest pieces that the
model's vocabulary has, from the left. Control characters and invisible ones are left out. The usual library for this
brings a client of a model hub and a dozen packages for its network; what is needed of it is this page, and a test
holds it to the library's numbers (they differ in what newer versions of Unicode added).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

LONGEST_WORD: Final = 100
"""Characters; a longer word is unknown as a whole."""

_START, _END, _UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
_CJK: Final = (
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF), (0x2F800, 0x2FA1F),
)  # fmt: skip


class _Folded(dict[int, "str | None"]):
    """What becomes of each character of decomposed text, worked out when it is first met."""

    def __missing__(self, code: int) -> str | None:
        made = self[code] = _fold(chr(code))
        return made


class _Cleaned(dict[int, "str | None"]):
    """What becomes of each character before the text is decomposed: invisible ones go, ideographs stand alone."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        if any(low <= code <= high for low, high in _CJK):
            made: str | None = f" {character} "
        elif character in "\t\n\r":
            made = " "
        else:
            made = None if unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs") or code == 0xFFFD else character
        self[code] = made
        return made


def _fold(character: str) -> str | None:
    kind = unicodedata.category(character)
    if kind == "Mn":
        return None
    if kind[0] == "P" or (character.isascii() and character.isprintable() and not character.isalnum()):
        return f" {character} "
    return character.lower()


_FOLDED: Final = _Folded()
_CLEANED: Final = _Cleaned()


def _words(text: str) -> list[str]:
    return unicodedata.normalize("NFD", text.translate(_CLEANED)).translate(_FOLDED).split()


class WordPieces:
    """A vocabulary, in which a piece that goes on within a word begins with ``##``."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        """Take the pieces in the order of their numbers; ValueError if it has no start, end or unknown."""
        self._numbers: Mapping[str, int] = {piece: number for number, piece in enumerate(vocabulary)}
        missing = {_START, _END, _UNKNOWN} - self._numbers.keys()
        if missing:
            raise ValueError(f"the vocabulary has no {', '.join(sorted(missing))}")
        self._start, self._end, self._unknown = (self._numbers[name] for name in (_START, _END, _UNKNOWN))

    def knows(self, word: str) -> bool:
        """Whether a folded word is one piece by itself."""
        return word in self._numbers

    def numbers(self, text: str, most: int) -> list[int]:
        """The numbers of a text, with start and end, ``most`` at most; what goes beyond is left out."""
        found = [self._start]
        for word in _words(text):
            found += self._pieces(word)
            if len(found) >= most:
                break
        return [*found[: most - 1], self._end]

    def _pieces(self, word: str) -> list[int]:
        if len(word) > LONGEST_WORD:
            return [self._unknown]
        found: list[int] = []
        at = 0
        while at < len(word):
            for end in range(len(word), at, -1):
                number = self._numbers.get(word[at:end] if at == 0 else f"##{word[at:end]}")
                if number is not None:
                    found.append(number)
                    at = end
                    break
            else:
                return [self._unknown]
        return found
