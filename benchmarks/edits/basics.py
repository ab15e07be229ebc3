"""What the edits share: encoding, words, colours, simple geometry."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

from PIL import Image

Edit = Callable[[Image.Image, random.Random], bytes]
Colour = tuple[int, int, int]

WORDS = "the light finds and the keeper decides what follows from it with care every day".split()


def jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    """The picture as JPEG."""
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    """The picture in any format that Pillow writes."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def random_colour(rng: random.Random) -> Colour:
    """Black, white or anything."""
    return rng.choice([(0, 0, 0), (255, 255, 255), tuple(rng.randrange(256) for _ in range(3))])  # type: ignore[return-value]


def sentence(rng: random.Random, words: int) -> str:
    """Harmless words."""
    return " ".join(rng.choice(WORDS) for _ in range(words))


def resized(picture: Image.Image, ratio: float) -> Image.Image:
    """The picture at ``ratio`` of its sides."""
    size = (max(1, round(picture.width * ratio)), max(1, round(picture.height * ratio)))
    return picture.resize(size, Image.Resampling.BICUBIC)


def cropped(picture: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    """The picture without these shares of its sides."""
    w, h = picture.size
    return picture.crop((round(w * left), round(h * top), round(w * (1 - right)), round(h * (1 - bottom))))


def on_canvas(picture: Image.Image, width: int, height: int, x: int, y: int, colour: Colour) -> Image.Image:
    """The picture at (x, y) of an even canvas."""
    canvas = Image.new("RGB", (width, height), colour)
    canvas.paste(picture, (x, y))
    return canvas
