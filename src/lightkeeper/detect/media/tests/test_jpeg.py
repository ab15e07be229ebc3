"""The fast path for JPEG gives what the slow path gives."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from lightkeeper.detect.media.jpeg import scale_for
from lightkeeper.detect.media.tests.pictures import decoded, difference, draw, luma_of, stored, the_frame


@pytest.mark.parametrize(
    ("size", "scale"),
    [
        ((500, 375), 1),
        ((1022, 1400), 1),
        ((1023, 1400), 2),  # ceil(1023 / 2) = 512
        ((2044, 3000), 2),
        ((2045, 3000), 4),
        ((4088, 5000), 4),
        ((4089, 4089), 8),
        ((30000, 40000), 8),
    ],
)
def test_scale(size: tuple[int, int], scale: int) -> None:
    assert scale_for(*size) == scale == scale_for(*size[::-1])


@pytest.mark.parametrize("size", [(1023, 1101), (1024, 1024), (2047, 2049), (4089, 4090)])
def test_reduced_size_and_content(size: tuple[int, int]) -> None:
    drawing = draw(*size)
    frame = the_frame(stored(drawing, "JPEG", quality=92))
    scale = scale_for(*size)
    assert frame.reduced == scale > 1
    assert frame.luma.shape == (-(-size[1] // scale), -(-size[0] // scale))
    assert (frame.width, frame.height) == size
    # Each reduced pixel is about the mean of those it stands for.
    assert difference(frame.luma, luma_of(drawing.reduce(scale))) < 1.5


def test_reduced_and_turned() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture, (frame,) = decoded(stored(draw(1400, 1100), "JPEG", exif=exif))
    assert (frame.reduced, frame.luma.shape, frame.width, frame.height) == (2, (700, 550), 1100, 1400)
    assert (picture.width, picture.height) == (1100, 1400)


def _slow(data: bytes) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    image = Image.open(io.BytesIO(data), formats=["JPEG"])
    return np.asarray(image.convert("RGB").convert("L"), dtype=np.float64)


def _variants() -> dict[str, bytes]:
    drawing = draw(301, 203)
    subsampled = {f"4:{n}": stored(drawing, "JPEG", subsampling=n, quality=90) for n in (0, 1, 2)}
    return {
        **subsampled,
        "grey": stored(drawing.convert("L"), "JPEG", quality=90),
        "coded as RGB": stored(drawing, "JPEG", keep_rgb=True, quality=90),
        "progressive": stored(drawing, "JPEG", progressive=True, quality=90),
        "restart markers": stored(drawing, "JPEG", restart_marker_rows=1, quality=90),
        "CMYK": stored(drawing.convert("CMYK"), "JPEG", quality=90),
        "poor": stored(drawing, "JPEG", quality=15),
    }


@pytest.mark.parametrize("name", _variants())
def test_equals_the_slow_path(name: str) -> None:
    data = _variants()[name]
    frame = the_frame(data)
    slow = _slow(data)
    assert frame.luma.shape == slow.shape
    # Y straight from the file and Y computed back from RGB differ by rounding, and where RGB had to be clipped.
    assert np.abs(frame.luma - slow).mean() < 0.6
    assert np.quantile(np.abs(frame.luma - slow), 0.99) <= 2


def test_the_luma_channel_itself_is_read() -> None:
    data = stored(draw(), "JPEG", subsampling=0, quality=100)
    image = Image.open(io.BytesIO(data), formats=["JPEG"])
    assert isinstance(image, JpegImageFile)
    image.draft("YCbCr", None)
    assert np.array_equal(np.asarray(image.getchannel(0)), the_frame(data).luma)


class TestInk:
    """Four-colour JPEG: both ways to write ink, and YCCK."""

    drawing = draw()
    luma = luma_of(drawing)
    data = stored(drawing.convert("CMYK"), "JPEG", quality=95)

    def test_adobe_inverted(self) -> None:
        assert b"Adobe" in self.data
        assert difference(the_frame(self.data).luma, self.luma) < 2

    def test_unmarked_is_read_both_ways(self) -> None:
        """Nothing says which way the ink is written, so both readings are searched."""
        at = self.data.index(b"\xff\xeeAdobe"[:2])
        length = int.from_bytes(self.data[at + 2 : at + 4], "big")
        picture, frames = decoded(self.data[:at] + self.data[at + 2 + length :])
        assert (picture.frames_total, picture.frames_used) == (1, 1)
        assert [frame.number for frame in frames] == [0, 0]
        assert min(difference(frame.luma, self.luma) for frame in frames) < 2

    def test_ycck(self) -> None:
        """YCCK: the first three channels are stored as YCbCr; marked by transform 2 of the Adobe segment."""
        cmyk = np.asarray(self.drawing.convert("CMYK"))
        # libjpeg turns YCC into RGB and calls 255 - RGB ink; Adobe writes ink inverted once more.
        ycc = np.asarray(Image.fromarray(cmyk[:, :, :3]).convert("YCbCr"))
        coded = np.dstack([255 - ycc, cmyk[:, :, 3]])
        data = stored(Image.fromarray(coded, "CMYK"), "JPEG", quality=98, subsampling=0)
        at = data.index(b"Adobe") + 11
        assert data[at] == 0
        marked = data[:at] + b"\x02" + data[at + 1 :]
        assert difference(the_frame(marked).luma, self.luma) < 3
