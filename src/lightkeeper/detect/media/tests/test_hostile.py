"""Hostile, damaged and odd files: each ends in one outcome, with a reason that a person understands."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFile

from lightkeeper.detect.media.decode import Picture, Unreadable
from lightkeeper.detect.media.limits import Limits
from lightkeeper.detect.media.pool import DecodePool
from lightkeeper.detect.media.samples import SAMPLES
from lightkeeper.detect.media.status import DecodeStatus, Reason
from lightkeeper.detect.media.tests.pictures import decoded, difference, draw, luma_of, stored
from lightkeeper.detect.media.tests.probes import DescribingPool

LIMITS = Limits(bytes=2_000_000, pixels=4_000_000, side=20_000, seconds=20)
DRAWING = draw(160, 120)


@pytest.fixture(scope="module")
def pool() -> Iterator[DecodePool]:
    with DescribingPool(workers=1, limits=LIMITS) as made:
        yield made


def _png_header(width: int, height: int) -> bytes:
    """A one-bit PNG of any size; its pixels are zeros, which compress to nothing."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    row = bytes(1 + (width + 7) // 8)
    pixels = zlib.compress(row * min(height, 2000))
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def _jpeg_of_size(width: int, height: int, *, progressive: bool = False) -> bytes:
    data = stored(DRAWING, "JPEG", progressive=progressive)
    at = data.index(b"\xff\xc2" if progressive else b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def _gif_canvas(width: int, height: int) -> bytes:
    return SAMPLES["GIF"][:6] + struct.pack("<HH", width, height) + SAMPLES["GIF"][10:]


def _webp_canvas(width: int, height: int) -> bytes:
    body = struct.pack("<B3x", 0x02) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunk = b"VP8X" + struct.pack("<I", 10) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def _bmp_of_size(width: int, height: int) -> bytes:
    data = bytearray(stored(DRAWING, "BMP"))
    struct.pack_into("<ii", data, 18, width, height)
    return bytes(data)


def _tiff_of_size(width: int, height: int) -> bytes:
    data = stored(DRAWING.convert("L"), "TIFF", compression="tiff_lzw")
    for tag, before, after in ((256, 160, width), (257, 120, height)):
        for kind in (3, 4):
            data = data.replace(struct.pack("<HHII", tag, kind, 1, before), struct.pack("<HHII", tag, kind, 1, after))
    return data


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", DecodeStatus.EMPTY),
        (b"just text", DecodeStatus.NOT_A_PICTURE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", DecodeStatus.REFUSED),
        (b"\x1a\x45\xdf\xa3" + bytes(100), DecodeStatus.VIDEO),
        (b"8BPS" + bytes(30), DecodeStatus.UNSUPPORTED),
        (bytes(2_000_001), DecodeStatus.NOT_A_PICTURE),
        (stored(DRAWING, "PNG") + bytes(2_000_000), DecodeStatus.TOO_LARGE),
        (_png_header(30_000, 30_000), DecodeStatus.TOO_MANY_PIXELS),
        (_png_header(20_001, 100), DecodeStatus.TOO_MANY_PIXELS),
        (_jpeg_of_size(30_000, 30_000), DecodeStatus.TOO_MANY_PIXELS),
        (_jpeg_of_size(3_000, 3_000, progressive=True), DecodeStatus.TOO_MANY_PIXELS),
        (_gif_canvas(30_000, 30_000), DecodeStatus.TOO_MANY_PIXELS),
        (_webp_canvas(16_000, 16_000), DecodeStatus.TOO_MANY_PIXELS),
        (_bmp_of_size(30_000, 30_000), DecodeStatus.TOO_MANY_PIXELS),
        (_tiff_of_size(30_000, 30_000), DecodeStatus.TOO_MANY_PIXELS),
        (_png_header(1, 1), DecodeStatus.TOO_SMALL),
        (stored(Image.new("L", (1, 1)), "JPEG"), DecodeStatus.TOO_SMALL),
        (stored(Image.new("L", (400, 15)), "GIF"), DecodeStatus.TOO_SMALL),
        (stored(DRAWING, "JPEG")[:30], DecodeStatus.TRUNCATED),
        (stored(DRAWING, "PNG")[:40], DecodeStatus.TRUNCATED),
        (stored(DRAWING, "GIF")[:30], DecodeStatus.TRUNCATED),
        (stored(DRAWING, "WEBP")[:30], DecodeStatus.TRUNCATED),
        (stored(DRAWING, "AVIF")[:400], DecodeStatus.TRUNCATED),
        (stored(DRAWING, "TIFF")[:100], DecodeStatus.TRUNCATED),
        (stored(DRAWING, "BMP")[:60], DecodeStatus.TRUNCATED),
        (b"\xff\xd8\xff\xd9", DecodeStatus.CORRUPT),
        (b"\x89PNG\r\n\x1a\n" + b"IEND" * 20, DecodeStatus.CORRUPT),
        (b"GIF89a;", DecodeStatus.TRUNCATED),
        (stored(Image.new("L", (64, 64), 7), "PNG"), DecodeStatus.OK),
    ],
)  # fmt: skip
def test_outcome(pool: DecodePool, data: bytes, status: DecodeStatus) -> None:
    outcome = pool.decode(data)
    assert outcome.status is status, outcome.reason
    assert outcome.reason[0].isupper()
    assert outcome.reason.endswith(".") or "pip install" in outcome.reason
    assert "None" not in outcome.reason
    assert (outcome.hashes is not None) == (status in (DecodeStatus.OK, DecodeStatus.PARTIAL))


def test_reasons_name_the_numbers(pool: DecodePool) -> None:
    outcome = pool.decode(_png_header(30_000, 30_000))
    assert outcome.reason == ("The picture is 30000 x 30000 pixels; the limit is 4000000 pixels and 20000 a side.")
    assert (outcome.width, outcome.height) == (30_000, 30_000)


class TestCutShort:
    """What is there of a file that ends early is decoded."""

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP", "GIF"])
    def test_the_first_part_is_there(self, kind: str) -> None:
        choices: dict[str, dict[str, int]] = {"JPEG": {"quality": 95}, "GIF": {"interlace": 0}}
        data = stored(DRAWING, kind, **choices.get(kind, {}))
        picture, (frame,) = decoded(data[: len(data) * 2 // 3])
        assert picture.reason is Reason.CUT_SHORT
        assert picture.status is DecodeStatus.PARTIAL
        assert frame.luma.shape == (120, 160)
        if kind != "BMP":  # whose rows run from the bottom up
            assert difference(frame.luma[:40], luma_of(DRAWING)[:40]) < 4

    def test_a_progressive_jpeg_loses_only_detail(self) -> None:
        data = stored(DRAWING, "JPEG", progressive=True, quality=95)
        picture, (frame,) = decoded(data[: len(data) * 2 // 3])
        assert picture.reason is Reason.CUT_SHORT
        assert difference(frame.luma, luma_of(DRAWING)) < 6

    def test_lossy_webp(self) -> None:
        data = stored(DRAWING, "WEBP", quality=90)
        picture, (frame,) = decoded(data[: len(data) * 2 // 3])
        assert picture.reason is Reason.CUT_SHORT
        assert difference(frame.luma[:30], luma_of(DRAWING)[:30]) < 4
        lying = data[:4] + struct.pack("<I", 2**32 - 10) + data[8 : len(data) * 2 // 3]
        with pytest.raises(Unreadable):
            decoded(lying)

    def test_only_the_end_mark_missing(self) -> None:
        picture, frames = decoded(stored(DRAWING, "JPEG")[:-2])
        assert picture.status in (DecodeStatus.OK, DecodeStatus.PARTIAL)
        assert len(frames) == 1

    def test_rubbish_behind_the_end_is_nothing(self) -> None:
        for kind in ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"):
            assert decoded(stored(DRAWING, kind) + b"rubbish" * 100)[0].reason is Reason.DECODED

    def test_a_flipped_check_sum(self) -> None:
        data = bytearray(stored(DRAWING, "PNG"))
        data[len(data) - 20] ^= 1
        picture, frames = decoded(bytes(data))
        assert picture.reason is Reason.DAMAGED
        assert len(frames) == 1

    def test_an_animation_that_ends_early(self) -> None:
        frames = [draw(seed=n) for n in range(8)]
        data = stored(frames[0], "GIF", save_all=True, append_images=frames[1:])
        picture, got = decoded(data[: len(data) // 2])
        assert 1 < len(got) < 8
        assert picture.status is DecodeStatus.PARTIAL


def test_a_page_list_that_ends_early() -> None:
    data = stored(DRAWING, "TIFF", save_all=True, append_images=[draw(160, 120, seed=2)])
    first = struct.unpack_from("<I", data, 4)[0]
    entries = struct.unpack_from("<H", data, first)[0]
    at = first + 2 + 12 * entries
    picture, frames = decoded(data[:at] + struct.pack("<I", len(data) + 1000) + data[at + 4 :])
    assert len(frames) == 1
    assert picture.reason is Reason.SOME_FRAMES


def test_switches_of_pillow_are_put_back() -> None:
    before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
    picture = Picture(stored(DRAWING, "JPEG")[:-200], Limits())
    for _ in picture.frames():
        assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)
    assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)


def test_other_plug_ins_are_never_reached() -> None:
    """Formats that Pillow would read and that we do not allow."""
    for kind in (
        "PPM",
        "TGA",
        "ICO",
        "PCX",
        "SGI",
        "DDS",
        "PDF",
        "EPS",
        "ICNS",
        "JPEG2000",
        "MSP",
        "SPIDER",
        "XBM",
    ):
        image = Image.new("1" if kind in ("MSP", "XBM") else "F" if kind == "SPIDER" else "RGB", (64, 64))
        with pytest.raises(Unreadable):
            decoded(stored(image, kind))


def _seeds() -> list[bytes]:
    small = draw(48, 36)
    several = [draw(32, 24, seed=n) for n in range(3)]
    made: list[Callable[[], bytes]] = [
        lambda: stored(small, "JPEG"),
        lambda: stored(small, "JPEG", progressive=True),
        lambda: stored(small, "MPO", save_all=True, append_images=several),
        lambda: stored(small, "PNG"),
        lambda: stored(small, "PNG", save_all=True, append_images=several),
        lambda: stored(small.quantize(16), "PNG", transparency=3),
        lambda: stored(several[0], "GIF", save_all=True, append_images=several[1:]),
        lambda: stored(several[0], "WEBP", save_all=True, append_images=several[1:]),
        lambda: stored(small, "WEBP"),
        lambda: stored(small, "AVIF"),
        lambda: stored(small, "BMP"),
        lambda: stored(small.quantize(16), "BMP"),
        lambda: stored(small, "TIFF", compression="tiff_lzw"),
        lambda: stored(small, "TIFF", compression="jpeg"),
        lambda: stored(several[0], "TIFF", save_all=True, append_images=several[1:]),
    ]
    return [make() for make in made] + list(SAMPLES.values())


SEEDS = _seeds()


@st.composite
def _mutated(draw_from: st.DrawFn) -> bytes:
    data = bytearray(draw_from(st.sampled_from(SEEDS)))
    for _ in range(draw_from(st.integers(0, 8))):
        # Headers are short, and most of what can go wrong is in them.
        near = draw_from(st.booleans())
        at = draw_from(st.integers(0, min(len(data), 200 if near else 10**6) - 1))
        data[at] = draw_from(st.sampled_from([0, 1, 0x7F, 0x80, 0xFF, data[at] ^ 1, data[at] ^ 0x80]))
    if draw_from(st.booleans()):
        del data[draw_from(st.integers(0, len(data))) :]
    if draw_from(st.booleans()) and data:
        at = draw_from(st.integers(0, len(data) - 1))
        data[at:at] = draw_from(st.binary(max_size=20))
    return bytes(data)


class TestFuzz:
    """Nothing raises, everything has a status; in the worker, because a crash is an outcome too."""

    @given(data=_mutated())
    def test_damaged_files_in_a_worker(self, data: bytes) -> None:
        outcome = _FUZZED.decode(data)
        assert (outcome.hashes is not None) == (outcome.status in (DecodeStatus.OK, DecodeStatus.PARTIAL))
        assert "Hashing failed" not in outcome.reason

    @given(data=st.binary(max_size=300), start=st.sampled_from([seed[:16] for seed in SEEDS] + [b""]))
    def test_random_bytes_behind_every_magic(self, data: bytes, start: bytes) -> None:
        picture = Picture(start + data, LIMITS)
        try:
            assert len(list(picture.frames())) >= 1
        except Unreadable as problem:
            assert problem.reason.status not in (DecodeStatus.OK, DecodeStatus.PARTIAL)

    @given(data=_mutated())
    def test_damaged_files_in_this_process(self, data: bytes) -> None:
        picture = Picture(data, LIMITS)
        try:
            for frame in picture.frames():
                assert frame.luma.dtype == np.uint8
                assert min(frame.luma.shape) >= 1
                assert frame.luma.shape == (-(-frame.height // frame.reduced), -(-frame.width // frame.reduced))
        except Unreadable as problem:
            assert problem.reason.status not in (DecodeStatus.OK, DecodeStatus.PARTIAL)


_FUZZED = DescribingPool(workers=1, limits=Limits(bytes=2_000_000, pixels=4_000_000, seconds=10, memory_mib=512))


@pytest.fixture(scope="module", autouse=True)
def _close_fuzzed() -> Iterator[None]:
    yield
    _FUZZED.close()


def test_nothing_is_written_and_nothing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Also without the lock, which would hide that something was tried."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with DescribingPool(workers=1, limits=LIMITS, harden=False) as pool:
        for seed in SEEDS:
            for data in (seed, seed[: len(seed) // 2], seed[:40] + seed[60:]):
                assert pool.decode(data).status is not DecodeStatus.WORKER_DIED
                try:
                    assert list(Picture(data, LIMITS).frames())
                except Unreadable:
                    continue
    assert list(tmp_path.iterdir()) == []
    said = capfd.readouterr()
    # libjpeg writes to the error stream by itself; a worker's goes nowhere, so these lines are this process's.
    assert [line for line in (said.out + said.err).splitlines() if not line.startswith("JPEGLib")] == []


def test_limits_are_checked() -> None:
    for name, value in (("bytes", 0), ("pixels", 10), ("side", 1.5), ("frames", 0), ("seconds", float("nan")),
                        ("seconds", True), ("memory_mib", 1), ("bytes", "many")):  # fmt: skip
        with pytest.raises(ValueError, match=name):
            Limits(**{name: value})  # type: ignore[arg-type]
    assert Limits.from_json(Limits(frames=3).to_json()) == Limits(frames=3)
    with pytest.raises(ValueError, match="unknown limits: colour"):
        Limits.from_json({"colour": 1})
