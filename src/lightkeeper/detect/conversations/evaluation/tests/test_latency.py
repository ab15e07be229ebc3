"""How early a warning comes, against the published formula."""

import math

import pytest

from lightkeeper.detect.conversations.evaluation import latency

SCORES = [0.1, 0.8, 0.2, 0.9, 0.9, 0.9]


@pytest.mark.parametrize(("consecutive", "warned"), [(1, 2), (2, 5), (3, 6), (4, None), (7, None)])
def test_a_warning_needs_as_many_windows_in_a_row(consecutive: int, warned: int | None) -> None:
    assert latency.steps_of(SCORES, consecutive).warned(0.8) == warned


def test_steps_tell_the_highest_score_by_any_message() -> None:
    steps = latency.steps_of(SCORES, 1)
    assert [steps.by(k) for k in range(8)] == [-math.inf, 0.1, 0.8, 0.8, 0.9, 0.9, 0.9, 0.9]
    assert steps.top == 0.9
    assert latency.steps_of([], 1).top == -math.inf


def test_the_penalty_is_nothing_at_first_and_half_where_it_was_set() -> None:
    rate = latency.penalty_rate(82)
    assert latency.penalty(1, rate) == 0
    assert latency.penalty(82, rate) == pytest.approx(0.5)
    assert latency.penalty(10_000, rate) == pytest.approx(1)


def test_a_row_of_the_sweep_by_hand() -> None:
    steps = [latency.steps_of(one, 1) for one in ([0, 0, 1], [0, 0, 0, 0], [1], [0])]
    row = latency.sweep(steps, [True, True, False, False], 1, 0.5, half_at=3)
    assert (row.precision, row.recall, row.f1, row.warning) == (0.5, 0.5, 0.5, 3)
    assert row.speed == pytest.approx(0.5)
    assert row.f_latency == pytest.approx(0.25)


def test_warnings_at_once_cost_nothing_and_no_warning_is_worth_nothing() -> None:
    steps = [latency.steps_of([1.0, 1.0], 1)]
    assert latency.sweep(steps, [True], 1, 0.5, 20).f_latency == 1
    assert latency.sweep(steps, [True], 1, 2.0, 20).f_latency == 0
