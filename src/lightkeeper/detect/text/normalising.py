"""Words as they are meant: what a text says under look-alike letters, digits for letters, dots, blanks and elongation.

A text has two forms. ``plain_words`` are its words as written, folded. ``meant_words`` is there where something in the
text calls for it: for every word the spellings it may stand for ("h0me": home; "s.e.c.r.e.t", "s e c r e t": secret;
"alooone": alone, aloone). Both are matched, since undoing what was no disguise may hide a word that was plain.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

from lightkeeper.detect.text.words import words_of

VERSION: Final = 1
"""Of the rules; a part of what names a reader."""
SPELLINGS: Final = 16
"""How many spellings of one word are tried at most."""
LONGEST: Final = 4000
"""Characters of a text that are read; of a longer one its beginning and its end, half each."""

Known = Callable[[str], bool]

_LATIN: Final = {
    "a": "аαɑᴀ∂ª", "b": "вʙьƅ", "c": "сϲᴄↄ¢", "d": "ԁɗᴅ", "e": "еεєҽᴇ℮ё€", "f": "ƒꜰ", "g": "ɡցɢ", "h": "һнʜհ",
    "i": "іιıɪїí", "j": "јʝᴊ", "k": "кκᴋ", "l": "ⅼʟӏǀ∣", "m": "мᴍ", "n": "пոηɴ", "o": "оοσօᴏø", "p": "рρᴘ", "q": "ԛզ",
    "r": "гʀя", "s": "ѕꜱʂ", "t": "тτᴛ†", "u": "υцսᴜµ", "v": "νѵᴠ", "w": "ѡωшᴡ", "x": "хχ×", "y": "уγүʏ¥", "z": "ᴢʐ",
}  # fmt: skip
_ALIKE: Final = {ord(other): letter for letter, others in _LATIN.items() for other in others}
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_LEET: Final = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "il", "|": "li", "+": "t",
}  # fmt: skip
_DISGUISED: Final = re.compile(
    r"(?i)([a-z])\1\1"  # elongated
    r"|[a-z][0-9@$|+]|[0-9@$|+][a-z]|[a-z]![a-z]"  # digits and signs for letters
    r"|[a-z][^\w\s'’‘@$|+!]+[a-z]|[a-z]_"  # dotted
    r"|\b[a-z] +[a-z] +[a-z]\b"  # spaced
)
_COMMON: Final = re.compile(r"[^\x00-\x7fäöüÄÖÜß‘’“”„–—…\u2600-\u27bf\ufe0f\U0001f300-\U0001faff]")
_RUN: Final = re.compile(r"(.)\1+")
_LONG_RUN: Final = re.compile(r"(.)\1{2,}")
_EDGES: Final = ".,;:!?…()[]{}<>\"'‘’“”„*_~-–—/\\`"
_APOSTROPHES: Final = str.maketrans("", "", "'‘’ʼ`´")
_BETWEEN: Final = re.compile(r"[^\w@$!|+]+|_+")


def plain_words(text: str) -> list[str]:
    """The words of a text as written: folded, without apostrophes, umlauts as two letters."""
    words = words_of(text)
    return words if text.isascii() else [word.translate(_UMLAUTS) for word in words]


def meant_words(text: str, known: Known) -> list[tuple[str, ...]] | None:
    """For every word the spellings that it may stand for; None where nothing in the text is disguised.

    ``known`` says whether a word is one that is looked for: of spellings only those are given, or else a few; and
    letters that stand singly are cut into words by it.
    """
    if _DISGUISED.search(text) is None and (text.isascii() or _COMMON.search(text) is None):
        return None
    return list(_meant(_chunks(text), known))


def bounded(text: str) -> str:
    """The part of a text that is read."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} {text[-LONGEST // 2 :]}"


def spellings(word: str) -> tuple[str, ...]:
    """How a word of a pack may be written beside its folded form: an umlaut without its second letter."""
    folded = plain_words(word)
    bare = plain_words(_without_marks(word))
    return tuple(dict.fromkeys(" ".join(words) for words in (folded, bare)))


def _chunks(text: str) -> list[str]:
    """What stands between blanks, in small Latin letters where they look like such; an empty one for a wide blank."""
    seen = unicodedata.normalize("NFKC", "".join(c for c in text if unicodedata.category(c) != "Cf")).lower()
    seen = "".join(c if c in "äöüß" else _without_marks(c) for c in seen.translate(_ALIKE))
    return [chunk.strip(_EDGES).translate(_APOSTROPHES) for chunk in re.split(r"\s", seen)]


def _without_marks(text: str) -> str:
    parts = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in parts if unicodedata.category(c) != "Mn"))


def _meant(chunks: list[str], known: Known) -> Iterator[tuple[str, ...]]:
    for single, group in itertools.groupby(chunks, key=lambda chunk: len(chunk) == 1):
        if single:
            letters = list(group)
            yield from (
                _joined(letters, known, letters) if len(letters) > 2 else (_known_of(one, known) for one in letters)
            )
        else:
            for chunk in group:
                yield from _of_chunk(chunk, known)


def _of_chunk(chunk: str, known: Known) -> Iterator[tuple[str, ...]]:
    if not chunk:
        return
    parts = [part for part in _BETWEEN.split(chunk) if part]
    if len(parts) < 2:
        yield _known_of(parts[0] if parts else chunk, known)
    elif all(len(part) == 1 for part in parts):
        yield from _joined(parts, known, ["".join(parts)])
    else:
        whole = _known_of("".join(parts), known)
        yield from [whole] if known(whole[0]) else (_known_of(part, known) for part in parts)


def _joined(letters: list[str], known: Known, otherwise: list[str]) -> Iterator[tuple[str, ...]]:
    """Letters that stand singly, as the known word or words that they spell."""
    for word in _spelt("".join(letters)):
        if known(word):
            yield (word,)
            return
        words = segmented(word, known)
        if len(words) >= (3 if len(otherwise) == 1 else 1):  # "h.o.m.e.w.o.r.k" is one word, and not home work
            yield from ((one,) for one in words)
            return
    yield from (_known_of(one, known) for one in otherwise)


def segmented(letters: str, known: Known, longest: int = 16) -> list[str]:
    """The fewest known words that letters without blanks spell; [] where they spell none."""
    best: list[list[str] | None] = [[]]
    for end in range(1, min(len(letters), 80) + 1):
        found: list[str] | None = None
        for start in range(max(0, end - longest), end):
            before, word = best[start], letters[start:end]
            if before is not None and (found is None or len(before) + 1 < len(found)) and known(word):
                found = [*before, word]
        best.append(found)
    return best[-1] or [] if len(best) == len(letters) + 1 else []


def _known_of(chunk: str, known: Known) -> tuple[str, ...]:
    """The known spellings of a chunk, or else the first few: a context may know them."""
    every = _spelt(chunk)
    return tuple(word for word in every if known(word)) or every[:4]


def _spelt(chunk: str) -> tuple[str, ...]:
    """What a chunk may spell: signs as letters inside a word, runs of letters as two or as one, umlauts either way."""
    bare = chunk if chunk.isascii() else _without_marks(chunk).replace("ß", "b")
    if bare != chunk:
        return tuple(dict.fromkeys([*_spelt(chunk.translate(_UMLAUTS)), *_spelt(bare)]))
    if any(c in _LEET for c in chunk):
        choices = itertools.islice(itertools.product(*(_LEET.get(c, c) for c in chunk)), SPELLINGS)
        read = ["".join(choice) for choice in choices]
    else:
        read = [chunk]
    every = [
        form
        for word in read
        for form in (_LONG_RUN.sub(r"\1\1", word), _LONG_RUN.sub(r"\1", word), _RUN.sub(r"\1", word))
    ]
    return tuple(dict.fromkeys([*every, chunk]))
