"""What a message has of phrases that begin before it or go on after it: at most four numbers of packs' words.

Eight bytes: how many numbers are of its beginning and how many of its end, then the numbers, 14 bits each, 0 for a word
that no pack has. Of a short message it is all of it; of a longer one as much of its end as a phrase needs that has
begun there, and of its beginning what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lightkeeper.detect.text.automaton import Automaton, Symbol

NUMBERS: Final = 4
LENGTH: Final = 8
_BITS: Final = 14
_LARGEST: Final = (1 << _BITS) - 1
_WHOLE: Final = 0x80


def of(symbols: Sequence[Symbol], automaton: Automaton) -> bytes:
    """The pieces of a text; b"" where it has nothing of any phrase at either end."""
    if len(symbols) <= NUMBERS:
        return _packed(_WHOLE | len(symbols), symbols) if any(symbols) else b""
    tail = _needed(symbols[-2 * NUMBERS :], automaton)
    head = NUMBERS - tail
    kept = [*symbols[:head], *symbols[len(symbols) - tail :]]
    return _packed(head << 3 | tail, kept) if any(kept) else b""


def ended(parts: Sequence[bytes], automaton: Automaton) -> set[int]:
    """The patterns that begin in a part before the last and end in the last."""
    if len(parts) < 2 or not all(len(part) == LENGTH for part in parts):
        return set()
    carried: frozenset[int] = frozenset()
    for part in parts[:-1]:
        whole, head, tail = _unpacked(part)
        if whole:
            _, on = automaton.carried(carried, head)
            carried = on | automaton.reached(head)
        else:
            carried = automaton.reached(tail)
    last = _unpacked(parts[-1])[1]
    alone = {number for _place, number in automaton.run(last)}
    return automaton.carried(carried, last)[0] - alone


def _needed(symbols: Sequence[Symbol], automaton: Automaton) -> int:
    """How many words at the end it takes to know which phrases have begun there."""
    reached = automaton.reached(symbols)
    if not reached:
        return 0
    for count in range(1, NUMBERS):
        if automaton.reached(symbols[-count:]) == reached:
            return count
    return NUMBERS


def _number(symbol: Symbol) -> int:
    one = symbol if isinstance(symbol, int) else symbol[0]
    return one if one <= _LARGEST else 0


def _packed(counts: int, symbols: Sequence[Symbol]) -> bytes:
    value = 0
    for symbol in symbols:
        value = value << _BITS | _number(symbol)
    value <<= _BITS * (NUMBERS - len(symbols))
    return bytes([counts]) + value.to_bytes(LENGTH - 1)


def _unpacked(part: bytes) -> tuple[bool, list[int], list[int]]:
    """Whether it is all of a message; its beginning (all of it, then) and its end."""
    value = int.from_bytes(part[1:])
    numbers = [value >> _BITS * place & _LARGEST for place in range(NUMBERS - 1, -1, -1)]
    if part[0] & _WHOLE:
        return True, numbers[: part[0] & 7], []
    head, tail = part[0] >> 3 & 7, part[0] & 7
    return False, numbers[:head], numbers[head : head + tail]
