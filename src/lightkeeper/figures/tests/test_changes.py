"""A change is printed with what chance alone may do, by the published formula."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.figures.changes import change

COUNTS = st.integers(0, 10**7)


def _published(x: int, y: int) -> tuple[float, float]:
    """Graham, Mengersen and Morton's limits as they print them, for periods of one length."""
    z = 1.959963984540054
    root = z * math.sqrt(4 * x * y * (x + y) + z * z * (x + y) ** 2)
    middle = 2 * x * y + z * z * (x + y)
    return (middle - root) / (2 * y * y), (middle + root) / (2 * y * y)


@given(count=st.integers(1, 10**6), previous=st.integers(1, 10**6))
def test_the_interval_is_the_published_one(count: int, previous: int) -> None:
    found = change(count, previous)
    assert found is not None
    low, high = _published(count, previous)
    assert found.high == pytest.approx(high, rel=1e-6)
    assert found.low == pytest.approx(low, rel=1e-6, abs=1e-9)


@given(count=COUNTS, previous=st.integers(1, 10**7))
def test_the_ratio_lies_within_its_interval(count: int, previous: int) -> None:
    found = change(count, previous)
    assert found is not None
    assert found.low <= found.ratio * (1 + 1e-9)
    assert found.ratio <= found.high * (1 + 1e-9)


@given(count=COUNTS)
def test_of_nothing_there_is_no_change(count: int) -> None:
    assert change(count, 0) is None


def test_many_more_is_beyond_chance_and_one_more_is_not() -> None:
    few, many = change(11, 10), change(275_652, 255_588)
    assert few is not None
    assert many is not None
    assert not few.beyond_chance
    assert many.beyond_chance
    assert (round(many.ratio, 4), round(many.low, 4), round(many.high, 4)) == (1.0785, 1.0727, 1.0843)


def test_a_count_below_none_is_refused() -> None:
    with pytest.raises(ValueError, match="below zero"):
        change(-1, 3)
