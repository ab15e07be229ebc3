"""The picture inside its surroundings is found, and nothing where there are none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from lightkeeper.detect.media.plane import SIDE, Box, plane_of
from lightkeeper.detect.media.surroundings import SMALLEST_AREA, SMALLEST_SIDE, content_boxes
from lightkeeper.detect.media.tests.hashes import drawn, luma, picture, recompressed

CLOSE = 0.01
"""Share of a side by which a box may be off."""

Colour = tuple[int, int, int]
WHITE, BLACK, PAPER, BLUE = (255, 255, 255), (0, 0, 0), (24, 26, 30), (30, 60, 250)


def _boxes(levels: NDArray[np.uint8], *, depth: int = 2, limit: int = 6) -> list[Box]:
    return [box for box, _ in content_boxes(levels, plane_of(levels), depth=depth, limit=limit)]


def _error(boxes: list[Box], true: Box) -> float:
    sides = np.array((true[2] - true[0], true[3] - true[1]) * 2)
    return min((float((np.abs(np.array(box) - true) / sides).max()) for box in boxes), default=np.inf)


def _placed(number: int, size: tuple[int, int], at: tuple[int, int], colour: Colour) -> tuple[Image.Image, Box]:
    """A drawing on an even canvas, and where it lies there."""
    shown = picture(number)
    out = Image.new("RGB", size, colour)
    out.paste(shown, at)
    return out, (at[0], at[1], at[0] + shown.width, at[1] + shown.height)


@pytest.mark.parametrize("colour", [WHITE, BLACK, (200, 30, 30)])
@pytest.mark.parametrize(
    ("size", "at"),
    [
        pytest.param((700, 540), (30, 30), id="frame"),
        pytest.param((676, 516), (18, 18), id="narrow frame"),
        pytest.param((640, 640), (0, 80), id="letterbox"),
        pytest.param((860, 480), (110, 0), id="pillarbox"),
        pytest.param((1000, 700), (100, 150), id="canvas"),
        pytest.param((800, 600), (0, 120), id="corner of a canvas"),
        pytest.param((700, 600), (10, 100), id="uneven frame"),
    ],
)
def test_the_box_of_a_picture_on_an_even_ground_is_found(
    size: tuple[int, int], at: tuple[int, int], colour: Colour
) -> None:
    for number in (0, 2, 3):
        out, true = _placed(number, size, at, colour)
        assert _error(_boxes(luma(recompressed(out))), true) <= CLOSE


@pytest.mark.parametrize(("paper", "ink"), [(WHITE, BLACK), (BLACK, WHITE)])
@pytest.mark.parametrize("above", [False, True])
@pytest.mark.parametrize("lines", [1, 3])
def test_the_box_above_or_below_a_caption_is_found(lines: int, above: bool, paper: Colour, ink: Colour) -> None:
    out, true = _placed(3, (640, 600), (0, 120 if above else 0), paper)
    draw = ImageDraw.Draw(out)
    for line in range(lines):
        words = "the light finds and the keeper decides"[: 38 - 9 * line]
        draw.text((24, (0 if above else 480) + 12 + 34 * line), words, ink, ImageFont.load_default(26))
    assert _error(_boxes(luma(recompressed(out))), true) <= CLOSE


@pytest.mark.parametrize(("paper", "ink"), [(WHITE, (20, 20, 20)), (PAPER, (220, 220, 225))])
@pytest.mark.parametrize("number", range(3))
def test_the_box_on_a_phones_screen_is_found(number: int, paper: Colour, ink: Colour) -> None:
    out, true = _placed(number, (640, 1300), (0, 320), paper)
    draw = ImageDraw.Draw(out)
    draw.text((24, 12), "12:34", ink, ImageFont.load_default(26))
    draw.ellipse((20, 70, 76, 126), fill=(120, 40, 200))
    draw.text((90, 80), "lantern", ink, ImageFont.load_default(34))
    for y in (170, 240, 830, 890, 960, 1040, 1110):
        draw.text((24, y), "found this on the beach today"[: 12 + y % 17], ink, ImageFont.load_default(26))
    draw.line((0, 1210, 640, 1210), fill=ink, width=1)
    for x in range(60, 640, 150):
        draw.ellipse((x, 1230, x + 44, 1274), outline=ink, width=4)
    assert _error(_boxes(luma(recompressed(out))), true) <= CLOSE


def test_a_frame_inside_a_caption_is_found_at_the_second_depth() -> None:
    out, _ = _placed(2, (700, 540), (30, 30), (200, 30, 30))
    whole = Image.new("RGB", (700, 680), WHITE)
    whole.paste(out, (0, 140))
    ImageDraw.Draw(whole).text((24, 40), "found this on the beach today", BLACK, ImageFont.load_default(40))
    assert _error(_boxes(luma(whole)), (30, 170, 670, 650)) <= CLOSE
    assert _error(_boxes(luma(whole), depth=1), (0, 140, 700, 680)) <= CLOSE


def test_the_limit_holds_at_every_depth() -> None:
    out, _ = _placed(2, (700, 540), (30, 30), (200, 30, 30))
    whole = Image.new("RGB", (700, 680), WHITE)
    whole.paste(out, (0, 140))
    for depth in (1, 2, 3):
        for limit in (1, 2, 3):
            assert len(_boxes(luma(whole), depth=depth, limit=limit)) <= limit


def test_a_picture_without_even_sides_has_no_box() -> None:
    numbers = [number for number in range(10) if number % 5 != 1]  # polygons may end in even lines
    assert [number for number in numbers if _boxes(drawn(number), limit=12)] == []
    noise = np.random.default_rng(1).integers(0, 256, (300, 400), dtype=np.uint8)
    assert _boxes(noise) == []


@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("shape", [(16, 16), (300, 400), (16, 3000), (3000, 16)])
def test_an_even_picture_has_no_box(shape: tuple[int, int], level: int) -> None:
    assert _boxes(np.full(shape, level, np.uint8)) == []


def test_boxes_come_with_their_planes_up_to_a_limit() -> None:
    levels = luma(_placed(0, (1000, 700), (100, 150), WHITE)[0])
    everything = content_boxes(levels, plane_of(levels), depth=2, limit=12)
    assert len(everything) > 2
    for box, plane in everything:
        assert np.array_equal(plane.cells, plane_of(levels, box).cells)
        assert plane.aspect == pytest.approx((box[2] - box[0]) / (box[3] - box[1]))
    for limit in (1, 2):
        assert _boxes(levels, limit=limit) == [box for box, _ in everything[:limit]]
    assert _boxes(levels, depth=0) == []


_places = st.integers(0, 100)
_extremes = [(1, 1), (1, 900), (900, 1), (2, 700), (16, 2000), (2000, 16), (SIDE, SIDE), (SIDE - 1, SIDE + 1)]
_shapes = st.tuples(st.integers(1, 400), st.integers(1, 400)) | st.sampled_from(_extremes)


@st.composite
def _pictures(draw: st.DrawFn) -> NDArray[np.uint8]:
    """Even, noisy or sloping boxes over each other on an even ground, of any shape."""
    height, width = draw(_shapes)
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    levels = np.full((height, width), draw(st.integers(0, 255)), np.uint8)
    for _ in range(draw(st.integers(0, 4))):
        top, bottom = sorted((draw(_places) * height // 100, draw(_places) * height // 100))
        left, right = sorted((draw(_places) * width // 100, draw(_places) * width // 100))
        part = levels[top:bottom, left:right]
        kind = draw(st.sampled_from(("even", "noisy", "slope", "faint")))
        if kind == "even":
            part[:] = random.integers(256)
        elif kind == "noisy":
            part[:] = random.integers(0, 256, part.shape)
        elif kind == "faint":
            part[:] = np.clip(part + random.normal(0, 6, part.shape), 0, 255)
        else:
            part[:] = np.linspace(0, 255, part.shape[1])
    return levels


@given(_pictures(), st.integers(1, 12), st.integers(1, 3))
def test_no_box_leaves_the_picture(levels: NDArray[np.uint8], limit: int, depth: int) -> None:
    height, width = levels.shape
    boxes = _boxes(levels, depth=depth, limit=limit)
    assert len(set(boxes)) == len(boxes)
    for left, top, right, bottom in boxes:
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        assert min(right - left, bottom - top) >= SMALLEST_SIDE
        assert (right - left) * (bottom - top) >= SMALLEST_AREA * width * height
