"""The small language in which a phrase is written: words in order, others that may stand for them, gaps between.

``(do not|dont|never) tell [your] (mum|dad|parents)``

==============  =================================================================
``tell``        this word
``(a b|c)``     one of these: a b, or c
``[your]``      this or nothing
``~2``          up to two words of any kind
``secret*``     every word that begins so (at least four letters)
``^`` ``$``     here the message begins, here it ends
``_``           in a ``not``: the phrase that it belongs to
==============  =================================================================

A pattern becomes an automaton's positions (Glushkov's construction): each word of it is one, and knows what may follow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from lightkeeper.detect.text.normalising import spellings

BEGIN: Final = "^"
END: Final = "$"
ANY: Final = "~"
PHRASE: Final = "_"
LONGEST: Final = 1000
"""Characters of a pattern."""
WIDEST: Final = 8
"""Words of a gap."""
DEEPEST: Final = 6
SHORTEST_STEM: Final = 4

_TOKEN: Final = re.compile(r"\s+|(?P<sign>[|()\[\]^$])|~(?P<gap>\d+)|(?P<word>[^\s|()\[\]^$~]+)")


class PatternError(ValueError):
    """The pattern is none; the message is a sentence's end that says where."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """The positions of a pattern; which may come first, which may come last, and which may follow which.

    A position is what it accepts: words as they are folded, stems ("geheim*"), or a sign.
    """

    positions: tuple[frozenset[str], ...]
    first: frozenset[int]
    last: frozenset[int]
    follow: tuple[frozenset[int], ...]


class _Part(NamedTuple):
    """A piece of a pattern that is being put together."""

    empty: bool
    first: frozenset[int]
    last: frozenset[int]


_NOTHING: Final = _Part(True, frozenset(), frozenset())


def parse(text: str, phrase: str = "") -> Pattern:
    """Read a pattern; ``phrase`` stands for ``_`` in it. Raises PatternError."""
    if len(text) > LONGEST:
        raise PatternError(f"is longer than {LONGEST} characters")
    return _Parser(_tokens(text), _tokens(phrase)).parsed()


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise PatternError(f"has a {text[at]} at character {at + 1} that means nothing there; a gap is ~1 to ~8")
        at = found.end()
        if found["sign"] or found["word"]:
            tokens.append(found.group())
        elif found["gap"]:
            if not 1 <= int(found["gap"]) <= WIDEST:
                raise PatternError(f"has a gap that is not ~1 to ~{WIDEST}")
            tokens.append(found.group())
    return tokens


class _Parser:
    """Reads tokens by recursive descent."""

    def __init__(self, tokens: list[str], phrase: list[str]) -> None:
        self._tokens = tokens
        self._phrase = phrase
        self._at = 0
        self._positions: list[frozenset[str]] = []
        self._follow: list[set[int]] = []

    def parsed(self) -> Pattern:
        whole = self._choice(0)
        if self._peek():
            raise PatternError(f"has a {self._peek()} too many")
        if whole.empty:
            raise PatternError("can be nothing at all; at least one word must be there")
        for place in whole.first | whole.last:
            if ANY in self._positions[place]:
                raise PatternError("begins or ends with a gap")
        return Pattern(tuple(self._positions), whole.first, whole.last, tuple(map(frozenset, self._follow)))

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1]

    def _choice(self, depth: int) -> _Part:
        """Sequences, of which one is meant."""
        made = self._sequence(depth)
        while self._peek() == "|":
            self._take()
            made = _either(made, self._sequence(depth))
        return made

    def _sequence(self, depth: int) -> _Part:
        if depth > DEEPEST:
            raise PatternError(f"has brackets more than {DEEPEST} deep")
        if self._peek() in ("", "|", ")", "]"):
            raise PatternError("has nothing on one side of a |, or in brackets")
        made = _NOTHING
        while self._peek() not in ("", "|", ")", "]"):
            made = self._then(made, self._item(depth))
        return made

    def _item(self, depth: int) -> _Part:
        item = self._take()
        if item in ("(", "["):
            made = self._group(depth, ")" if item == "(" else "]")
            return made._replace(empty=True) if item == "[" else made
        if item == PHRASE:
            return self._whole_phrase()
        if item[0] == ANY:
            made = _NOTHING
            for _ in range(int(item[1:])):
                made = self._then(made, self._position(ANY)._replace(empty=True))
            return made
        return self._position(item) if item in (BEGIN, END) else self._word(item)

    def _whole_phrase(self) -> _Part:
        if not self._phrase:
            raise PatternError("has _, which stands for a phrase only in one of its not")
        around = (self._tokens, self._at, self._phrase)
        self._tokens, self._at, self._phrase = self._phrase, 0, []
        made = self._choice(0)
        if self._peek():
            raise PatternError("stands with a phrase that is none")
        self._tokens, self._at, self._phrase = around
        return made

    def _group(self, depth: int, end: str) -> _Part:
        made = self._choice(depth + 1)
        if self._peek() != end:
            raise PatternError(f"lacks a {end}")
        self._take()
        if made.empty and end == ")":
            raise PatternError("has round brackets that can be nothing; what may be left out stands in [ ]")
        return made

    def _word(self, word: str) -> _Part:
        if word.endswith("*"):
            stems = [f"{stem}*" for stem in spellings(word[:-1]) if " " not in stem and len(stem) >= SHORTEST_STEM]
            if not stems:
                raise PatternError(
                    f"has a stem that is no single word of at least {SHORTEST_STEM} letters before its *"
                )
            return self._position(*stems)
        forms = spellings(word)
        if not forms[0] or "*" in word:
            raise PatternError("has something that is no word")
        if " " not in forms[0]:
            return self._position(*(form for form in forms if " " not in form))
        made = _NOTHING
        for one in forms[0].split():
            made = self._then(made, self._position(one))
        return made

    def _position(self, *accepts: str) -> _Part:
        self._positions.append(frozenset(accepts))
        self._follow.append(set())
        here = frozenset({len(self._positions) - 1})
        return _Part(False, here, here)

    def _then(self, one: _Part, other: _Part) -> _Part:
        for place in one.last:
            self._follow[place] |= other.first
        first = one.first | other.first if one.empty else one.first
        last = one.last | other.last if other.empty else other.last
        return _Part(one.empty and other.empty, first, last)


def _either(one: _Part, other: _Part) -> _Part:
    return _Part(one.empty or other.empty, one.first | other.first, one.last | other.last)
