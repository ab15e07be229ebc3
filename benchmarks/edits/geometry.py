"""Tilts and crops."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageOps

from benchmarks.edits.basics import Edit, cropped, jpeg, random_colour
from benchmarks.edits.surroundings import framed


def tilted(picture: Image.Image, rng: random.Random, degrees: float, style: str | None = None) -> Image.Image:
    """Turned a little: with corners filled (``same``), canvas enlarged (``expanded``) or cropped (``inner``)."""
    angle = degrees * rng.choice([-1, 1])
    style = style or rng.choice(["same", "expanded", "inner"])
    colour = random_colour(rng)
    out = picture.rotate(angle, Image.Resampling.BICUBIC, expand=style == "expanded", fillcolor=colour)
    if style != "inner":
        return out
    w, h = picture.size
    sine, cosine = abs(math.sin(math.radians(angle))), abs(math.cos(math.radians(angle)))
    scale = min(w / (w * cosine + h * sine), h / (w * sine + h * cosine))
    dx, dy = w * (1 - scale) / 2, h * (1 - scale) / 2
    return out.crop((round(dx), round(dy), round(w - dx), round(h - dy)))


def tilt(degrees: float, style: str) -> Edit:
    """An edit that turns by about ``degrees``."""
    return lambda picture, rng: jpeg(tilted(picture, rng, degrees * rng.uniform(0.93, 1.07), style))


def crop_all(share: float) -> Edit:
    """An edit that takes ``share`` off every side."""
    return lambda picture, rng: jpeg(cropped(picture, share, share, share, share))


def crop_two(share: float) -> Edit:
    """An edit that takes ``share`` off two sides, neighbours or opposite ones."""

    def edit(picture: Image.Image, rng: random.Random) -> bytes:
        sides = [0.0] * 4
        for side in rng.sample(range(4), 2):
            sides[side] = share
        return jpeg(cropped(picture, *sides))

    return edit


def crop_one(share: float) -> Edit:
    """An edit that takes ``share`` off one side."""

    def edit(picture: Image.Image, rng: random.Random) -> bytes:
        sides = [0.0] * 4
        sides[rng.randrange(4)] = share
        return jpeg(cropped(picture, *sides))

    return edit


def crop_uneven(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(cropped(picture, *(rng.uniform(0, 0.07) for _ in range(4))))


def mirrored_cropped(picture: Image.Image, rng: random.Random) -> bytes:
    share = rng.uniform(0.03, 0.06)
    return jpeg(cropped(ImageOps.mirror(picture), share, share, share, share))


def tilted_cropped(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(cropped(tilted(picture, rng, rng.uniform(2, 4), "inner"), 0.02, 0.02, 0.02, 0.02))


def mirrored_tilted_framed(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(framed(tilted(ImageOps.mirror(picture), rng, rng.uniform(2, 4), "same"), rng))
