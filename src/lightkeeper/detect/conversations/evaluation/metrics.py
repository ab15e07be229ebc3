"""Figures of how well scores tell risky from benign: numbers in, numbers out."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
_ROUNDING = 1e-9
"""0.29 of 100 are 29, though their product is a little less."""


class Share(NamedTuple):
    """A share of ``n`` with its 95 % interval by Wilson; all NaN where n is 0."""

    hits: int
    n: int
    rate: float
    low: float
    high: float


def wilson(hits: int, n: int, z: float = 1.959963984540054) -> Share:
    """A share and its interval."""
    if n == 0:
        return Share(0, 0, math.nan, math.nan, math.nan)
    rate = hits / n
    centre = rate + z * z / (2 * n)
    reach = z * math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    below = 1 + z * z / n
    return Share(hits, n, rate, max(0.0, (centre - reach) / below), min(1.0, (centre + reach) / below))


class Decisions(NamedTuple):
    """Counts of decisions, and what follows from them; a figure with nothing to divide by is 0."""

    hits: int
    false_alarms: int
    misses: int

    @property
    def precision(self) -> float:
        """Of those flagged, how many were right."""
        return _ratio(self.hits, self.hits + self.false_alarms)

    @property
    def recall(self) -> float:
        """Of those to be flagged, how many were."""
        return _ratio(self.hits, self.hits + self.misses)

    def f(self, beta: float) -> float:
        """The weighted harmonic mean of both: ``beta`` above 1 weighs recall, below 1 precision."""
        square = beta * beta
        return _ratio((1 + square) * self.hits, (1 + square) * self.hits + square * self.misses + self.false_alarms)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def decide(flagged: Flags, truth: Flags) -> Decisions:
    """Compare decisions with the truth."""
    return Decisions(int(np.sum(flagged & truth)), int(np.sum(flagged & ~truth)), int(np.sum(~flagged & truth)))


class Ranking(NamedTuple):
    """Counts above each distinct score, highest first: ``hits`` and ``alarms`` at ``scores`` or more."""

    scores: Floats
    hits: NDArray[np.int64]
    alarms: NDArray[np.int64]


def rank(scores: Floats, truth: Flags) -> Ranking:
    """Sort once; equal scores are one step, so that their order says nothing. Minus infinity: never judged."""
    order = np.argsort(-scores, kind="stable")
    ordered, right = scores[order], truth[order]
    # Compared and not subtracted: the difference of two infinities is no number, and would be a step of its own.
    last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True)) if len(ordered) else np.zeros(0, np.int64)
    return Ranking(ordered[last], np.cumsum(right, dtype=np.int64)[last], np.cumsum(~right, dtype=np.int64)[last])


def auc(ranking: Ranking) -> float:
    """Area under the ROC curve: how often risky is above benign, a tie counts half; NaN if one is absent."""
    hits, alarms = np.append(0, ranking.hits), np.append(0, ranking.alarms)
    if hits[-1] == 0 or alarms[-1] == 0:
        return math.nan
    return float(np.sum(np.diff(alarms) * (hits[1:] + hits[:-1])) / 2 / (hits[-1] * alarms[-1]))


def average_precision(ranking: Ranking) -> float:
    """Sum of precision times the recall gained at each distinct score; NaN without any risky."""
    if not len(ranking.hits) or ranking.hits[-1] == 0:
        return math.nan
    gained = np.diff(np.append(0, ranking.hits)) / ranking.hits[-1]
    return float(np.sum(gained * ranking.hits / (ranking.hits + ranking.alarms)))


class Point(NamedTuple):
    """The lowest threshold that keeps the false-positive rate: infinite where even the highest score breaks it."""

    threshold: float
    recall: Share
    false_positives: Share


def at_rate(ranking: Ranking, rate: float) -> Point:
    """Recall at a false-positive rate of at most ``rate``; what was never judged is never flagged."""
    positives = int(ranking.hits[-1]) if len(ranking.hits) else 0
    negatives = int(ranking.alarms[-1]) if len(ranking.alarms) else 0
    fitting = np.flatnonzero((ranking.alarms <= rate * negatives + _ROUNDING) & (ranking.scores > -math.inf))
    if not len(fitting):
        return Point(math.inf, wilson(0, positives), wilson(0, negatives))
    place = fitting[-1]
    return Point(
        float(ranking.scores[place]),
        wilson(int(ranking.hits[place]), positives),
        wilson(int(ranking.alarms[place]), negatives),
    )


def calibration_error(chances: Floats, truth: Flags, bins: int = 10) -> float:
    """Expected calibration error over bins of equal width; ``chances`` lie in 0 to 1. NaN for nothing."""
    if not len(chances):
        return math.nan
    places = np.minimum((chances * bins).astype(np.int64), bins - 1)
    gaps = [
        abs(float(np.mean(truth[places == one])) - float(np.mean(chances[places == one]))) * int(np.sum(places == one))
        for one in np.unique(places)
    ]
    return sum(gaps) / len(chances)


class Alerts(NamedTuple):
    """What a day of 10,000 conversations would bring at a prevalence."""

    true: float
    false: float

    @property
    def precision(self) -> float:
        """The share of alerts that are right."""
        return _ratio(self.true, self.true + self.false)


def alerts(recall: float, false_positive_rate: float, prevalence: float, of: int = 10_000) -> Alerts:
    """Alerts among ``of`` conversations."""
    return Alerts(recall * prevalence * of, false_positive_rate * (1 - prevalence) * of)
