"""A picture inside its surroundings: borders, canvas, captions, a telephone's screen."""

from __future__ import annotations

import random

from PIL import Image, ImageDraw, ImageFont, ImageOps

from benchmarks.edits.basics import Colour, jpeg, on_canvas, random_colour, sentence


def framed(picture: Image.Image, rng: random.Random, colour: Colour | None = None) -> Image.Image:
    """The picture in an even border of 3 to 12 % of its shorter side."""
    width = round(min(picture.size) * rng.uniform(0.03, 0.12))
    return ImageOps.expand(picture, width, colour or random_colour(rng))


def border_black(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(framed(picture, rng, (0, 0, 0)))


def border_white(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(framed(picture, rng, (255, 255, 255)))


def border_coloured(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(framed(picture, rng, tuple(rng.randrange(256) for _ in range(3))))  # type: ignore[arg-type]


def letterbox(picture: Image.Image, rng: random.Random) -> bytes:
    w, h = picture.size
    shape = rng.choice([16 / 9, 1.0, 9 / 16, 4 / 5])
    width, height = (w, max(h, round(w / shape))) if w / h > shape else (max(w, round(h * shape)), h)
    return jpeg(on_canvas(picture, width, height, (width - w) // 2, (height - h) // 2, (0, 0, 0)))


def canvas(picture: Image.Image, rng: random.Random) -> bytes:
    w, h = picture.size
    width, height = round(w * rng.uniform(1.2, 1.7)), round(h * rng.uniform(1.2, 1.7))
    x, y = round((width - w) * rng.random()), round((height - h) * rng.random())
    return jpeg(on_canvas(picture, width, height, x, y, random_colour(rng)))


def mirrored_framed(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(framed(ImageOps.mirror(picture), rng))


def with_caption(picture: Image.Image, rng: random.Random) -> Image.Image:
    """A bar above or below with one to three lines of text."""
    w, h = picture.size
    bar = round(h * rng.uniform(0.12, 0.28))
    paper, ink = rng.choice([((255, 255, 255), (0, 0, 0)), ((0, 0, 0), (255, 255, 255))])
    above = rng.random() < 0.5
    out = on_canvas(picture, w, h + bar, 0, bar if above else 0, paper)
    draw = ImageDraw.Draw(out)
    lines = rng.randrange(1, 4)
    font = ImageFont.load_default(max(8, bar / (lines + 1.2)))
    for line in range(lines):
        y = (0 if above else h) + bar * (line + 0.4) / (lines + 0.6)
        draw.text((w * 0.04, y), sentence(rng, rng.randrange(3, 9)), ink, font)
    return out


def caption(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(with_caption(picture, rng))


def framed_captioned(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(with_caption(framed(picture, rng), rng))


def screenshot(picture: Image.Image, rng: random.Random) -> Image.Image:
    """A phone's screen, with a status line, an application's bars and text, and the picture across its width."""
    width, height = 720, rng.randrange(1280, 1600)
    paper, ink = rng.choice(
        [((255, 255, 255), (20, 20, 20)), ((0, 0, 0), (235, 235, 235)), ((24, 26, 30), (220, 220, 225))]
    )
    margin = rng.choice([0, 0, 16, 28])
    shown = picture.resize((width - 2 * margin, max(1, round(picture.height * (width - 2 * margin) / picture.width))))
    shown.thumbnail((width, height - 360))
    margin = (width - shown.width) // 2
    top = rng.randrange(160, max(161, height - 200 - shown.height))
    out = on_canvas(shown, width, height, margin, top, paper)
    draw = ImageDraw.Draw(out)
    draw.text((24, 12), f"{rng.randrange(24):02}:{rng.randrange(60):02}", ink, ImageFont.load_default(26))
    draw.rectangle((width - 80, 16, width - 30, 38), outline=ink, width=3)
    draw.text((90, 80), sentence(rng, 3), ink, ImageFont.load_default(34))
    draw.ellipse((20, 70, 76, 126), fill=tuple(rng.randrange(256) for _ in range(3)))
    y = top + shown.height + 24
    while y < height - 120:
        draw.text((24, y), sentence(rng, rng.randrange(3, 10)), ink, ImageFont.load_default(26))
        y += rng.randrange(40, 80)
    y = 150
    while y < top - 40:
        draw.text((24, y), sentence(rng, rng.randrange(3, 10)), ink, ImageFont.load_default(24))
        y += rng.randrange(40, 90)
    draw.line((0, height - 90, width, height - 90), fill=ink, width=1)
    for x in range(60, width, 150):
        draw.ellipse((x, height - 70, x + 44, height - 26), outline=ink, width=4)
    return out


def phone_screenshot(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(screenshot(picture, rng))
