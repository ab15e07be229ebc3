"""Figures against values worked out by hand, and laws that must hold for any scores."""

import math

import numpy as np
import pytest

from lightkeeper.detect.conversations.evaluation import metrics


def _ranked(scores: list[float], truth: list[int]) -> metrics.Ranking:
    return metrics.rank(np.array(scores, float), np.array(truth, bool))


def test_auc_and_average_precision_by_hand() -> None:
    ranking = _ranked([0.9, 0.8, 0.7, 0.6], [1, 0, 1, 0])
    assert metrics.auc(ranking) == pytest.approx(0.75)
    assert metrics.average_precision(ranking) == pytest.approx((1 + 2 / 3) / 2)


def test_ties_count_half_whatever_their_order() -> None:
    for truth in ([1, 0, 1, 0], [0, 1, 0, 1], [1, 1, 0, 0]):
        assert metrics.auc(_ranked([0.5] * 4, truth)) == 0.5
        assert metrics.average_precision(_ranked([0.5] * 4, truth)) == 0.5


def test_auc_is_the_share_of_pairs_in_order_and_knows_no_scale() -> None:
    source = np.random.default_rng(7)
    for _ in range(20):
        scores, truth = np.round(source.normal(size=60), 1), source.random(60) < 0.3
        truth[:2] = [True, False]
        above = [(a > b) + (a == b) / 2 for a in scores[truth] for b in scores[~truth]]
        found = metrics.auc(metrics.rank(scores, truth))
        assert found == pytest.approx(np.mean(above))
        assert metrics.auc(metrics.rank(np.exp(scores), truth)) == pytest.approx(found)
        assert metrics.auc(metrics.rank(-scores, truth)) == pytest.approx(1 - found)


def test_who_was_never_judged_ties_with_others_never_judged_and_is_never_flagged() -> None:
    never = -math.inf
    for truth in ([1, 0, 1, 0], [0, 1, 0, 1], [1, 1, 0, 0]):
        ranking = _ranked([never] * 4, truth)
        assert (metrics.auc(ranking), metrics.average_precision(ranking)) == (0.5, 0.5)
    source = np.random.default_rng(3)
    for _ in range(20):
        scores, right = np.round(source.normal(size=40), 1), source.random(40) < 0.5
        scores[source.random(40) < 0.4] = never
        right[:2] = [True, False]
        above = [(a > b) + (a == b) / 2 for a in scores[right] for b in scores[~right]]
        ranking = metrics.rank(scores, right)
        assert metrics.auc(ranking) == pytest.approx(np.mean(above))
        assert len(ranking.scores) == len(set(scores.tolist()))
    point = metrics.at_rate(_ranked([2, never, never, 1], [1, 1, 1, 0]), 0.5)
    assert (point.threshold, point.recall.hits) == (2, 1)
    assert metrics.at_rate(_ranked([1, never], [0, 1]), 0).threshold == math.inf


def test_a_rate_of_a_number_is_as_many_as_it_says() -> None:
    ranking = _ranked([*range(200, 100, -1)], [0] * 100)
    assert metrics.at_rate(ranking, 0.29).false_positives.hits == 29


def test_figures_of_one_class_or_of_nothing_are_not_numbers() -> None:
    for ranking in (_ranked([], []), _ranked([1.0], [1]), _ranked([1.0], [0])):
        assert math.isnan(metrics.auc(ranking))
    assert math.isnan(metrics.average_precision(_ranked([1.0], [0])))


def test_recall_at_a_rate_keeps_the_rate_even_where_scores_tie() -> None:
    ranking = _ranked([3, 2, 2, 1, 0], [1, 1, 0, 0, 0])
    point = metrics.at_rate(ranking, 0.1)
    assert (point.threshold, point.recall.rate, point.false_positives.hits) == (3, 0.5, 0)
    assert metrics.at_rate(ranking, 1 / 3).recall.rate == 1
    assert metrics.at_rate(_ranked([2, 1], [0, 1]), 0.1).threshold == math.inf


def test_f_weighs_precision_or_recall() -> None:
    decisions = metrics.decide(np.array([1, 1, 0, 0], bool), np.array([1, 0, 1, 1], bool))
    assert decisions.precision == 0.5
    assert decisions.recall == pytest.approx(1 / 3)
    for beta in (0.5, 1, 3):
        p, r, square = 0.5, 1 / 3, beta * beta
        assert decisions.f(beta) == pytest.approx((1 + square) * p * r / (square * p + r))
    assert metrics.Decisions(0, 0, 0).f(1) == 0


def test_wilson_as_published() -> None:
    share = metrics.wilson(10, 100)
    assert share.low == pytest.approx(0.0552, abs=1e-4)
    assert share.high == pytest.approx(0.1744, abs=1e-4)
    assert metrics.wilson(0, 10).low == 0
    assert math.isnan(metrics.wilson(0, 0).rate)


def test_calibration_error_by_hand() -> None:
    chances, truth = np.array([0.1, 0.1, 0.9, 1.0]), np.array([0, 1, 1, 1], bool)
    assert metrics.calibration_error(chances, truth) == pytest.approx((0.4 * 2 + 0.05 * 2) / 4)


def test_alerts_at_the_base_rate_are_mostly_false() -> None:
    found = metrics.alerts(0.95, 0.01, 1 / 10_000)
    assert found.true == pytest.approx(0.95)
    assert found.false == pytest.approx(99.99)
    assert found.precision == pytest.approx(0.0094, abs=1e-4)
