"""Parts of derivatives come from the locked-in process too: cut, marked, and checked as derivatives are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from lightkeeper.demo import drawings
from lightkeeper.detect.media import wire
from lightkeeper.detect.media.derivatives import LONGEST_SIDE, checked_pictures
from lightkeeper.detect.media.parts import MARKED, box_of
from lightkeeper.detect.media.pool import DecodePool, DecodeStatus, Limits
from lightkeeper.detect.media.tests.test_derivatives import encoded, opened

MARK = "12  2026-11-23 00:55 UTC"
PARTS = [f"tile-{number}" for number in range(1, 10)]


@pytest.fixture(scope="module")
def pool() -> Iterator[DecodePool]:
    with DecodePool(workers=1, limits=Limits()) as made:
        yield made


def shown(pool: DecodePool, image: Image.Image, part: str = "whole", mark: str = MARK) -> Image.Image:
    presented = pool.present(encoded(image, "JPEG", quality=95), part=part, mark=mark)
    assert presented.status is DecodeStatus.OK
    assert presented.picture is not None
    assert "data" not in repr(presented.picture)
    made = opened(presented.picture.data)
    assert made.size == (presented.picture.width, presented.picture.height)
    return made


def test_a_part_is_that_part_and_nothing_else(pool: DecodePool) -> None:
    colours = np.zeros((300, 600, 3), np.uint8)
    for number in range(9):
        row, column = divmod(number, 3)
        colours[row * 100 : row * 100 + 100, column * 200 : column * 200 + 200] = (number * 25, 250 - number * 25, 128)
    image = Image.fromarray(colours)
    for number, part in enumerate(PARTS):
        pixels = np.asarray(shown(pool, image, part), int)
        assert pixels.shape == (200, 400, 3)
        assert np.abs(np.median(pixels, axis=(0, 1)) - (number * 25, 250 - number * 25, 128)).max() < 6


@pytest.mark.parametrize("ground", [0, 60, 128, 200, 255])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_the_mark_is_seen_on_every_ground_and_the_picture_under_it(pool: DecodePool, ground: int, mode: str) -> None:
    image = Image.new(mode, (640, 480), (ground,) * len(mode) if mode == "RGB" else ground)
    made = shown(pool, image)
    assert made.mode == mode
    pixels = np.asarray(made.convert("L"), int)
    assert 40 <= np.abs(pixels - ground).max() <= 110
    for part in (pixels[:160], pixels[160:320], pixels[320:], pixels[:, :213], pixels[:, 426:]):
        assert 0.01 < (np.abs(part - ground) > 15).mean() < 0.3


def test_different_marks_make_different_pictures_of_one_derivative(pool: DecodePool) -> None:
    image = drawings.drawing(1)
    one, other = shown(pool, image, mark="1"), shown(pool, image, mark="2")
    assert np.abs(np.asarray(one, int) - np.asarray(other, int)).max() > 20


@pytest.mark.parametrize("size", [(64, 48), (1, 1), (2, 3), (4096, 20), (7, 2000)])
def test_every_part_of_any_size_can_be_shown(pool: DecodePool, size: tuple[int, int]) -> None:
    for part in ("whole", *PARTS):
        made = shown(pool, Image.new("L", size, 90), part)
        assert 300 <= max(made.size) <= LONGEST_SIDE


def test_what_is_no_picture_has_an_outcome_and_what_is_no_part_is_refused(pool: DecodePool) -> None:
    good = encoded(drawings.drawing(1), "JPEG")
    for data in (b"", b"junk", good[:300], good[: len(good) // 2]):
        assert pool.present(data, part="whole", mark=MARK).picture is None
    for part, mark in (
        ("tile-0", MARK),
        ("tile-10", MARK),
        ("", MARK),
        ("whole", ""),
        ("whole", "x" * 65),
        ("whole", "\n"),
    ):
        with pytest.raises(ValueError, match="part|mark"):
            pool.present(good, part=part, mark=mark)
    assert pool.present(good, part="whole", mark=MARK).picture is not None
    assert pool.decode(good).status is DecodeStatus.OK


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_parts_cover_the_picture_and_none_is_empty(width: int, height: int) -> None:
    boxes = [box_of(part, width, height) for part in PARTS]
    assert all(0 <= left < right <= width and 0 <= top < bottom <= height for left, top, right, bottom in boxes)
    if min(width, height) >= 3:
        assert sum((right - left) * (bottom - top) for left, top, right, bottom in boxes) == width * height
    assert box_of("whole", width, height) == (0, 0, width, height)


def test_an_answer_that_is_no_marked_part_is_refused() -> None:
    data = encoded(drawings.drawing(1).resize((64, 48)), "JPEG")
    wanted = {MARKED: LONGEST_SIDE}
    assert checked_pictures([[MARKED, len(data), 64, 48]], memoryview(data), wanted)[MARKED].data == data
    for described in (None, [], [["full", len(data), 64, 48]], [[MARKED, len(data), 48, 64]], [[MARKED, 1, 64, 48]]):
        with pytest.raises(wire.BadMessageError):
            checked_pictures(described, memoryview(data), wanted)
