"""All patterns at once: an automaton over numbers of words, whose states are made when a text first leads to them.

Words that no pattern tells apart have one number, 0 is a word that no pattern has. What is remembered grows with what
is met, up to a bound; then it is begun anew, so that no text can fill the memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from lightkeeper.detect.text.patterns import ANY, BEGIN, END, SHORTEST_STEM, Pattern

STATES: Final = 20_000
"""Steps that are remembered."""
UNKNOWN: Final = 0

Symbol = int | tuple[int, ...]
"""The number of a word, or of all words that it may stand for."""


class Words(dict[str, int]):
    """The number of every word; those that are in no pattern are not remembered."""

    def __init__(self, exact: dict[str, int], stems: dict[str, int]) -> None:
        super().__init__(exact)
        self._stems = stems
        self._lengths = sorted({len(stem) for stem in stems}, reverse=True)
        self._heads = frozenset(stem[:SHORTEST_STEM] for stem in stems)

    def __missing__(self, word: str) -> int:
        """The number of the longest stem that a word begins with, or ``UNKNOWN``."""
        if word[:SHORTEST_STEM] in self._heads:
            for length in self._lengths:
                found = self._stems.get(word[:length])
                if found is not None and len(word) >= length:
                    return found
        return UNKNOWN

    def knows(self, word: str) -> bool:
        """Whether any pattern has this word."""
        return self[word] != UNKNOWN


class _State:
    """Positions that were just read; ``ends``: the patterns that end with them."""

    __slots__ = ("ends", "moves", "positions")

    def __init__(self, positions: frozenset[int], ends: tuple[int, ...]) -> None:
        self.positions = positions
        self.ends = ends
        self.moves: dict[Symbol, _State] = {}


class Automaton:
    """Finds where patterns end in a sequence of words' numbers. It may be used from several threads at once."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        accepts: list[frozenset[str]] = []
        self._follow: list[tuple[int, ...]] = []
        self._ends: dict[int, int] = {}
        first: list[int] = []
        for number, pattern in enumerate(patterns):
            base = len(accepts)
            accepts += pattern.positions
            self._follow += [tuple(base + place for place in sorted(places)) for places in pattern.follow]
            first += [base + place for place in sorted(pattern.first)]
            self._ends |= {base + place: number for place in pattern.last}
        self._count = self._number(accepts)
        self._first: dict[int, list[int]] = {}
        for place in first:
            for symbol in self._accepted[place] or ():
                self._first.setdefault(symbol, []).append(place)
        self._forget()

    def _number(self, accepts: list[frozenset[str]]) -> int:
        """Give numbers to words: one to all that the same positions accept."""
        words = {word for one in accepts for word in one if word not in (ANY, BEGIN, END)}
        stems = sorted(word[:-1] for word in words if word.endswith("*"))
        exact = sorted(word for word in words if not word.endswith("*"))
        where: dict[str, set[int]] = {}
        for place, one in enumerate(accepts):
            for word in one:
                where.setdefault(word, set()).add(place)
        numbers: dict[frozenset[int], int] = {}

        def number(word: str, *, begun: bool) -> int:
            places = set() if begun else set(where.get(word, ()))
            for length in range(SHORTEST_STEM, len(word) + 1):
                places |= where.get(f"{word[:length]}*", set())
            return numbers.setdefault(frozenset(places), len(numbers) + 1)

        known = {word: number(word, begun=False) for word in exact}
        self.words = Words(known, {stem: number(stem, begun=True) for stem in stems})
        self.begin, self.end = len(numbers) + 1, len(numbers) + 2
        accepted: list[set[int]] = [set() for _ in accepts]
        for places, symbol in numbers.items():
            for place in places:
                accepted[place].add(symbol)
        for sign, symbol in ((BEGIN, self.begin), (END, self.end)):
            for place in where.get(sign, ()):
                accepted[place].add(symbol)
        wild = where.get(ANY, set())
        self._accepted = [None if place in wild else frozenset(one) for place, one in enumerate(accepted)]
        return len(numbers)

    def run(self, symbols: Iterable[Symbol]) -> list[tuple[int, int]]:
        """Where patterns end: the index of the word and the number of the pattern."""
        state, found = self._start, []
        for place, symbol in enumerate(symbols):
            state = state.moves.get(symbol) or self._move(state, symbol)
            if state.ends:
                found += [(place, number) for number in state.ends]
        return found

    def reached(self, symbols: Iterable[Symbol]) -> frozenset[int]:
        """The positions in which patterns stand that have begun and may go on."""
        state = self._start
        for symbol in symbols:
            state = state.moves.get(symbol) or self._move(state, symbol)
        return state.positions

    def carried(self, positions: frozenset[int], symbols: Sequence[Symbol]) -> tuple[set[int], frozenset[int]]:
        """Go on from positions without beginning anything: the patterns that end, and the positions left."""
        ended: set[int] = set()
        for symbol in symbols:
            positions = frozenset(self._following(positions, symbol))
            ended |= {self._ends[place] for place in positions if place in self._ends}
        return ended, positions

    def _following(self, positions: frozenset[int], symbol: Symbol) -> set[int]:
        symbols = (symbol,) if isinstance(symbol, int) else symbol
        signs = {self.begin, self.end}.intersection(symbols)
        went: set[int] = set()
        for place in positions:
            for then in self._follow[place]:
                accepted = self._accepted[then]
                if not signs if accepted is None else any(one in accepted for one in symbols):
                    went.add(then)
        return went

    def _move(self, state: _State, symbol: Symbol) -> _State:
        """Make the step that no text has led to yet."""
        went = self._following(state.positions, symbol)
        for one in (symbol,) if isinstance(symbol, int) else symbol:
            went.update(self._first.get(one, ()))
        if self._steps >= STATES:
            self._forget()
        positions = frozenset(went)
        made = self._known.get(positions)
        if made is None:
            ends = tuple(sorted({self._ends[place] for place in positions if place in self._ends}))
            made = self._known.setdefault(positions, _State(positions, ends))
        state.moves[symbol] = made
        self._steps += 1
        return made

    def _forget(self) -> None:
        self._start = _State(frozenset(), ())
        self._known = {self._start.positions: self._start}
        self._steps = 0
