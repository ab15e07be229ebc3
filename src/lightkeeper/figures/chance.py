"""Whether a count rose beyond what chance explains: the exact test of two Poisson counts, and its interval.

Given their sum, the later count is binomial with the later time's share of all time, if nothing changed (J.
Przyborowski, H. Wilenski, "Homogeneity of results in testing samples from Poisson series", Biometrika 31, 1940,
313-323). The interval of the ratio of rates is that of the binomial share (C. J. Clopper, E. S. Pearson, "The use of
confidence or fiducial limits", Biometrika 26, 1934, 404-413) turned into odds; it never promises more than it keeps.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_STEPS: Final = 200
_TINY: Final = 1e-300
_ENOUGH: Final = 1e-14


@dataclass(frozen=True, slots=True)
class Rise:
    """How many times as often as before, its interval of 95 % (``high`` is infinite where nothing was before), ``p``.

    ``p`` is the probability of so many or more by chance alone. ``ratio`` is None where neither had any.
    """

    ratio: float | None
    low: float
    high: float
    p: float


def rise(later: int, earlier: int, *, later_days: float, earlier_days: float) -> Rise:
    """Compare a count of some days with one of the days before. ValueError for less than none, or no time."""
    if later < 0 or earlier < 0 or later_days <= 0 or earlier_days <= 0:
        raise ValueError("counts are not below zero, and take time")
    scale, n = earlier_days / later_days, later + earlier
    if n == 0:
        return Rise(None, 0.0, math.inf, 1.0)
    low = 0.0 if later == 0 else _solved(lambda p: at_least(later, n, p), 0.025)
    high = 1.0 if later == n else _solved(lambda p: 1 - at_least(later + 1, n, p), 0.025, falling=True)
    ratio = math.inf if earlier == 0 else later / earlier * scale
    return Rise(ratio, _odds(low) * scale, _odds(high) * scale, at_least(later, n, 1 / (1 + scale)))


def at_least(k: int, n: int, p: float) -> float:
    """The probability of ``k`` or more of ``n`` that each happen with ``p``: the incomplete beta function at ``p``."""
    if k <= 0:
        return 1.0
    return 0.0 if k > n else _beta(k, n - k + 1, p)


def _odds(share: float) -> float:
    return math.inf if share >= 1 else share / (1 - share)


def _solved(of: Callable[[float], float], wanted: float, *, falling: bool = False) -> float:
    """Where a function of a share, rising or falling, takes a value; by halving."""
    least, most = 0.0, 1.0
    for _ in range(60):
        middle = (least + most) / 2
        if (of(middle) < wanted) != falling:
            least = middle
        else:
            most = middle
    return (least + most) / 2


def _beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by its continued fraction on the side where that converges fast."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )  # fmt: skip
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1 - front * _fraction(b, a, 1 - x) / b


def _fraction(a: float, b: float, x: float) -> float:
    """Lentz's method (I. J. Thompson, A. R. Barnett, Journal of Computational Physics 64, 1986, 490-509)."""
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _STEPS + int(math.sqrt(a + b))):
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d, c = 1 / _not_zero(1 + numerator * d), _not_zero(1 + numerator / c)
            value *= d * c
        if abs(d * c - 1) < _ENOUGH:
            break
    return value


def _not_zero(number: float) -> float:
    return number if abs(number) > _TINY else _TINY
