"""Reads texts by packs of phrases: which signals they show, whether they refuse, and nothing of their words.

All packs are one automaton (see ``automaton``), and a text is read in both its forms (see ``normalising``). A language
that no pack has is said to be unsupported and is not read; one that is not known is read by all packs, and so is every
other: what is said in a second language counts too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from lightkeeper.detect.conversations.view import TextFeatures, TextHit
from lightkeeper.detect.text import normalising, pieces
from lightkeeper.detect.text.automaton import Automaton, Symbol
from lightkeeper.detect.text.patterns import parse
from lightkeeper.detect.text.signal_phrases import REFUSAL, SignalPack, SignalPhrase
from lightkeeper.detect.text.templates import Template

REACH: Final = 8
"""Words between the ends of a phrase and of a context in which it says nothing, at most."""
UNSAID: Final = frozenset({"", "und", "mul", "zxx"})
"""Tags of languages that say nothing of it."""


class SignalReader:
    """Takes features from texts: the engine's ``Reader``. It may be used from several threads at once.

    ``treat_as_reviewed`` is for tests and measurements; ``key`` is what templates are keyed with, so that nobody
    without it can tell which words one stands for. Raises PatternError for a pack that was not read from a file.
    """

    def __init__(self, packs: Sequence[SignalPack], *, treat_as_reviewed: bool = False, key: bytes = b"") -> None:
        self._phrases: list[SignalPhrase] = [phrase for pack in packs for phrase in pack.phrases]
        reviewed = [treat_as_reviewed or bool(pack.reviewed_by.strip()) for pack in packs for _ in pack.phrases]
        self._hits = [TextHit(one.signal, one.id, seen) for one, seen in zip(self._phrases, reviewed, strict=True)]
        self._automaton = Automaton([parse(one.pattern) for one in self._phrases])
        self._contexts: dict[int, Automaton] = {}
        self._languages = frozenset(_primary(pack.language) for pack in packs)
        self._template = Template(key)
        self._version = _version(packs, reviewed=treat_as_reviewed)

    @property
    def version(self) -> str:
        """Which packs and rules, as 12 digits of a digest."""
        return self._version

    def read(self, text: str, language: str) -> TextFeatures:
        """The features of one text; ``language`` as BCP 47, "" unknown."""
        text = normalising.bounded(text)
        words = normalising.plain_words(text)
        template = self._template.of(words)
        primary = _primary(language)
        if primary not in UNSAID and primary not in self._languages:
            return TextFeatures((), b"", template, supported=False)
        found, symbols = self._searched(text, words)
        unfinished = pieces.of(symbols, self._automaton)
        if not found:
            return TextFeatures((), unfinished, template)
        hits = [self._hits[number] for number in sorted(found)]
        shown = tuple(hit for hit in hits if hit.signal != REFUSAL)
        return TextFeatures(shown, unfinished, template, supported=True, refusal=len(shown) < len(hits))

    def phrases_in(self, text: str) -> list[SignalPhrase]:
        """The phrases that a text has, refusals too: for trying a pack's examples."""
        text = normalising.bounded(text)
        found, _ = self._searched(text, normalising.plain_words(text))
        return [self._phrases[number] for number in sorted(found)]

    def join(self, parts: Sequence[bytes]) -> tuple[TextHit, ...]:
        """Phrases that were sent in pieces: they begin in an earlier part and end in the last."""
        ended = pieces.ended(parts, self._automaton)
        return tuple(self._hits[one] for one in sorted(ended) if self._hits[one].signal != REFUSAL)

    def _searched(self, text: str, words: list[str]) -> tuple[set[int], list[Symbol]]:
        """The phrases that a text has in either form; the numbers of its words, as they are meant."""
        known = self._automaton.words
        symbols: list[Symbol] = list(map(known.__getitem__, words))
        found, _ = self._found(symbols, words, None)
        meant = normalising.meant_words(text, known.knows)
        if meant is None:
            return found, symbols
        symbols = [_symbol([known[word] for word in spellings]) for spellings in meant]
        more, taken_back = self._found(symbols, words, meant)
        # A context that is disguised itself is seen in the meant words alone.
        return (found - taken_back) | more, symbols

    def _found(
        self, symbols: Sequence[Symbol], words: Sequence[str], meant: Sequence[tuple[str, ...]] | None
    ) -> tuple[set[int], set[int]]:
        """The phrases that one form of a text has, and of these those that a context takes back wherever they stand."""
        automaton = self._automaton
        ends = automaton.run([automaton.begin, *symbols, automaton.end])
        if not ends:
            return set(), set()
        spelt = [(word,) for word in words] if meant is None else meant
        kept = {number for place, number in ends if not self._taken_back(number, place, spelt)}
        return kept, {number for _place, number in ends} - kept

    def _taken_back(self, number: int, place: int, words: Sequence[tuple[str, ...]]) -> bool:
        """Whether a context of a phrase that ends at a place is near it."""
        phrase = self._phrases[number]
        if not phrase.unless:
            return False
        contexts = self._contexts.get(number)
        if contexts is None:
            contexts = Automaton([parse(one, phrase.pattern) for one in phrase.unless])
            self._contexts[number] = contexts
        symbols = [_symbol([contexts.words[word] for word in spellings]) for spellings in words]
        ends = contexts.run([contexts.begin, *symbols, contexts.end])
        return any(abs(end - place) <= REACH for end, _ in ends)


def _symbol(numbers: Sequence[int]) -> Symbol:
    known = tuple(sorted({number for number in numbers if number}))
    return known if len(known) > 1 else known[0] if known else 0


def _primary(language: str) -> str:
    return language.replace("_", "-").split("-", 1)[0].strip().lower()


def _version(packs: Sequence[SignalPack], *, reviewed: bool) -> str:
    said = [f"{pack.language} {pack.version} {pack.digest} {bool(pack.reviewed_by.strip())}" for pack in packs]
    rules = f"{normalising.VERSION} {REACH} {reviewed}"
    return hashlib.sha256("\n".join([rules, *said]).encode()).hexdigest()[:12]
