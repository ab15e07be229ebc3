"""Roblox Sentinel's score and aggregators, written anew from ``reference/conversation-risk.md`` section 1.

No code of it is here; what is written here is what that section says version 2.0.0 does (which percentile it does not
say: here the 90th). All rare exemplars are one
pile. Of a text the nearest of both piles are merged and the best of them split by side; the score is the log-ratio of
the means of exp, cut at 0, and nothing if it is below a least score. Texts of one source that are equal count once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Cosines = NDArray[np.floating[Any]]
NEAREST: Final = 5
LEAST_SCORE: Final = 0.1
LEAST_TEXTS: Final = 10


def observation_scores(rare: Cosines, common: Cosines) -> Scores:
    """The score of each text, from its cosines to rare (n, p) and common (n, q) exemplars; before the least score."""
    return np.array([_observed(*pair) for pair in zip(rare, common, strict=True)])


def _observed(rare: Cosines, common: Cosines) -> float:
    best = sorted([(value, True) for value in rare] + [(value, False) for value in common], reverse=True)[:NEAREST]
    near = [value for value, is_rare in best if is_rare] or [rare.max()]
    far = [value for value, is_rare in best if not is_rare] or [common.max()]
    return max(0.0, float(np.log(np.exp(near).mean() / np.exp(far).mean())))


def skewness(scores: Scores, least: int = LEAST_TEXTS) -> float:
    """(Mean - median) / standard deviation; 0 of fewer than ``least`` texts."""
    deviation = scores.std()
    return float((scores.mean() - np.median(scores)) / deviation) if len(scores) >= least and deviation else 0.0


def softmax(scores: Scores) -> float:
    """The mean weighted by exp."""
    weights = np.exp(scores)
    return float((scores * weights).sum() / weights.sum())


AGGREGATORS: Final[Mapping[str, Callable[[Scores], float]]] = {
    "skewness": skewness,
    "mean_of_positives": lambda scores: float(scores[scores > 0].mean()) if (scores > 0).any() else 0.0,
    "top_k_mean": lambda scores: float(np.sort(scores)[-3:].mean()),
    "percentile": lambda scores: float(np.percentile(scores, 90)),
    "softmax": softmax,
    "max": lambda scores: float(scores.max()),
}


def aggregated(name: str, texts: Sequence[str], scores: Scores, least_score: float = LEAST_SCORE) -> float:
    """One figure of one source's texts by an aggregator; of equal texts one counts, as they are kept by text there."""
    once = np.array(list(dict(zip(texts, scores, strict=True)).values()))
    return AGGREGATORS[name](np.where(once < least_score, 0.0, once))
