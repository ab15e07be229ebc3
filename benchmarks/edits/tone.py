"""Changes of tone, format and size."""

from __future__ import annotations

import random

from PIL import Image, ImageEnhance, ImageFilter

from benchmarks.edits.basics import encoded, jpeg, resized


def recompressed(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(picture, rng.randrange(25, 60))


def webp(picture: Image.Image, rng: random.Random) -> bytes:
    return encoded(picture, "WEBP", quality=rng.randrange(50, 90))


def avif(picture: Image.Image, rng: random.Random) -> bytes:
    return encoded(picture, "AVIF", quality=rng.randrange(40, 80))


def grey(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(picture.convert("L"))


def brighter(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(ImageEnhance.Brightness(picture).enhance(rng.uniform(0.7, 1.3)))


def saturated(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(ImageEnhance.Color(picture).enhance(rng.uniform(0.2, 2.0)))


def contrast(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(ImageEnhance.Contrast(picture).enhance(rng.uniform(0.6, 1.4)))


def gamma(picture: Image.Image, rng: random.Random) -> bytes:
    power = rng.uniform(0.7, 1.4)
    return jpeg(picture.point([round(255 * (value / 255) ** power) for value in range(256)] * 3))


def blurred(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(picture.filter(ImageFilter.GaussianBlur(rng.uniform(1, 2))))


def sharpened(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(picture.filter(ImageFilter.UnsharpMask(2, 120)))


def palette_gif(picture: Image.Image, rng: random.Random) -> bytes:
    return encoded(picture.quantize(256), "GIF")


def palette_png(picture: Image.Image, rng: random.Random) -> bytes:
    return encoded(picture.quantize(64), "PNG")


def cmyk(picture: Image.Image, rng: random.Random) -> bytes:
    return encoded(picture.convert("CMYK"), "JPEG", quality=85)


def exif_turned(picture: Image.Image, rng: random.Random) -> bytes:
    orientation, turn = rng.choice([(6, 90), (8, 270), (3, 180)])
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(picture.rotate(turn, expand=True), "JPEG", quality=85, exif=exif)


def small(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(resized(picture, rng.uniform(0.38, 0.45)))


def enlarged(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(resized(picture, rng.uniform(1.5, 2.2)))
