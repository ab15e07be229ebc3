"""A picture that lies slanted on an even ground is found by its corners."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lightkeeper.detect.media.plane import SIDE, plane_of
from lightkeeper.detect.media.quadrilateral import MAXIMUM_SHIFT, grounds_of, quadrilaterals
from lightkeeper.detect.media.tests.hashes import Corners, drawn, luma, picture, recompressed, slanted, turned
from lightkeeper.detect.media.warp import Quad

CLOSE = 0.015
"""Share of a side by which a corner may be off."""


def _found(levels: NDArray[np.uint8]) -> list[Quad]:
    plane = plane_of(levels)
    grounds = grounds_of(plane.cells)
    return quadrilaterals(plane.cells, grounds, plane.aspect) if grounds else []


def _error(quads: list[Quad], corners: Corners) -> float:
    return min((float(np.abs(np.array(quad) - np.array(corners)).max()) for quad in quads), default=np.inf)


@pytest.mark.parametrize("ground", [0, 255])
@pytest.mark.parametrize(
    "corners",
    [
        ((0.06, 0.02), (0.93, 0.05), (0.97, 0.92), (0.03, 0.98)),
        ((0.02, 0.08), (0.98, 0.03), (0.92, 0.97), (0.07, 0.90)),
        ((0.10, 0.10), (0.90, 0.04), (0.95, 0.96), (0.04, 0.88)),
    ],
)
@pytest.mark.parametrize("number", range(5))
def test_the_corners_of_a_slanted_picture_are_found(number: int, corners: Corners, ground: int) -> None:
    copy = recompressed(slanted(picture(number), corners, ground))
    assert _error(_found(luma(copy)), corners) <= CLOSE


@pytest.mark.parametrize("degrees", [2.0, -4.0, 7.0])
@pytest.mark.parametrize("number", range(4))
def test_a_picture_turned_on_a_larger_canvas_is_found(number: int, degrees: float) -> None:
    whole = picture(number)
    copy = turned(whole, degrees, "expanded")
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    about_the_middle = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * np.array(whole.size) / 2
    corners = (about_the_middle @ turn.T) / np.array(copy.size) + 0.5
    assert _error(_found(luma(copy)), tuple(map(tuple, corners.tolist()))) <= CLOSE


def test_a_side_as_dark_as_the_ground_leaves_the_turn_of_the_others() -> None:
    levels = np.array(drawn(1))
    levels[:, :200] = 3
    whole = picture(1).copy()
    whole.paste((3, 3, 3), (0, 0, 200, 480))
    copy = luma(turned(whole, 5.0, "expanded"))
    angles = [np.degrees(np.arctan2(480 / 640 * (q[1][1] - q[0][1]), q[1][0] - q[0][0])) for q in _found(copy)]
    assert any(abs(angle + 5) < 1 for angle in angles)


def test_ordinary_drawings_have_no_ground_and_no_slant() -> None:
    with_ground = 0
    for number in range(20):
        quads = _found(drawn(number, (320, 240)))
        with_ground += bool(quads)
        assert len(quads) <= 10  # at most two grounds, of each the corners and two ways for two turns
    assert with_ground <= 5  # where the four corners happen to be of one level


@pytest.mark.parametrize("level", [0, 100, 255])
def test_an_even_picture_has_no_slant(level: int) -> None:
    assert _found(np.full((200, 300), level, np.uint8)) == []


def test_an_upright_picture_on_a_ground_is_not_slanted_by_much() -> None:
    copy = np.zeros((600, 800), np.uint8)
    copy[60:540, 80:720] = drawn(1)
    corners = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9))
    assert _error(_found(copy), corners) <= CLOSE


def test_the_ground_is_that_of_the_corners_and_of_most_of_the_edge() -> None:
    cells = np.full((SIDE, SIDE), 40, np.uint8)
    assert grounds_of(cells) == [40.0]
    cells[0], cells[-1] = 200, 200
    cells[:, 0], cells[:, -1] = 200, 200
    cells[:: SIDE - 1, :: SIDE - 1] = 40
    assert grounds_of(cells) == [40.0, 200.0]
    cells[0, 0] = 90
    assert grounds_of(cells) == []


@given(
    st.integers(0, 2**32 - 1),
    st.integers(0, 255),
    st.lists(st.tuples(st.integers(0, 191), st.integers(0, 191), st.integers(0, 191), st.integers(0, 191)), max_size=4),
    st.floats(0.02, 50),
    st.booleans(),
)
def test_whatever_lies_on_a_ground_what_is_found_is_near_the_frame(
    seed: int, ground: int, boxes: list[tuple[int, int, int, int]], aspect: float, noisy: bool
) -> None:
    random = np.random.default_rng(seed)
    cells = np.full((SIDE, SIDE), ground, np.uint8)
    for top, bottom, left, right in boxes:
        part = cells[min(top, bottom) : max(top, bottom), min(left, right) : max(left, right)]
        part[:] = random.integers(0, 256, part.shape) if noisy else random.integers(256)
    grounds = grounds_of(cells) or [float(ground)]
    quads = quadrilaterals(cells, grounds, aspect)
    assert len(quads) <= 5 * len(grounds)
    for quad in quads:
        assert np.isfinite(np.array(quad)).all()
    if len(quads) % 2:  # the corners themselves came first
        assert np.abs(np.array(quads[0]) - ((0, 0), (1, 0), (1, 1), (0, 1))).max() <= MAXIMUM_SHIFT or len(grounds) > 1
