"""All figures of a measurement as plain numbers, for a file and for a page: nothing in them is of a text or a name."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any, Final, NamedTuple

import numpy as np

from lightkeeper.detect.conversations.bands import Band
from lightkeeper.detect.conversations.evaluation import metrics
from lightkeeper.detect.conversations.evaluation.latency import CONSECUTIVE, sweep
from lightkeeper.detect.conversations.evaluation.measuring import Measured
from lightkeeper.detect.conversations.evaluation.metrics import Decisions, Floats, Ranking, Share

RATES: Final = (0.001, 0.01, 0.05)
"""False-positive rates at which the recall is told."""
EARLY: Final = (5, 10, 20, 50)
"""Messages after which the early curve is told."""
POINTS: Final = 200
"""Of a curve, at most."""
BANDS: Final = (Band.WATCH, Band.REVIEW, Band.URGENT)
OF: Final = 10_000
Figures = dict[str, Any]
"""Names and numbers, as JSON has them; None for a number that there is not."""


class Asked(NamedTuple):
    """What is measured: the score from which a conversation is flagged, how it was come by, and how many are risky."""

    threshold: float
    how: str
    prevalence: float


def figures(measured: Measured, asked: Asked) -> Figures:
    """Every figure that the data give; what they do not give says why, under ``not_measurable``."""
    ranking = metrics.rank(measured.tops(), measured.truth)
    found: Figures = {
        "data": _data(measured),
        "threshold": {"score": asked.threshold, "how": asked.how},
        "conversations": _conversations(measured, ranking, asked.threshold),
        "authors": _authors(measured, asked.threshold),
        "lines": _lines(measured),
        "latency": _latency(measured, asked.threshold),
        "early": [_early(measured, count, asked.threshold) for count in EARLY],
        "bands": _bands(measured),
        "alerts": _alerts(measured, asked),
        "calibration": absent(
            "a score is a sum of log-odds with weights that were set by hand, and no mapping to chances exists"
        ),
        "curves": {"roc": _roc(ranking), "precision_recall": _precision_recall(ranking)},
    }
    plain: Figures = as_json(found)
    return plain


def threshold_at(measured: Measured, rate: float) -> float:
    """The lowest score that keeps a false-positive rate on these data; infinite where none does."""
    return metrics.at_rate(metrics.rank(measured.tops(), measured.truth), rate).threshold


def absent(why: str) -> Figures:
    """What is said where a figure cannot be given."""
    return {"not_measurable": why}


def as_json(value: Any) -> Any:
    """Without what JSON has not: a share by its names, numbers that are none as None, infinite ones as None."""
    if isinstance(value, Share):
        return as_json(value._asdict())
    if isinstance(value, dict):
        return {name: as_json(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(one) for one in value]
    if isinstance(value, (float, np.floating)):
        return round(float(value), 6) if math.isfinite(value) else None
    return value


def _data(measured: Measured) -> Figures:
    lengths = {truth: [n for n, risky in zip(measured.lengths, measured.risky, strict=True) if risky is truth]
               for truth in (True, False)}  # fmt: skip
    return {
        "conversations": len(measured.risky),
        "risky": len(lengths[True]),
        "benign": len(lengths[False]),
        "messages": sum(measured.lengths),
        "median_messages_risky": _median(lengths[True]),
        "median_messages_benign": _median(lengths[False]),
        "never_judged": int(np.sum(np.isneginf(measured.tops()))),
        "left_out_without_label": measured.unlabelled,
        "left_out_without_messages": measured.empty,
    }


def _median(numbers: Sequence[float]) -> float | None:
    return float(median(numbers)) if numbers else None


def _decided(decisions: Decisions, *betas: tuple[str, float]) -> Figures:
    """Precision and recall with their intervals, and each F."""
    found: Figures = {
        "precision": metrics.wilson(decisions.hits, decisions.hits + decisions.false_alarms),
        "recall": metrics.wilson(decisions.hits, decisions.hits + decisions.misses),
    }
    return found | {name: decisions.f(beta) for name, beta in betas}


_F1_F05: Final = (("f1", 1.0), ("f0_5", 0.5))


def _conversations(measured: Measured, ranking: Ranking, threshold: float) -> Figures:
    truth = measured.truth
    flagged = measured.tops() >= threshold
    found: Figures = {"auc": metrics.auc(ranking), "average_precision": metrics.average_precision(ranking)}
    found["at_rates"] = [] if truth.all() or not truth.any() else [_at_rate(ranking, rate) for rate in RATES]
    found["at_threshold"] = _decided(metrics.decide(flagged, truth), *_F1_F05)
    found["at_threshold"]["false_positive_rate"] = _rate(flagged, ~truth)
    return found


def _rate(flagged: metrics.Flags, of: metrics.Flags) -> Share:
    return metrics.wilson(int(np.sum(flagged & of)), int(np.sum(of)))


def _at_rate(ranking: Ranking, rate: float) -> Figures:
    point = metrics.at_rate(ranking, rate)
    return {
        "rate": rate,
        "false_alarms_allowed": int(rate * point.false_positives.n + 1e-9),
        "threshold": point.threshold,
        "recall": point.recall,
        "false_positives": point.false_positives,
    }


def _authors(measured: Measured, threshold: float) -> Figures:
    """A person is flagged where the highest of their scores is; who wrote in several conversations counts once."""
    if "offender" not in measured.author_roles:
        return absent("the data do not say who of the authors is the offender")
    tops: dict[bytes, float] = {}
    offenders: set[bytes] = set()
    for person, score, role in zip(measured.author_ids, measured.author_scores, measured.author_roles, strict=True):
        tops[person] = max(tops.get(person, -math.inf), score)
        if role == "offender":
            offenders.add(person)
    flagged = np.array([score >= threshold for score in tops.values()], bool)
    truth = np.array([person in offenders for person in tops], bool)
    return {"authors": len(tops), "offenders": len(offenders), **_decided(metrics.decide(flagged, truth), *_F1_F05)}


def _lines(measured: Measured) -> Figures:
    if not measured.line_truth:
        return absent("the data mark no lines")
    return _decided(Decisions(*measured.lines), ("f1", 1.0), ("f3", 3.0))


def _latency(measured: Measured, threshold: float) -> Figures:
    risky = [length for length, truth in zip(measured.lengths, measured.risky, strict=True) if truth]
    if not risky:
        return absent("there are no risky conversations")
    half_at = float(median(risky))
    rows = [sweep(measured.steps[count], measured.risky, count, threshold, half_at)._asdict() for count in CONSECUTIVE]
    return {"half_penalty_at_message": half_at, "rows": rows}


def _early(measured: Measured, message: int, threshold: float) -> Figures:
    scores, truth = measured.by(message), measured.truth
    ranking = metrics.rank(scores, truth)
    both = truth.any() and not truth.all()
    return {
        "messages": message,
        "auc": metrics.auc(ranking),
        "average_precision": metrics.average_precision(ranking),
        "recall_at_1_percent": metrics.at_rate(ranking, 0.01).recall if both else None,
        "recall": _rate(scores >= threshold, truth),
        "false_positive_rate": _rate(scores >= threshold, ~truth),
    }


def _bands(measured: Measured) -> Figures:
    if not measured.reached:
        return absent("the scorer has no bands")
    return {"rows": [_band(measured, place) for place in range(len(BANDS))]}


def _band(measured: Measured, place: int) -> Figures:
    first = np.array([one[place] for one in measured.reached], int)
    truth = measured.truth
    return {
        "band": BANDS[place].value,
        "risky": _rate(first > 0, truth),
        "benign": _rate(first > 0, ~truth),
        "median_message_risky": _median(first[(first > 0) & truth].tolist()),
        "median_message_benign": _median(first[(first > 0) & ~truth].tolist()),
    }


def _alerts(measured: Measured, asked: Asked) -> Figures:
    truth = measured.truth
    if truth.all() or not truth.any():
        return absent("both risky and benign conversations are needed")
    ways: list[tuple[str, metrics.Flags]] = [("score", measured.tops() >= asked.threshold)]
    if measured.reached:
        reached = np.array(measured.reached, int) > 0
        ways += [("band review or urgent", reached[:, 1]), ("band urgent", reached[:, 2])]
    rows = [{"by": name, **_alerted(_rate(hit, truth), _rate(hit, ~truth), asked.prevalence)} for name, hit in ways]
    return {"prevalence": asked.prevalence, "of": OF, "rows": rows}


def _alerted(recall: Share, wrong: Share, prevalence: float) -> Figures:
    """By the shares as measured, and by the worst and the best that their intervals leave."""
    found = metrics.alerts(recall.rate, wrong.rate, prevalence, OF)
    worst = metrics.alerts(recall.low, wrong.high, prevalence, OF)
    best = metrics.alerts(recall.high, wrong.low, prevalence, OF)
    return {
        "right": found.true,
        "wrong": found.false,
        "wrong_low": best.false,
        "wrong_high": worst.false,
        "precision": found.precision if found.true + found.false else None,
        "precision_low": worst.precision,
        "precision_high": best.precision,
    }


def _roc(ranking: Ranking) -> list[tuple[float, float]]:
    """False-positive rate and recall, from the highest score down."""
    if not len(ranking.hits) or not ranking.hits[-1] or not ranking.alarms[-1]:
        return []
    points = zip(ranking.alarms / ranking.alarms[-1], ranking.hits / ranking.hits[-1], strict=True)
    return _thinned([(0.0, 0.0), *_floats(points)])


def _precision_recall(ranking: Ranking) -> list[tuple[float, float]]:
    """Recall and precision."""
    if not len(ranking.hits) or not ranking.hits[-1]:
        return []
    points = zip(ranking.hits / ranking.hits[-1], ranking.hits / (ranking.hits + ranking.alarms), strict=True)
    return _thinned(list(_floats(points)))


def _floats(points: Iterable[tuple[Floats, Floats]]) -> Iterable[tuple[float, float]]:
    return ((float(x), float(y)) for x, y in points)


def _thinned(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Not more than ``POINTS``, dense at the beginning, where few are flagged, with the last."""
    if len(points) <= POINTS:
        return points
    places = np.unique(np.geomspace(1, len(points), POINTS).astype(int) - 1)
    return [points[place] for place in places]
