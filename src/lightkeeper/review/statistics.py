"""Figures with how sure they are: shares and agreement, each with an interval of 95 %."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

Z: Final = 1.959963984540054
"""The normal quantile of a two-sided interval of 95 %."""


FEW: Final = 10
"""Below so many judged items a share says little; the page says so."""


@dataclass(frozen=True, slots=True)
class Share:
    """``count`` of ``n``, and the interval in which the true share lies with 95 % confidence; from 0 to 1."""

    count: int
    n: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Kappa:
    """Agreement beyond chance: 1 is all, 0 what chance gives. With its interval of 95 %, cut at -1 and 1."""

    n: int
    value: float
    low: float
    high: float


def share(count: int, n: int) -> Share | None:
    """A share with Wilson's score interval; None of nothing. ValueError where ``count`` is not from 0 to ``n``.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927),
    209-212. It holds for small ``n`` and for shares near 0 and 1, where the usual one does not.
    """
    if not 0 <= count <= n:
        raise ValueError("a share is of its whole")
    if n == 0:
        return None
    value, square = count / n, Z * Z
    middle = (value + square / (2 * n)) / (1 + square / n)
    half = Z / (1 + square / n) * math.sqrt(value * (1 - value) / n + square / (4 * n * n))
    # At the ends the exact bounds are 0 and 1; rounding must not pass them, or leave the value outside.
    return Share(count, n, value, max(0.0, min(middle - half, value)), min(1.0, max(middle + half, value)))


def says_little(part: Share | None) -> bool:
    """Whether this is too little to go by."""
    return part is None or part.n < FEW


def kappa(pairs: Mapping[tuple[str, str], int]) -> Kappa | None:
    """Cohen's kappa of how often one said the first word and the other the second; None where it is not defined.

    That is where there are no pairs, or where both always said the same one word: chance alone would agree fully. The
    interval uses the standard error for large samples.

    Sources: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20
    (1960), 37-46; J. L. Fleiss, J. Cohen, B. S. Everitt, "Large sample standard errors of kappa and weighted kappa",
    Psychological Bulletin 72 (1969), 323-327, formula 13.
    """
    n = sum(pairs.values())
    if n == 0:
        return None
    cells = {pair: count / n for pair, count in pairs.items() if count}
    words = {word for pair in cells for word in pair}
    first = {word: sum(part for pair, part in cells.items() if pair[0] == word) for word in words}
    second = {word: sum(part for pair, part in cells.items() if pair[1] == word) for word in words}
    seen = sum(part for pair, part in cells.items() if pair[0] == pair[1])
    chance = sum(first[word] * second[word] for word in words)
    if math.isclose(chance, 1.0):
        return None
    value = (seen - chance) / (1 - chance)
    same = sum(
        part * (1 - (first[one] + second[one]) * (1 - value)) ** 2
        for (one, other), part in cells.items()
        if one == other
    )
    apart = sum(part * (second[one] + first[other]) ** 2 for (one, other), part in cells.items() if one != other)
    variance = same + (1 - value) ** 2 * apart - (value - chance * (1 - value)) ** 2
    half = Z * math.sqrt(max(variance, 0.0) / n) / (1 - chance)
    return Kappa(n, value, max(-1.0, value - half), min(1.0, value + half))
