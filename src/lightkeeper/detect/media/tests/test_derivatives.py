"""Derivatives come from the locked-in process, upright, bounded, without metadata, and the parent checks them."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from lightkeeper.demo import drawings
from lightkeeper.detect.media import wire
from lightkeeper.detect.media.derivatives import (
    ALL_KINDS,
    LONGEST_SIDE,
    DerivativeKind,
    checked,
    is_plain_jpeg,
    mask_of,
)
from lightkeeper.detect.media.pool import DecodePool, DecodeStatus, Limits


@pytest.fixture(scope="module")
def pool() -> Iterator[DecodePool]:
    with DecodePool(workers=1, limits=Limits()) as made:
        yield made


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_three_kinds_of_one_picture(pool: DecodePool) -> None:
    derived = pool.derive(encoded(drawings.drawing(1)))
    assert derived.status is DecodeStatus.OK
    assert list(derived.pictures) == list(ALL_KINDS)
    width, height = drawings.drawing(1).size
    sizes = {kind: (one.width, one.height) for kind, one in derived.pictures.items()}
    assert sizes[DerivativeKind.FULL] == (width, height)
    assert sizes[DerivativeKind.GREY] == (width // 2, height // 2)
    assert max(sizes[DerivativeKind.TILE]) == 64
    for kind, one in derived.pictures.items():
        image = opened(one.data)
        assert image.size == (one.width, one.height)
        assert image.mode == ("RGB" if kind is DerivativeKind.FULL else "L")
    again = np.asarray(opened(derived.pictures[DerivativeKind.FULL].data).convert("L"), int)
    assert np.abs(again - np.asarray(drawings.drawing(1).convert("L"), int)).mean() < 4
    assert "data" not in repr(derived.pictures[DerivativeKind.TILE])


def test_only_what_was_asked_for_is_made(pool: DecodePool) -> None:
    derived = pool.derive(encoded(drawings.drawing(2)), [DerivativeKind.TILE])
    assert list(derived.pictures) == [DerivativeKind.TILE]
    with pytest.raises(ValueError, match="no kind"):
        pool.derive(encoded(drawings.drawing(2)), [])


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_and_metadata_is_gone(pool: DecodePool, orientation: int) -> None:
    image = drawings.drawing(3).resize((120, 80))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "planted description"
    data = encoded(image, "JPEG", quality=95, exif=exif, comment=b"planted comment", icc_profile=b"planted profile")
    full = pool.derive(data, [DerivativeKind.FULL]).pictures[DerivativeKind.FULL]
    assert (full.width, full.height) == ((80, 120) if orientation >= 5 else (120, 80))
    assert b"planted" not in full.data
    assert not opened(full.data).getexif()
    from PIL import ImageOps

    upright = ImageOps.exif_transpose(opened(data))
    difference = np.abs(np.asarray(opened(full.data), int) - np.asarray(upright, int))
    assert difference.mean() < 6


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "I;16", "CMYK"])
def test_pictures_of_every_mode_are_shown_over_white(pool: DecodePool, mode: str) -> None:
    drawing = drawings.drawing(4).resize((200, 100))
    if mode == "I;16":
        data = encoded(Image.fromarray(np.asarray(drawing.convert("L")).astype(np.uint16) * 257))
    elif mode == "PA":
        data = encoded(drawing.quantize(32), transparency=3)
    else:
        data = encoded(drawing.convert(mode), "TIFF" if mode == "CMYK" else "PNG")
    derived = pool.derive(data)
    assert derived.status is DecodeStatus.OK
    assert len(derived.pictures) == 3


def test_transparent_places_are_white(pool: DecodePool) -> None:
    data = encoded(Image.new("RGBA", (40, 40), (0, 0, 0, 0)))
    full = pool.derive(data).pictures[DerivativeKind.FULL]
    assert np.asarray(opened(full.data)).min() > 250


def test_a_large_picture_is_made_smaller_and_a_thin_one_keeps_a_pixel(pool: DecodePool) -> None:
    for size in ((9000, 300), (300, 5000), (1, 40), (5000, 1)):
        derived = pool.derive(encoded(Image.new("RGB", size, (200, 30, 30))))
        full = derived.pictures[DerivativeKind.FULL]
        assert max(full.width, full.height) <= LONGEST_SIDE
        assert min(full.width, full.height) >= 1
        assert abs(full.width / full.height - size[0] / size[1]) / (size[0] / size[1]) < 0.4 or min(size) == 1


def test_the_first_frame_of_an_animation_and_nothing_of_a_video(pool: DecodePool) -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ((250, 0, 0), (0, 250, 0))]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    red, green, _ = np.asarray(opened(pool.derive(data).pictures[DerivativeKind.FULL].data))[32, 32]
    assert red > 200
    assert green < 60
    video = b"\x00\x00\x00\x18ftypmp42" + bytes(64)
    derived = pool.derive(video)
    assert derived.status is DecodeStatus.VIDEO
    assert not derived.pictures


def test_hostile_files_have_an_outcome_and_no_derivative(pool: DecodePool) -> None:
    good = encoded(drawings.drawing(1), "JPEG")
    bomb = encoded(Image.new("1", (40_000, 40_000)))
    for data in (b"", b"hello", b"<svg/>", good[:200], bomb, b"\xff\xd8\xff\xe0" + bytes(50)):
        derived = pool.derive(data)
        assert derived.status is not DecodeStatus.OK
        assert not derived.pictures
        assert derived.reason
    assert pool.derive(good).status is DecodeStatus.OK


def test_what_is_left_of_a_damaged_file_is_shown(pool: DecodePool) -> None:
    data = encoded(drawings.drawing(1), "JPEG")
    derived = pool.derive(data[: len(data) * 2 // 3])
    assert derived.status is DecodeStatus.PARTIAL
    assert "shown" in derived.reason
    assert derived.pictures


def test_scans_and_derivatives_share_the_processes(pool: DecodePool) -> None:
    data = encoded(drawings.drawing(1))
    before = pool.decode(data)
    pool.derive(data)
    assert pool.decode(data) == before


JPEG = encoded(drawings.drawing(1).resize((64, 48)), "JPEG")


def test_a_plain_jpeg_is_one_of_that_size_with_nothing_else() -> None:
    assert is_plain_jpeg(JPEG, 64, 48)
    assert is_plain_jpeg(encoded(drawings.drawing(1).resize((64, 48)).convert("L"), "JPEG"), 64, 48)
    comment = b"\xff\xfe" + struct.pack(">H", 7) + b"hello"
    exif = b"\xff\xe1" + struct.pack(">H", 8) + b"Exif\0\0"
    for altered in (
        JPEG[:2] + comment + JPEG[2:],
        JPEG[:2] + exif + JPEG[2:],
        JPEG + JPEG,
        JPEG + b"behind",
        JPEG[:-2],
        b"GIF89a" + JPEG,
        encoded(drawings.drawing(1).resize((64, 48)), "JPEG", progressive=True),
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff",
        b"",
    ):
        assert not is_plain_jpeg(altered, 64, 48)
    assert not is_plain_jpeg(JPEG, 48, 64)


@given(st.binary(max_size=200))
def test_looking_at_any_bytes_never_raises(data: bytes) -> None:
    assert not is_plain_jpeg(b"\xff\xd8" + data, 3, 3)


def test_an_answer_that_is_not_what_was_asked_for_is_refused() -> None:
    mask = mask_of([DerivativeKind.TILE])
    good = [["tile", len(JPEG), 64, 48]]
    assert checked(good, memoryview(JPEG), mask)[DerivativeKind.TILE].data == JPEG
    bad: list[object] = [
        None, [], [["grey", len(JPEG), 64, 48]], [["tile", len(JPEG) + 1, 64, 48]], [["tile", len(JPEG) - 1, 64, 48]],
        [["tile", len(JPEG), 65, 48]], [["tile", True, 64, 48]], [["tile", len(JPEG), 48, 64]], [["tile", -1, 64, 48]],
        [["tile"]], good * 2, {"tile": 1},
    ]  # fmt: skip
    for described in bad:
        with pytest.raises(wire.BadMessageError):
            checked(described, memoryview(JPEG), mask)
    for body in (b"", b"\x01", struct.pack("<I", 99) + b"{}", struct.pack("<I", 2) + b"[]"):
        with pytest.raises(wire.BadMessageError):
            wire.split_content(body)
