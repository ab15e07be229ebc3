"""The working plane averages what it shows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.detect.media.plane import SIDE, plane_of
from lightkeeper.detect.media.tests.hashes import drawn


@given(st.integers(1, 900), st.integers(1, 900), st.integers(0, 255))
def test_any_size_becomes_cells(width: int, height: int, level: int) -> None:
    plane = plane_of(np.full((height, width), level, np.uint8))
    assert plane.cells.shape == (SIDE, SIDE)
    assert plane.cells.dtype == np.uint8
    assert (plane.cells == level).all()
    assert plane.aspect == width / height
    assert plane.values().dtype == np.float32


@pytest.mark.parametrize("size", [(SIDE * 2, SIDE * 3), (SIDE, SIDE)])
def test_whole_multiples_are_averaged_exactly(size: tuple[int, int]) -> None:
    levels = drawn(1, size)
    down, across = size[1] // SIDE, size[0] // SIDE
    means = levels.reshape(SIDE, down, SIDE, across).mean(axis=(1, 3))
    assert np.abs(plane_of(levels).values() - means).max() <= 0.5 + 1e-6


@pytest.mark.parametrize("size", [(640, 480), (150, 120)])
def test_a_box_is_what_is_cut_out(size: tuple[int, int]) -> None:
    levels = drawn(2, size)
    left, top, right, bottom = 20, 10, size[0] - 30, size[1] - 40
    inside = plane_of(levels, (left, top, right, bottom))
    cut = plane_of(levels[top:bottom, left:right])
    assert inside.aspect == cut.aspect
    assert np.abs(inside.values() - cut.values()).mean() < 1.5
