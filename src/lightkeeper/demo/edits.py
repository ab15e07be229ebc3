"""A handful of edits that people make to pictures, for the demonstration.

The measured kinds of edit, many more and with varying parameters, are in ``benchmarks/``.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from PIL import Image, ImageDraw, ImageEnhance, ImageFont, ImageOps

Edit = Callable[[Image.Image], Image.Image]


def framed(picture: Image.Image) -> Image.Image:
    """Put a white border around the picture."""
    return ImageOps.expand(picture, border=picture.width // 9, fill=(255, 255, 255))


def tilted(picture: Image.Image) -> Image.Image:
    """Turn the picture by three degrees; black fills the corners."""
    return picture.rotate(3, Image.Resampling.BICUBIC)


def cropped(picture: Image.Image) -> Image.Image:
    """Cut two per cent off every side."""
    dx, dy = round(picture.width * 0.02), round(picture.height * 0.02)
    return picture.crop((dx, dy, picture.width - dx, picture.height - dy))


def recoloured(picture: Image.Image) -> Image.Image:
    """Make the picture paler, brighter and bluer."""
    pale = ImageEnhance.Brightness(ImageEnhance.Color(picture).enhance(0.3)).enhance(1.15)
    red, green, blue = pale.split()
    return Image.merge("RGB", (red.point(lambda v: v * 0.85), green, blue.point(lambda v: min(255, v * 1.1))))


def captioned(picture: Image.Image) -> Image.Image:
    """Put the picture below a white bar with words."""
    bar = picture.height // 6
    canvas = Image.new("RGB", (picture.width, picture.height + bar), (255, 255, 255))
    canvas.paste(picture, (0, bar))
    font = ImageFont.load_default(bar // 3)
    ImageDraw.Draw(canvas).text((bar // 3, bar // 3), "found this on the beach today", (20, 20, 20), font)
    return canvas


def screenshot(picture: Image.Image) -> Image.Image:
    """Show the picture on a telephone's screen, with bars and words above and below."""
    width, height = 540, 1170
    canvas = Image.new("RGB", (width, height), (12, 12, 14))
    draw = ImageDraw.Draw(canvas)
    scaled = picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)
    canvas.paste(scaled, (0, (height - scaled.height) // 2))
    for place, words in (((28, 18), "9:41"), ((28, 90), "lantern"), ((28, height - 120), "reply ...")):
        draw.text(place, words, (235, 235, 235), ImageFont.load_default(26))
    return canvas


EDITS: Final[Mapping[str, Edit]] = MappingProxyType(
    {
        "re-encoded": lambda picture: picture,
        "recoloured": recoloured,
        "mirrored": ImageOps.mirror,
        "turned": lambda picture: picture.transpose(Image.Transpose.ROTATE_90),
        "framed": framed,
        "mirrored-and-framed": lambda picture: framed(ImageOps.mirror(picture)),
        "captioned": captioned,
        "cropped": cropped,
        "tilted": tilted,
        "screenshot": screenshot,
    }
)
"""Edits by name."""


def as_jpeg(picture: Image.Image, quality: int = 70) -> bytes:
    """Encode a picture as JPEG."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def as_png(picture: Image.Image) -> bytes:
    """Encode a picture as PNG, without any loss."""
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
