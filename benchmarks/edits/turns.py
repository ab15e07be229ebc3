"""Orientations."""

from __future__ import annotations

import random

from PIL import Image, ImageOps

from benchmarks.edits.basics import jpeg


def mirrored(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(ImageOps.mirror(picture))


def quarter_turned(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(picture.rotate(rng.choice([90, 180, 270]), expand=True))
