"""A picture laid over another is found by its edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.detect.media.plane import plane_of
from lightkeeper.detect.media.rectangles import rectangles
from lightkeeper.detect.media.tests.hashes import drawn, luma, picture


@pytest.mark.parametrize("place", [(30, 40), (400, 300), (250, 0), (0, 360)])
def test_a_picture_within_a_picture_is_proposed(place: tuple[int, int]) -> None:
    behind = picture(3, (900, 675)).copy()
    inset = picture(4).resize((300, 225))
    behind.paste(inset, place)
    levels = luma(behind)
    true = (place[0], place[1], place[0] + 300, place[1] + 225)
    found = rectangles(levels, plane_of(levels), limit=16)
    assert any(max(abs(a - b) for a, b in zip(box, true, strict=True)) <= 4 for box in found), found


def test_no_more_are_proposed_than_asked_for() -> None:
    levels = drawn(5)
    assert len(rectangles(levels, plane_of(levels), limit=3)) <= 3


def test_an_even_picture_has_none() -> None:
    levels = np.full((300, 400), 90, np.uint8)
    assert rectangles(levels, plane_of(levels), limit=16) == []


@given(st.integers(16, 300), st.integers(16, 300), st.integers(0, 2**32 - 1))
def test_no_box_leaves_the_picture(height: int, width: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    levels = np.kron(random.integers(0, 256, (4, 4)), np.ones((height // 4 + 1, width // 4 + 1)))[:height, :width]
    for left, top, right, bottom in rectangles(levels.astype(np.uint8), plane_of(levels.astype(np.uint8)), limit=16):
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
