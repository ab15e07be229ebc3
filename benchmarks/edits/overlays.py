"""Things laid over a picture, and pictures of a screen."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageDraw, ImageFont

from benchmarks.edits.basics import Colour, Edit, jpeg, sentence


def text_across(picture: Image.Image, rng: random.Random) -> bytes:
    out = picture.copy()
    size = out.height * rng.uniform(0.14, 0.2)
    draw = ImageDraw.Draw(out)
    ink, edge = rng.choice([((255, 255, 255), (0, 0, 0)), ((0, 0, 0), (255, 255, 255)), ((255, 230, 0), (0, 0, 0))])
    y = out.height * rng.uniform(0.1, 0.7)
    draw.text(
        (out.width * 0.03, y),
        sentence(rng, 3).upper()[:14],
        ink,
        ImageFont.load_default(size),
        stroke_width=2,
        stroke_fill=edge,
    )
    return jpeg(out)


def sticker(picture: Image.Image, rng: random.Random) -> bytes:
    out = picture.copy()
    w, h = out.size
    area = 0.12 * w * h
    wide = math.sqrt(area * rng.uniform(0.7, 1.4))
    tall = area / wide
    x, y = rng.uniform(0, w - wide), rng.uniform(0, max(1, h - tall))
    draw = ImageDraw.Draw(out)
    fill = tuple(rng.randrange(256) for _ in range(3))
    shape = rng.choice([draw.ellipse, draw.rectangle])
    if shape == draw.ellipse:
        grow = math.sqrt(4 / math.pi)
        wide, tall = wide * grow, tall * grow
    shape((x, y, x + wide, y + tall), fill=fill)
    draw.text((x + wide / 4, y + tall / 4), ":-)", (0, 0, 0), ImageFont.load_default(tall / 2.5))
    return jpeg(out)


def solve(matrix: list[list[float]], values: list[float]) -> list[float]:
    """Gauss-Jordan, so that the edits need Pillow only."""
    size = len(values)
    rows = [[*row, value] for row, value in zip(matrix, values, strict=True)]
    for i in range(size):
        pivot = max(range(i, size), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for k in range(size):
            if k != i:
                rows[k] = [a - rows[k][i] * b for a, b in zip(rows[k], rows[i], strict=True)]
    return [row[-1] for row in rows]


def warped(picture: Image.Image, corners: list[tuple[float, float]], colour: Colour) -> Image.Image:
    """The picture with its corners (from the upper left one clockwise) moved to ``corners``, in pixels."""
    w, h = picture.size
    matrix: list[list[float]] = []
    values: list[float] = []
    for (x, y), (u, v) in zip(corners, [(0, 0), (w, 0), (w, h), (0, h)], strict=True):
        matrix += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return picture.transform(
        (w, h), Image.Transform.PERSPECTIVE, solve(matrix, values), Image.Resampling.BICUBIC, fillcolor=colour
    )


def perspective(inward: bool) -> Edit:
    """A photograph of a screen: corners moved by up to 8 %, inwards (surroundings seen) or outwards (parts lost)."""

    def edit(picture: Image.Image, rng: random.Random) -> bytes:
        w, h = picture.size
        sign = 1 if inward else -1
        corners = []
        for x, y in [(0, 0), (1, 0), (1, 1), (0, 1)]:
            dx, dy = (sign * rng.uniform(0, 0.08) for _ in range(2))
            corners.append(((x + (dx if x == 0 else -dx)) * w, (y + (dy if y == 0 else -dy)) * h))
        return jpeg(warped(picture, corners, rng.choice([(0, 0, 0), (30, 30, 34), (200, 200, 200)])))

    return edit


def perspective_mixed(picture: Image.Image, rng: random.Random) -> bytes:
    w, h = picture.size
    corners = [
        ((x + rng.uniform(-0.08, 0.08)) * w, (y + rng.uniform(-0.08, 0.08)) * h)
        for x, y in [(0, 0), (1, 0), (1, 1), (0, 1)]
    ]
    return jpeg(warped(picture, corners, (0, 0, 0)))
