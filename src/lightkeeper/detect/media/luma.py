"""Pixels of every kind that Pillow gives -> eight-bit luma, over white.

Luma is ITU-R BT.601 as Pillow's ``convert("L")`` computes it, the same as the PDQ reference gets from its pictures.
Depths beyond eight bits are scaled, not clipped, so that a 16-bit file looks like its 8-bit version.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

Luma = NDArray[np.uint8]

#: Conversions that need several times the picture's memory are made in bands of about this many pixels.
_BAND_PIXELS = 2_000_000
_DEEP = frozenset({"I", "F", "I;16", "I;16L", "I;16B", "I;16N"})
_WHITE_IS_ZERO = 0
_TAG_BITS = 258
_TAG_PHOTOMETRIC = 262


def to_luma(image: Image.Image) -> Luma:
    """Return the luma of a loaded picture of any mode, shape (rows, columns), over white where it is transparent."""
    mode = image.mode
    if mode in _DEEP:
        return _deep_luma(image)
    if "transparency" not in image.info:
        if mode == "L":
            return _as_array(image)
        if mode in ("RGB", "1", "RGBX"):
            return _as_array(image.convert("L"))
        if mode == "YCbCr":
            return _as_array(image.getchannel(0))
    return _banded(image)


def negative(luma: Luma) -> Luma:
    """Return the luma of the picture with light and dark exchanged."""
    return np.subtract(255, luma, dtype=np.uint8)


def _as_array(image: Image.Image) -> Luma:
    return np.frombuffer(image.tobytes(), dtype=np.uint8).reshape(image.height, image.width)


def _banded(image: Image.Image) -> Luma:
    """Modes that go through a wider one, a band of rows at a time: the whole would take 4 to 12 bytes a pixel more."""
    width, height = image.size
    rows = max(1, _BAND_PIXELS // width)
    if rows >= height:
        return _as_array(_band_luma(image))
    luma = np.empty((height, width), dtype=np.uint8)
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        luma[top:bottom] = _as_array(_band_luma(image.crop((0, top, width, bottom))))
    return luma


def _band_luma(image: Image.Image) -> Image.Image:
    mode = image.mode
    if mode == "La":
        image = image.convert("LA")
    elif mode == "RGBa" or mode == "PA" or "transparency" in image.info:
        image = image.convert("RGBA")
    elif mode in ("CMYK", "LAB", "HSV"):
        image = image.convert("RGB")
    if image.mode not in ("LA", "RGBA"):
        return image.convert("L")
    alpha = image.getchannel("A")
    luma = image.convert("L")
    if alpha.getextrema() == (255, 255):
        return luma
    over_white = Image.new("L", image.size, 255)
    over_white.paste(luma, mask=alpha)
    return over_white


def _deep_luma(image: Image.Image) -> Luma:
    """16 and 32 bits and floating point. The scale is the file's where it says one, else the values' own range."""
    values = np.asarray(image)
    tags = getattr(image, "tag_v2", {})
    if image.mode.startswith("I;16"):
        bits = tags.get(_TAG_BITS, (16,))[0]
        luma = (values >> (4 if bits == 12 else 8)).astype(np.uint8)
    else:
        luma = _scaled(values)
    # Pillow inverts "white is zero" for depths up to eight bits only.
    return negative(luma) if tags.get(_TAG_PHOTOMETRIC) == _WHITE_IS_ZERO else luma


def _scaled(values: NDArray[np.generic]) -> Luma:
    """32-bit whole or floating-point values -> 0 to 255, by the smallest customary range that holds them."""
    real = np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(real.min()), float(real.max())
    if low < 0 or high > 65535:
        base, span = low, high - low
    else:
        whole = np.issubdtype(values.dtype, np.integer)
        base, span = 0.0, 255.0 if high > 1 or whole else 1.0
        if high > 255:
            # 65280 = 255 * 256: what a right shift by eight bits does, as for 16-bit files.
            span = 65280.0
    if span <= 0:
        return np.zeros(values.shape, dtype=np.uint8)
    scaled: Luma = np.clip((real - np.float32(base)) * np.float32(255.0 / span), 0, 255).astype(np.uint8)
    return scaled


def negative_ink(image: Image.Image) -> Image.Image:
    """Read a CMYK picture the other way round (ink 0 as full, or the reverse)."""
    return ImageChops.invert(image)
