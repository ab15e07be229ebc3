"""Whether a rise is beyond chance: against sums done the long way, and against what intervals promise."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.figures.chance import at_least, rise

pytestmark = pytest.mark.once


def summed(k: int, n: int, p: Fraction) -> float:
    return float(sum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1)))


@given(st.integers(1, 60), st.integers(0, 61), st.fractions(Fraction(1, 100), Fraction(99, 100), max_denominator=100))
def test_the_probability_is_what_the_long_sum_gives(n: int, k: int, p: Fraction) -> None:
    assert at_least(k, n, float(p)) == pytest.approx(summed(min(k, n + 1), n, p), rel=1e-9, abs=1e-12)


@given(st.integers(0, 5000), st.integers(0, 50000))
def test_the_interval_holds_the_ratio_and_more_is_never_more_likely(later: int, earlier: int) -> None:
    found = rise(later, earlier, later_days=28, earlier_days=182)
    if found.ratio is not None:
        assert found.low <= found.ratio * (1 + 1e-9)
        assert found.ratio <= found.high * (1 + 1e-9)
    assert 0 <= found.p <= 1
    assert rise(later + 1, earlier, later_days=28, earlier_days=182).p <= found.p + 1e-12


def test_known_intervals() -> None:
    found = rise(10, 10, later_days=1, earlier_days=1)
    shares = (found.low / (1 + found.low), found.high / (1 + found.high))
    assert shares == pytest.approx((0.27196, 0.72804), abs=1e-5)  # 10 of 20 in tables of Clopper and Pearson
    assert rise(5, 0, later_days=1, earlier_days=1).high == math.inf
    assert rise(5, 0, later_days=1, earlier_days=1).p == pytest.approx(1 / 32)
    assert rise(0, 0, later_days=1, earlier_days=1).ratio is None
    assert rise(100_000, 500_000, later_days=28, earlier_days=182).p < 1e-9


@pytest.mark.parametrize("wrong", [(-1, 0, 1, 1), (0, -1, 1, 1), (0, 0, 0, 1), (0, 0, 1, -1)])
def test_what_is_no_count_is_refused(wrong: tuple[int, int, int, int]) -> None:
    later, earlier, later_days, earlier_days = wrong
    with pytest.raises(ValueError, match="counts"):
        rise(later, earlier, later_days=later_days, earlier_days=earlier_days)
