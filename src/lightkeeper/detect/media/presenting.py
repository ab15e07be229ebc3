"""Cuts a part out of a derivative and marks it, in the locked-in process: what one person sees at one moment."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from lightkeeper.detect.media.decode import Picture
from lightkeeper.detect.media.derivatives import LONGEST_SIDE
from lightkeeper.detect.media.deriving import jpeg
from lightkeeper.detect.media.parts import MARKED, WHOLE, box_of, check_part

__all__ = ["WHOLE", "present"]

_SMALLEST: Final = 320
"""A part is enlarged until its longer side has so many pixels: it shows no more by that, and the mark can be read."""

_ANGLE: Final = 30
_STRENGTH: Final = 72
"""How much of the mark is seen, of 255: light letters with a dark edge, so that it is read on either."""


def present(picture: Picture, part: str, mark: str) -> tuple[list[list[object]], list[bytes]]:
    """Decode a derivative, cut the part out and mark it: [name, bytes, width, height], and the JPEG.

    Raises ``Unreadable`` where there is no picture, ``ValueError`` for a part or a mark that is none.
    """
    check_part(part, mark)
    image = picture.shown(longest=LONGEST_SIDE)
    image = _enlarged(image.crop(box_of(part, *image.size)))
    _mark(image, mark)
    content = jpeg(image)
    return [[MARKED, len(content), image.width, image.height]], [content]


def _enlarged(image: Image.Image) -> Image.Image:
    times = -(-_SMALLEST // max(image.size))
    return image if times == 1 else image.resize((image.width * times, image.height * times), Image.Resampling.NEAREST)


def _mark(image: Image.Image, mark: str) -> None:
    """Write the mark all over the picture, slanting, each row a little beside the one above."""
    light, dark = _stamp(mark, max(14, max(image.size) // 45))
    across, down = light.width * 9 // 10, light.height * 9 // 10
    ink = (255, 0) if image.mode == "L" else ((255, 255, 255), (0, 0, 0))
    for row, top in enumerate(range(-down // 2, image.height, down)):
        for left in range(-across * (row % 2) // 2 - across // 4, image.width, across):
            image.paste(ink[1], (left, top), dark)
            image.paste(ink[0], (left, top), light)


@lru_cache(maxsize=4)
def _stamp(mark: str, size: int) -> tuple[Image.Image, Image.Image]:
    """The mark once: where it is light and, around the letters, where it is dark."""
    font = ImageFont.load_default(size)
    edge = max(1, size // 12)
    left, top, right, bottom = font.getbbox(mark, stroke_width=edge)
    area = (int(right - left) + 2 * size, int(bottom - top) + size)
    at = (size - left, size // 2 - top)
    stamps = []
    for stroke in (0, edge):
        stamp = Image.new("L", area)
        ImageDraw.Draw(stamp).text(at, mark, fill=_STRENGTH, font=font, stroke_width=stroke)
        stamps.append(stamp.rotate(_ANGLE, Image.Resampling.BICUBIC, expand=True))
    return stamps[0], stamps[1]
