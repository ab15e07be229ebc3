"""How early a warning comes: steps of scores, warnings after consecutive windows, and the latency-weighted F1.

After Sadeque and others (2018), as used for early detection of grooming by Vogt and others (2021):
penalty(k) = -1 + 2 / (1 + exp(-p (k - 1))), speed = 1 - median penalty of right warnings, F_latency = F1 x speed,
with p such that the penalty is one half at the median length of risky conversations.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final, NamedTuple

from lightkeeper.detect.conversations.evaluation.metrics import Decisions

CONSECUTIVE: Final = (1, 2, 3, 5, 10)
"""Numbers of consecutive windows that are tried."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Where the highest score that lasted for some consecutive windows rose: a few numbers for any conversation.

    ``places``: messages, from 1; ``scores``: rising.
    """

    places: array[int]
    scores: array[float]

    @property
    def top(self) -> float:
        """The highest score; minus infinity where none lasted."""
        return self.scores[-1] if self.scores else -math.inf

    def by(self, message: int) -> float:
        """The highest score by a message."""
        place = bisect_right(self.places, message)
        return self.scores[place - 1] if place else -math.inf

    def warned(self, threshold: float) -> int | None:
        """The message at which the threshold was reached, None if never."""
        place = bisect_left(self.scores, threshold)
        return self.places[place] if place < len(self.scores) else None


def steps_of(scores: Sequence[float], consecutive: int) -> Steps:
    """Reduce the scores after each message to their steps."""
    places, kept = array("l"), array("d")
    highest = -math.inf
    for end in range(consecutive, len(scores) + 1):
        lasting = min(scores[end - consecutive : end])
        if lasting > highest:
            highest = lasting
            places.append(end)
            kept.append(lasting)
    return Steps(places, kept)


def penalty(message: int, p: float) -> float:
    """Of a warning at a message, from 1: 0 for the first, towards 1."""
    return -1 + 2 / (1 + math.exp(-p * (message - 1)))


def penalty_rate(half_at: float) -> float:
    """The p for which the penalty is one half at a message; 0 where that is the first."""
    return math.log(3) / (half_at - 1) if half_at > 1 else 0.0


class Swept(NamedTuple):
    """One row of the sweep. ``warning``: median message of right warnings, NaN for none."""

    consecutive: int
    threshold: float
    precision: float
    recall: float
    f1: float
    warning: float
    speed: float
    f_latency: float


def sweep(steps: Sequence[Steps], risky: Sequence[bool], consecutive: int, threshold: float, half_at: float) -> Swept:
    """Warn by one rule, and weigh how right and how early that is."""
    warned = [one.warned(threshold) for one in steps]
    right = [at for at, truth in zip(warned, risky, strict=True) if truth and at is not None]
    false = sum(1 for at, truth in zip(warned, risky, strict=True) if not truth and at is not None)
    decisions = Decisions(len(right), false, sum(risky) - len(right))
    rate = penalty_rate(half_at)
    speed = 1 - median(penalty(at, rate) for at in right) if right else 0.0
    f1 = decisions.f(1)
    warning = float(median(right)) if right else math.nan
    return Swept(consecutive, threshold, decisions.precision, decisions.recall, f1, warning, speed, f1 * speed)
