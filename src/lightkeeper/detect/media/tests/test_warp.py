"""A tilted copy straightened has its hash again, whatever was done to its corners."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.detect.media.pdq import of_samples, pdq
from lightkeeper.detect.media.plane import SIDE, plane_of
from lightkeeper.detect.media.tests.hashes import apart, drawn, frame, luma, picture, slanted, turned
from lightkeeper.detect.media.uncrop import WHOLE, placement
from lightkeeper.detect.media.warp import Quad, keystone, shape_step, sheared, tilted, warped

UPRIGHT: Quad = ((0, 0), (1, 0), (1, 1), (0, 1))


@pytest.mark.parametrize("number", range(5))
def test_the_frame_itself_reads_as_the_whole_span(number: int) -> None:
    cells = plane_of(drawn(number)).values()
    read = warped(cells, [UPRIGHT])[0]
    whole = placement(WHOLE) @ cells @ placement(WHOLE).T
    assert np.abs(read - whole).mean() < 0.5  # levels of 255
    assert apart(of_samples(read).value, of_samples(whole.astype(np.float32)).value) <= 4


@pytest.mark.parametrize("style", ["same", "inner", "expanded"])
@pytest.mark.parametrize("degrees", [2.0, -3.0, 5.0, -8.0])
@pytest.mark.parametrize("size", [(640, 480), (420, 600)])
def test_a_known_tilt_is_undone(size: tuple[int, int], degrees: float, style: str) -> None:
    for number in range(3):
        listed = pdq(frame(drawn(number, size))).value
        levels = luma(turned(picture(number, size), degrees, style))
        plane = plane_of(levels)
        quad = tilted(degrees, plane.aspect, inner=style == "inner", expanded=style == "expanded")
        straight = apart(of_samples(warped(plane.values(), [quad])[0]).value, listed)
        tilted_away = apart(pdq(frame(levels)).value, listed)
        # What was cut off outside the full inner rectangle cannot be known: there it comes much nearer only.
        assert straight <= (0.6 * tilted_away if style == "inner" else min(24, 0.6 * tilted_away))


def test_no_tilt_is_the_frame_itself() -> None:
    for kept in ({}, {"inner": True}, {"expanded": True}):
        quad = tilted(0.0, 1.5, **kept)
        assert np.array(quad) == pytest.approx(np.array(UPRIGHT))


@given(st.floats(-15, 15), st.floats(0.4, 2.5))
def test_the_ways_of_tilting_lie_into_each_other(degrees: float, aspect: float) -> None:
    """An enlarged canvas shows all of the frame, a full rectangle less than all; each keeps the frame's shape."""

    def sides(quad: Quad) -> tuple[float, float]:
        points = np.array(quad) * (aspect, 1)
        return math.dist(points[0], points[1]), math.dist(points[0], points[3])

    same, inner, expanded = (
        tilted(degrees, aspect, inner=kind == "inner", expanded=kind == "expanded")
        for kind in ("same", "inner", "expanded")
    )
    assert sides(same) == pytest.approx((aspect, 1))
    assert sides(inner)[0] / sides(inner)[1] == pytest.approx(aspect)
    assert sides(inner)[1] >= 1 - 1e-9
    points = np.array(expanded)
    if sides(expanded)[0] > 0 < sides(expanded)[1]:
        assert points.min() >= -1e-9
        assert points.max() <= 1 + 1e-9
        assert (points.min(axis=0), points.max(axis=0)) == (pytest.approx([0, 0]), pytest.approx([1, 1]))


def test_scale_enlarges_the_frame_about_the_middle() -> None:
    small, large = np.array(tilted(4, 1.3)) - 0.5, np.array(tilted(4, 1.3, 1.1)) - 0.5
    assert large == pytest.approx(1.1 * small)


@pytest.mark.parametrize("number", range(3))
def test_known_corners_are_undone(number: int) -> None:
    corners: Quad = ((0.06, 0.02), (0.93, 0.05), (0.97, 0.92), (0.03, 0.98))
    plane = plane_of(luma(slanted(picture(number), corners, 0)))
    straight = of_samples(warped(plane.values(), [corners])[0]).value
    assert apart(straight, pdq(frame(drawn(number))).value) <= 16


@given(st.lists(st.tuples(st.floats(-0.2, 0.2), st.floats(-0.2, 0.2)), min_size=4, max_size=4), st.integers(0, 255))
def test_an_even_plane_stays_even(moves: list[tuple[float, float]], level: int) -> None:
    a, b, c, d = ((x + dx, y + dy) for (x, y), (dx, dy) in zip(UPRIGHT, moves, strict=True))
    read = warped(np.full((SIDE, SIDE), level, np.float32), [(a, b, c, d)])
    assert read.shape == (1, 64, 64)
    assert read == pytest.approx(level, abs=0.01)


def test_many_quads_at_once_are_each_one_alone() -> None:
    cells = plane_of(drawn(3)).values()
    quads = [UPRIGHT, tilted(3, 1.3), keystone(0.03, 0.04, sideways=True), sheared(-0.03, 0.0, sideways=False)]
    together = warped(cells, quads)
    for made, quad in zip(together, quads, strict=True):
        assert np.array_equal(made, warped(cells, [quad])[0])
    assert warped(cells, []).shape == (0, 64, 64)


@pytest.mark.parametrize("sideways", [False, True])
@pytest.mark.parametrize("lean", [0.03, -0.03])
def test_slants_lie_as_they_are_named(lean: float, sideways: bool) -> None:
    stone, sheer = (np.array(make(lean, 0.0, sideways=sideways)) for make in (keystone, sheared))
    along = 1 if sideways else 0
    upper_left, upper_right, lower_right, lower_left = stone
    if sideways:
        left, right = lower_left[1] - upper_left[1], lower_right[1] - upper_right[1]
        assert left - right == pytest.approx(-4 * lean)
    else:
        assert (lower_right[0] - lower_left[0]) - (upper_right[0] - upper_left[0]) == pytest.approx(4 * lean)
    # Sheared sides stay parallel: opposite sides are equal.
    assert sheer[1] - sheer[0] == pytest.approx(sheer[2] - sheer[3])
    assert np.abs((sheer - np.array(UPRIGHT))[:, along]) == pytest.approx(abs(lean))
    grown = np.array(keystone(0.0, 0.05, sideways=sideways))
    assert grown == pytest.approx(np.array(UPRIGHT) * 1.1 - 0.05)


@given(st.floats(0.02, 50))
def test_few_shapes_are_told_apart(aspect: float) -> None:
    assert abs(math.log(shape_step(aspect) / aspect)) <= 0.02 + 1e-9
    assert shape_step(shape_step(aspect)) == pytest.approx(shape_step(aspect))
