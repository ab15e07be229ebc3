"""Shares and changes in words: by rule, never further from the number than its words."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.figures.sentences import PARTS, change_in_words, percent, rounded, share_in_words

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("count", "whole", "said"),
    [
        (341, 2401, "almost one in seven"), (1441, 2401, "six in ten"), (619, 2401, "just over one in four"),
        (1, 2, "half"), (1, 1, "all"), (0, 7, "0 %"), (1, 30, "3 %"), (97, 100, "97 %"), (2, 3, "two in three"),
        (62_652, 275_652, "almost one in four"), (1, 5, "one in five"), (9, 10, "nine in ten"),
    ],
)  # fmt: skip
def test_shares_are_said_as_people_say_them(count: int, whole: int, said: str) -> None:
    assert share_in_words(count, whole) == said


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_share_is_near_what_is_said_and_on_the_side_that_is_said(count: int, whole: int) -> None:
    if count > whole:
        with pytest.raises(ValueError, match="whole"):
            share_in_words(count, whole)
        return
    said, share = share_in_words(count, whole), Fraction(count, whole)
    if said == "all":
        assert share == 1
    elif said.endswith("%"):
        assert abs(share * 100 - int(said[:-2])) <= Fraction(1, 2)
    else:
        near = min(PARTS, key=lambda part: (abs(share - Fraction(*part)), part[1]))
        assert (share < Fraction(*near)) == said.startswith("almost")
        assert abs(share - Fraction(*near)) <= Fraction(1, 20)


@pytest.mark.parametrize(
    ("count", "previous", "said"),
    [(275_652, 255_588, "up 8 %"), (62_652, 51_369, "up 22 %"), (90, 100, "down 10 %"), (5, 5, "as many"),
     (1001, 1000, "nearly as many"), (0, 0, "as many"), (3, 0, "none in the year before"), (1005, 1000, "up 1 %")],
)  # fmt: skip
def test_changes_are_in_whole_percent_halves_away_from_nothing(count: int, previous: int, said: str) -> None:
    assert change_in_words(count, previous) == said


def test_rounding_is_the_same_on_both_sides_of_nothing() -> None:
    assert [rounded(Fraction(one, 2)) for one in (-3, -1, 1, 3)] == [-2, -1, 1, 2]
    assert percent(1, 8) == 13
