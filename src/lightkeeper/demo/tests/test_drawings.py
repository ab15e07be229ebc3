"""Drawings: always the same, told apart by PDQ, and the troublesome kinds troublesome."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from lightkeeper.demo import drawings, edits
from lightkeeper.detect.media.frames import Frame
from lightkeeper.detect.media.pdq import Pdq, pdq


def hashed(picture: Image.Image) -> Pdq:
    return pdq(Frame(np.asarray(picture.convert("L")), 1, picture.width, picture.height))


def test_drawings_are_the_same_each_time() -> None:
    assert drawings.drawing(7).tobytes() == drawings.drawing(7).tobytes()
    assert drawings.drawing(7).tobytes() != drawings.drawing(12).tobytes()


def test_drawings_are_rich_and_far_from_one_another() -> None:
    found = [hashed(drawings.drawing(number)) for number in range(40)]
    assert min(item.quality for item in found) > 80
    bits = np.unpackbits(np.frombuffer(b"".join(item.value for item in found), np.uint8).reshape(-1, 32), axis=1)
    distances = (bits[:, None] != bits[None]).sum(axis=2)
    assert distances[~np.eye(len(found), dtype=bool)].min() > 90


@pytest.mark.parametrize("size", [(16, 16), (33, 200), (1200, 300)])
def test_drawings_come_in_any_size(size: tuple[int, int]) -> None:
    for number in range(5):
        assert drawings.drawing(number, size).size == size


def test_the_troublesome_kinds() -> None:
    assert max(hashed(drawings.flat(number)).quality for number in range(6)) < 20
    assert drawings.text(1).getpixel((0, 0)) == (250, 250, 245)
    assert drawings.screenshot(1).size == (480, 960)


def test_every_edit_changes_the_picture() -> None:
    picture = drawings.drawing(3)
    for name, edit in edits.EDITS.items():
        edited = edit(picture)
        assert edited.mode == "RGB", name
        assert name == "re-encoded" or edited.tobytes() != picture.tobytes()
        assert edits.as_jpeg(edited).startswith(b"\xff\xd8")
