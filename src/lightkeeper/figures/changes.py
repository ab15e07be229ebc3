"""How much a count changed from one period to another, and how much of it chance alone may be."""

from __future__ import annotations

from dataclasses import dataclass

from lightkeeper.review.queries import share


@dataclass(frozen=True, slots=True)
class Change:
    """How many times a count is the one before (1 is as many), and between what this lies with 95 % confidence."""

    ratio: float
    low: float
    high: float

    @property
    def beyond_chance(self) -> bool:
        """Whether no change at all lies outside of the interval."""
        return not self.low <= 1.0 <= self.high


def change(count: int, previous: int) -> Change | None:
    """The ratio of two counts of independent events in periods of one length; None where there was nothing before.

    Given their sum, a count of two Poisson ones is binomial, and the ratio of the rates is the odds of its share. So
    the interval is that of the share, by Wilson's score, turned into odds. Source: P. L. Graham, K. Mengersen,
    A. P. Morton, "Confidence limits for the ratio of two rates based on likelihood scores: non-iterative method",
    Statistics in Medicine 22 (2003), 2071-2083. Raises ValueError for counts below none.
    """
    if count < 0 or previous < 0:
        raise ValueError("a count is not below zero")
    part = share(count, count + previous)
    if part is None or previous == 0:
        return None
    return Change(count / previous, _odds(part.low), _odds(part.high))


def _odds(value: float) -> float:
    return value / (1.0 - value)
