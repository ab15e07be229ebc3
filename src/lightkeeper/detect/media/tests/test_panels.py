"""The panels of a collage are cut out, with and without gaps between them."""

from __future__ import annotations

import pytest
from PIL import Image

from lightkeeper.detect.media.hashing import queries
from lightkeeper.detect.media.panels import panels
from lightkeeper.detect.media.pdq import pdq
from lightkeeper.detect.media.tests.hashes import MATCH_RADIUS, apart, drawn, frame, luma, picture

SHAPES = {2: (1, 2), 3: (3, 1), 4: (2, 2)}


def collage(count: int, gap: int) -> Image.Image:
    rows, columns = SHAPES[count]
    width, height = 320, 240
    out = Image.new("RGB", (columns * (width + gap) + gap, rows * (height + gap) + gap), (250, 250, 250))
    for panel in range(count):
        place = (gap + panel % columns * (width + gap), gap + panel // columns * (height + gap))
        out.paste(picture(panel, (640, 480)).resize((width, height)), place)
    return out


@pytest.mark.parametrize("count", sorted(SHAPES))
@pytest.mark.parametrize("gap", [0, 6, 12])
def test_every_panel_of_a_collage_is_found(count: int, gap: int) -> None:
    made = queries(frame(luma(collage(count, gap))), "thorough")
    for panel in range(count):
        listed = pdq(frame(drawn(panel))).value
        nearest = min(zip((apart(value, listed) for value in made.values), made.names, strict=True))
        assert nearest[0] <= MATCH_RADIUS, nearest


@pytest.mark.parametrize("size", [(16, 16), (31, 900), (63, 64), (64, 96)])
def test_pictures_too_small_for_panels_have_none_or_few(size: tuple[int, int]) -> None:
    levels = drawn(1, size)
    assert len(panels(levels)) <= 2 * 14
    if max(size) < 64:
        assert panels(levels) == []
