"""Several pictures in one."""

from __future__ import annotations

import random
from collections.abc import Callable

from PIL import Image, ImageOps

from benchmarks.edits.basics import jpeg, random_colour


def collage(panels: int) -> Callable[[Image.Image, random.Random, list[Image.Image]], bytes]:
    """The picture as one of 2, 3 or 4 panels; the others are taken from ``others``."""

    def edit(picture: Image.Image, rng: random.Random, others: list[Image.Image]) -> bytes:
        gap = rng.choice([0, 4, 10])
        rows, columns = {2: rng.choice([(1, 2), (2, 1)]), 3: rng.choice([(1, 3), (3, 1)]), 4: (2, 2)}[panels]
        w, h = picture.size
        out = Image.new("RGB", (columns * w + (columns + 1) * gap, rows * h + (rows + 1) * gap), random_colour(rng))
        place = rng.randrange(panels)
        for panel in range(panels):
            shown = picture if panel == place else ImageOps.fit(rng.choice(others), (w, h))
            out.paste(shown, (gap + panel % columns * (w + gap), gap + panel // columns * (h + gap)))
        out.thumbnail((1200, 1200))
        return jpeg(out)

    return edit


def picture_in_picture(picture: Image.Image, rng: random.Random, others: list[Image.Image]) -> bytes:
    behind = ImageOps.fit(rng.choice(others), (900, rng.randrange(600, 900)))
    shown = picture.resize((300, max(1, round(picture.height * 300 / picture.width))))
    shown.thumbnail((300, behind.height - 20))
    behind.paste(shown, (rng.randrange(0, 600), rng.randrange(0, max(1, behind.height - shown.height))))
    return jpeg(behind)
