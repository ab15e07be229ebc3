"""Intervals and kappa: worked examples, limits, and what always holds."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.review.statistics import kappa, share

tables = st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), st.integers(0, 40))


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_wilsons_interval_of_worked_examples(count: int, n: int, low: float, high: float) -> None:
    """The last one: R. G. Newcombe, Statistics in Medicine 17 (1998), table I."""
    found = share(count, n)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_share_lies_in_its_interval(one: int, other: int) -> None:
    found = share(one, one + other)
    if found is None:
        assert one + other == 0
    else:
        assert 0 <= found.low <= found.value <= found.high <= 1


def test_more_than_all_is_refused() -> None:
    with pytest.raises(ValueError, match="whole"):
        share(3, 2)


def test_kappa_of_a_worked_example() -> None:
    found = kappa({("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15})
    assert found is not None
    assert (round(found.value, 4), found.n) == (0.4, 50)


def test_the_interval_of_kappa_holds_in_95_of_100_samples() -> None:
    cells = {("a", "a"): 0.5, ("a", "b"): 0.1, ("b", "a"): 0.15, ("b", "b"): 0.25}
    true = kappa({pair: int(part * 10_000) for pair, part in cells.items()})
    assert true is not None
    draw, inside = random.Random(7), 0
    for _ in range(400):
        sample = Counter(draw.choices(list(cells), weights=list(cells.values()), k=200))
        found = kappa(sample)
        assert found is not None
        inside += found.low <= true.value <= found.high
    assert 0.92 <= inside / 400 <= 0.98


@given(tables)
def test_kappa_lies_in_its_interval_and_between_its_limits(table: dict[tuple[str, str], int]) -> None:
    found = kappa(table)
    if found is None:
        said = [pair for pair, count in table.items() if count]
        assert not said or len({word for pair in said for word in pair}) == 1
    else:
        assert -1 <= found.low <= found.value + 1e-9
        assert found.value - 1e-9 <= found.high <= 1


def test_full_agreement_is_one_without_doubt() -> None:
    found = kappa({("a", "a"): 10, ("b", "b"): 10})
    assert found is not None
    assert (found.value, round(found.low, 9), found.high) == (1.0, 1.0, 1.0)


def test_one_word_alone_is_not_defined() -> None:
    assert kappa({("a", "a"): 10}) is None
    assert kappa({}) is None
