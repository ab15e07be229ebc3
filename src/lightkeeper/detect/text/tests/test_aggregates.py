"""Figures of a direction: repeated messages count, floods hide nothing, few messages are enough."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.detect.text.aggregates import MOST, Aggregate, aggregate, cumulative, top_mean, weighted_mean

SCORES = st.lists(st.floats(-0.6, 0.6), max_size=60)


def test_of_nothing_every_figure_is_nothing() -> None:
    assert aggregate([]) == Aggregate(0.0, 0.0, 0.0)


def test_one_message_is_enough_to_be_seen() -> None:
    assert aggregate([0.3]) == pytest.approx((0.3, 0.3, 0.3))


def test_the_newest_weighs_most() -> None:
    assert weighted_mean([0.0] * 10 + [0.4]) > weighted_mean([0.4] + [0.0] * 10)
    assert weighted_mean([1.0] + [0.0] * 10, halves_after=10) == pytest.approx(
        0.5 / sum(0.5 ** (n / 10) for n in range(11))
    )


def test_the_same_again_counts_again() -> None:
    once, often = [-0.2, 0.3, -0.2], [-0.2, 0.3, 0.3, 0.3, -0.2]
    assert all(more > less for more, less in zip(aggregate(often), aggregate(once), strict=True))


def test_more_that_is_raised_never_lowers_a_figure() -> None:
    """Skewness falls when more than half of all messages are raised, and is 0 when all are."""
    figures = [aggregate([0.3 if place < raised else -0.3 for place in range(20)][::-1]) for raised in range(21)]
    for kind in range(3):
        values = [one[kind] for one in figures]
        assert values == sorted(values)


def test_a_flood_of_harmless_messages_lowers_the_mean_and_not_the_highest() -> None:
    bad = [0.3, 0.3, 0.3]
    flooded = [*bad, *[-0.3] * 40]
    assert weighted_mean(flooded) < 0
    assert top_mean(flooded) == top_mean(bad)


def test_many_that_are_a_little_raised_add_up_and_go_down_again() -> None:
    slow = cumulative([0.1] * 30)
    assert slow == pytest.approx(3.0)
    assert cumulative([0.6] * 50) == MOST
    assert cumulative([-0.3] * 50, before=MOST) == 0.0


@given(SCORES, st.integers(0, 60))
def test_a_sum_is_carried_on_from_where_it_was(scores: list[float], cut: int) -> None:
    assert cumulative(scores[cut:], cumulative(scores[:cut])) == cumulative(scores)


@given(SCORES.filter(bool))
def test_figures_stay_within_the_scores(scores: list[float]) -> None:
    mean, top, cusum = aggregate(scores)
    tiny = 1e-9
    assert min(scores) - tiny <= mean <= max(scores) + tiny
    assert mean - tiny <= max(scores)
    assert sum(scores) / len(scores) - tiny <= top <= max(scores) + tiny
    assert 0 <= cusum <= MOST
