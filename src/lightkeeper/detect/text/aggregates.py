"""From the scores of messages to figures of a direction: a mean that forgets, the highest, and a sum that remembers.

Each answers another way of hiding: a long friendly chat with a few bad messages lowers the mean and leaves the highest
alone; many messages a little raised leave the highest alone and raise the sum. Every message counts, repeated ones
too. Skewness is not used: it falls again when more messages are bad (docs/exemplar-scorer.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

HALVES_AFTER: Final = 10.0
"""Messages after which one counts half in the mean."""
HIGHEST: Final = 3
ALLOWANCE: Final = 0.0
"""What a message may score without raising the sum: 0 is as near to the exemplars of a signal as to benign ones."""
MOST: Final = 5.0
"""The sum goes no higher, so that it comes down again within a window of harmless messages."""


class Aggregate(NamedTuple):
    """Figures of one direction's scores; 0 of none."""

    mean: float = 0.0
    top: float = 0.0
    cusum: float = 0.0


def aggregate(scores: Sequence[float]) -> Aggregate:
    """The figures of scores that stand oldest first."""
    return Aggregate(weighted_mean(scores), top_mean(scores), cumulative(scores)) if scores else Aggregate()


def weighted_mean(scores: Sequence[float], halves_after: float = HALVES_AFTER) -> float:
    """The exponentially weighted mean, the newest weighing most; 0 of none."""
    keep = 0.5 ** (1 / halves_after)
    total = weights = 0.0
    for score in scores:
        total = total * keep + score
        weights = weights * keep + 1
    return total / weights if weights else 0.0


def top_mean(scores: Sequence[float], count: int = HIGHEST) -> float:
    """The mean of the highest; of fewer scores the mean of all, so that few messages can be told early; 0 of none."""
    highest = sorted(scores, reverse=True)[:count]
    return sum(highest) / len(highest) if highest else 0.0


def cumulative(scores: Sequence[float], before: float = 0.0, allowance: float = ALLOWANCE) -> float:
    """The one-sided cumulative sum (CUSUM) after these scores; ``before`` is the sum before them, 0 at the start."""
    reached = before
    for score in scores:
        reached = min(MOST, max(0.0, reached + score - allowance))
    return reached
