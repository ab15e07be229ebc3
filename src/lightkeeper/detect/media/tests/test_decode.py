"""Every format and every kind of pixel gives about the luma of the drawing it was made from."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from lightkeeper.detect.media import codecs
from lightkeeper.detect.media.decode import Picture, Unreadable
from lightkeeper.detect.media.limits import Limits
from lightkeeper.detect.media.status import Reason
from lightkeeper.detect.media.tests.pictures import decoded, difference, draw, luma_of, stored, the_frame

DRAWING = draw()
LUMA = luma_of(DRAWING)


@pytest.mark.parametrize(
    ("kind", "options", "allowed"),
    [
        ("JPEG", {"quality": 95}, 1.5),
        ("JPEG", {"quality": 95, "progressive": True}, 1.5),
        ("JPEG", {"quality": 95, "keep_rgb": True}, 1.5),
        ("PNG", {}, 0),
        ("GIF", {}, 4),
        ("WEBP", {"quality": 95}, 2.5),
        ("WEBP", {"lossless": True}, 0),
        ("AVIF", {"quality": 95}, 2.5),
        ("BMP", {}, 0),
        ("TIFF", {}, 0),
        ("TIFF", {"compression": "tiff_lzw"}, 0),
        ("TIFF", {"compression": "tiff_adobe_deflate"}, 0),
        ("TIFF", {"compression": "packbits"}, 0),
        ("TIFF", {"compression": "jpeg", "quality": 95}, 2),
        ("TIFF", {"big_tiff": True}, 0),
    ],
)
def test_format(kind: str, options: dict[str, object], allowed: float) -> None:
    picture, (frame,) = decoded(stored(DRAWING, kind, **options))
    assert difference(frame.luma, LUMA) <= allowed
    assert picture.reason is Reason.DECODED
    assert (picture.width, picture.height, picture.frames_total, picture.frames_used) == (120, 90, 1, 1)
    assert (frame.width, frame.height, frame.reduced, frame.number) == (120, 90, 1, 0)


@pytest.mark.skipif(codecs.missing("HEIC") is not None, reason="the extra 'heic' is not installed")
def test_heic_upright() -> None:
    import pillow_heif

    exif = Image.Exif()
    exif[0x0112] = 6
    image = pillow_heif.from_pillow(DRAWING)
    target = io.BytesIO()
    image.save(target, quality=95, exif=exif.tobytes())
    assert difference(the_frame(target.getvalue()).luma, luma_of(DRAWING.transpose(Image.Transpose.ROTATE_270))) < 2.5


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "YCbCr", "LAB", "I;16", "I", "F", "RGBA", "LA"])
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "GIF"])
def test_mode(mode: str, kind: str) -> None:
    if kind == "GIF" and mode not in ("1", "L", "P", "RGB"):
        pytest.skip("Pillow makes a palette of it, not always a faithful one")
    if mode == "P":
        image = DRAWING.quantize(128)
    elif mode in ("I;16", "I", "F"):
        deep = np.asarray(DRAWING.convert("L")).astype(np.uint16) * 257
        image = Image.fromarray(deep) if mode == "I;16" else Image.fromarray(deep.astype(np.int32))
        image = image if mode != "F" else Image.fromarray(deep.astype(np.float32) / 65535)
    elif mode == "LAB":
        image = Image.fromarray(np.asarray(DRAWING)).convert("LAB")
    else:
        image = DRAWING.convert(mode)
    try:
        data = stored(image, kind)
    except OSError:
        pytest.skip(f"{kind} does not hold {mode}")
    expected = luma_of(image) if mode == "1" else LUMA
    assert difference(the_frame(data).luma, expected) <= {"LAB": 2, "P": 4}.get(mode, 1)


def test_deep_grey_is_scaled_and_not_clipped() -> None:
    eight = np.asarray(DRAWING.convert("L"))
    for deep in (eight.astype(np.uint16) * 257, eight.astype(np.uint16) * 256):
        for kind in ("PNG", "TIFF"):
            assert np.array_equal(the_frame(stored(Image.fromarray(deep), kind)).luma, eight)


def test_signed_and_wide_values_keep_their_shape() -> None:
    eight = LUMA.astype(np.float32)
    for values in (eight * 1000 - 70000, eight / 255, eight, eight * 257):
        luma = the_frame(stored(Image.fromarray(values.astype(np.float32)), "TIFF")).luma
        assert np.corrcoef(luma.ravel(), LUMA.ravel())[0, 1] > 0.999


def test_values_that_are_no_numbers() -> None:
    values = LUMA.astype(np.float32)
    values[0] = np.nan
    values[1] = np.inf
    assert difference(the_frame(stored(Image.fromarray(values), "TIFF")).luma[2:], LUMA[2:]) <= 1
    assert the_frame(stored(Image.new("F", (40, 40), float("nan")), "TIFF")).luma.max() == 0


def test_white_is_zero_in_16_bits() -> None:
    deep = np.asarray(DRAWING.convert("L")).astype(np.uint16) * 257
    data = stored(Image.fromarray(65535 - deep), "TIFF")
    tag = struct.pack("<HHI", 262, 3, 1)
    assert data.count(tag) == 1
    flipped = data.replace(tag + struct.pack("<I", 1), tag + struct.pack("<I", 0))
    assert difference(the_frame(flipped).luma, LUMA) <= 1


def _over_white(alpha: NDArray[np.uint8]) -> NDArray[np.float64]:
    share = alpha / 255.0
    return LUMA * share + 255 * (1 - share)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "AVIF"])
def test_transparency_over_white(kind: str) -> None:
    alpha = np.tile(np.linspace(0, 255, 120), (90, 1)).astype(np.uint8)
    image = DRAWING.copy()
    image.putalpha(Image.fromarray(alpha))
    options = {"lossless": True, "exact": True} if kind == "WEBP" else {"quality": 95} if kind == "AVIF" else {}
    assert difference(the_frame(stored(image, kind, **options)).luma, _over_white(alpha)) < 2


def test_premultiplied_transparency() -> None:
    alpha = np.tile(np.linspace(20, 255, 120), (90, 1)).astype(np.uint8)
    image = DRAWING.copy()
    image.putalpha(Image.fromarray(alpha))
    straight = stored(image, "TIFF")
    tag = struct.pack("<HHI", 338, 3, 1)
    data = straight.replace(tag + b"\x02", tag + b"\x01")
    assert data != straight
    assert the_frame(data).luma.mean() > the_frame(straight).luma.mean()  # read as premultiplied, colours are brighter


def test_palette_with_transparent_colours() -> None:
    image = DRAWING.quantize(16)
    indices = np.asarray(image)
    for kind, transparency in (("PNG", 3), ("PNG", bytes([255, 255, 0, 128])), ("GIF", 3)):
        opaque = np.ones(16) * 255
        opaque[: len(transparency) if isinstance(transparency, bytes) else 0] = list(
            transparency if isinstance(transparency, bytes) else b""
        )
        if isinstance(transparency, int):
            opaque[transparency] = 0
        share = opaque[indices] / 255
        expected = luma_of(image) * share + 255 * (1 - share)
        assert difference(the_frame(stored(image, kind, transparency=transparency, optimize=False)).luma, expected) < 1


def test_one_transparent_colour_of_a_picture_without_palette() -> None:
    flat = Image.new("RGB", (40, 40), (10, 20, 30))
    flat.paste((200, 0, 0), (0, 0, 20, 40))
    luma = the_frame(stored(flat, "PNG", transparency=(10, 20, 30))).luma
    assert luma[:, 20:].min() == 255
    assert luma[:, :20].max() < 100


def test_large_pictures_are_converted_in_bands_without_seams() -> None:
    image = draw(1500, 1700).convert("CMYK")
    assert difference(the_frame(stored(image, "TIFF")).luma, luma_of(image.convert("RGB"))) < 0.6


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_exif_orientation(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = stored(DRAWING, kind, exif=exif, **({"quality": 95} if kind in ("JPEG", "WEBP", "AVIF") else {}))
    turned = DRAWING.copy()
    turned.getexif()[0x0112] = orientation
    expected = luma_of(ImageOps.exif_transpose(turned))
    picture, (frame,) = decoded(data)
    assert difference(frame.luma, expected) < 3
    assert (frame.height, frame.width) == frame.luma.shape == (picture.height, picture.width)
    assert frame.luma.flags.c_contiguous


@pytest.mark.parametrize("exif", [b"", b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*" + bytes(40)])
def test_invalid_exif_is_ignored(exif: bytes) -> None:
    assert difference(the_frame(stored(DRAWING, "JPEG", quality=95, exif=exif)).luma, LUMA) < 1.5


def test_orientation_out_of_range_is_ignored() -> None:
    exif = Image.Exif()
    exif[0x0112] = 9
    assert the_frame(stored(DRAWING, "JPEG", exif=exif)).luma.shape == (90, 120)


class TestAnimated:
    """Frames are sampled over the whole length."""

    frames = tuple(Image.new("RGB", (64, 48), (5 * n, 5 * n, 5 * n)) for n in range(40))

    @pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
    def test_first_last_and_evenly_between(self, kind: str) -> None:
        data = stored(self.frames[0], kind, save_all=True, append_images=self.frames[1:])
        picture, frames = decoded(data, Limits(frames=5))
        assert [frame.number for frame in frames] == [0, 10, 20, 29, 39]
        assert [int(frame.luma.mean()) for frame in frames] == pytest.approx([0, 50, 100, 145, 195], abs=4)
        assert (picture.frames_total, picture.frames_used) == (40, 5)
        assert picture.reason is Reason.DECODED

    def test_one_frame_only(self) -> None:
        data = stored(self.frames[0], "GIF", save_all=True, append_images=self.frames[1:])
        assert [frame.number for frame in decoded(data, Limits(frames=1))[1]] == [0]

    def test_fewer_frames_when_they_are_large(self) -> None:
        data = stored(self.frames[0], "GIF", save_all=True, append_images=self.frames[1:])
        _, frames = decoded(data, Limits(pixels=64 * 48))
        assert len(frames) == 4

    def test_stops_when_half_of_the_time_is_gone(self) -> None:
        data = stored(self.frames[0], "GIF", save_all=True, append_images=self.frames[1:])
        now = iter(range(100))
        picture = Picture(data, Limits(seconds=8), clock=lambda: float(next(now)))
        assert len(list(picture.frames())) == 5
        assert picture.reason is Reason.OUT_OF_TIME_FOR_FRAMES

    def test_a_frame_that_fails_costs_only_itself(self) -> None:
        data = bytearray(stored(draw(), "TIFF", save_all=True, append_images=[draw(seed=2), draw(seed=3)]))
        compressed = stored(draw(), "PNG", save_all=True, append_images=[draw(seed=2), draw(seed=3)])
        assert len(decoded(bytes(data))[1]) == 3
        at = compressed.rindex(b"fdAT") + 20
        damaged = compressed[:at] + bytes(200) + compressed[at + 200 :]
        picture, frames = decoded(damaged)
        assert [frame.number for frame in frames] == [0, 1]
        assert picture.reason is Reason.SOME_FRAMES

    def test_pages_of_other_sizes(self) -> None:
        pages = [draw(), draw(60, 40), Image.new("L", (8, 8)), draw(200, 100)]
        picture, frames = decoded(stored(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
        assert [frame.luma.shape for frame in frames] == [(90, 120), (40, 60), (100, 200)]
        assert picture.reason is Reason.DECODED

    def test_a_first_page_that_is_too_small(self) -> None:
        data = stored(Image.new("L", (8, 8)), "TIFF", save_all=True, append_images=[draw()])
        picture, frames = decoded(data)
        assert [frame.luma.shape for frame in frames] == [(90, 120)]
        assert (picture.width, picture.height) == (120, 90)


class TestMultiPicture:
    """JPEG files that list further pictures."""

    def test_all_are_used(self) -> None:
        large, small = draw(1200, 1100), draw(1300, 1150, seed=2)
        data = stored(large, "MPO", save_all=True, append_images=[small], quality=95)
        picture, frames = decoded(data)
        assert picture.format == "JPEG"
        assert [(frame.number, frame.reduced, frame.luma.shape) for frame in frames] == [
            (0, 2, (550, 600)),
            (1, 2, (575, 650)),
        ]
        assert difference(frames[1].luma, luma_of(small.reduce(2))) < 2

    def test_a_stale_list_is_no_fault(self) -> None:
        first = stored(DRAWING, "JPEG", quality=95)
        data = stored(DRAWING, "MPO", save_all=True, append_images=[draw(seed=2)], quality=95)
        cut = data[: data.index(b"\xff\xd9\xff\xd8") + 2]
        picture, frames = decoded(cut)
        assert len(first) < len(cut) < len(data)
        assert len(frames) == 1
        assert picture.reason is Reason.DECODED


def test_errors_carry_the_reason() -> None:
    with pytest.raises(Unreadable) as caught:
        decoded(b"hello")
    assert caught.value.reason is Reason.NOT_A_PICTURE
