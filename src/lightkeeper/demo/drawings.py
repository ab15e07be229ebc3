"""Abstract pictures drawn by code: no content, no people, the same picture for the same number on every machine.

They are made to be told apart by PDQ: rich in structure, and far from one another. ``flat``, ``text`` and
``screenshot`` are the opposite on purpose: the kinds of picture that give perceptual hashes trouble.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Floats = NDArray[np.float32]
Size = tuple[int, int]

DEFAULT_SIZE: Final[Size] = (640, 480)
_CLOUD_SIDE: Final = 256
_WORDS: Final = (
    "harbour", "lantern", "tide", "keeper", "signal", "granite", "window", "morning", "ledger", "compass", "barrel",
    "northern", "quiet", "iron", "copper", "measure", "evening", "ladder", "passage", "gravel", "meadow", "cotton",
    "station", "pepper", "violet", "thunder", "orchard", "basin", "marble",
)  # fmt: skip


def drawing(number: int, size: Size = DEFAULT_SIZE) -> Image.Image:
    """Draw picture ``number`` (any whole number) in RGB at ``size`` (width, height, both at least 16)."""
    random = np.random.default_rng([number, 1])
    kind = _KINDS[number % len(_KINDS)]
    light = _clouds(random, size) * 0.5 + kind(random, size)
    return _coloured(random, light, _clouds(random, size))


def flat(number: int, size: Size = DEFAULT_SIZE) -> Image.Image:
    """Draw a picture with next to no structure: one colour, or a faint gradient."""
    random = np.random.default_rng([number, 2])
    colour = random.integers(0, 256, 3)
    if number % 2 == 0:
        return Image.new("RGB", size, tuple(int(part) for part in colour))
    x, y = _grid(size)
    slope = (x * random.normal() + y * random.normal()) * 4
    return _to_image(colour + slope[:, :, None])


def text(number: int, size: Size = DEFAULT_SIZE) -> Image.Image:
    """Draw a page of meaningless words, dark on light or light on dark."""
    random = np.random.default_rng([number, 3])
    paper, ink = ((250, 250, 245), (25, 25, 30)) if number % 3 else ((24, 26, 30), (225, 225, 220))
    image = Image.new("RGB", size, paper)
    _write_words(image, random, ink=ink, box=(size[0] // 16, size[1] // 16, size[0] * 15 // 16, size[1] * 15 // 16))
    return image


def screenshot(number: int, size: Size = (480, 960)) -> Image.Image:
    """Draw what looks like a telephone's screen: bars above and below, rows with a disc and words between."""
    random = np.random.default_rng([number, 4])
    width, height = size
    dark = number % 2 == 0
    image = Image.new("RGB", size, (18, 18, 20) if dark else (246, 246, 248))
    draw = ImageDraw.Draw(image)
    ink = (230, 230, 230) if dark else (30, 30, 34)
    bar = tuple(int(part) for part in random.integers(40, 200, 3))
    draw.rectangle((0, 0, width, height // 12), fill=bar)
    draw.rectangle((0, height * 15 // 16, width, height), fill=(60, 60, 64) if dark else (225, 225, 228))
    top, row = height // 12, int(height * random.uniform(0.07, 0.14))
    while top + row < height * 15 // 16:
        disc = tuple(int(part) for part in random.integers(60, 230, 3))
        draw.ellipse((width // 30, top + row // 5, width // 30 + row * 3 // 5, top + row * 4 // 5), fill=disc)
        _write_words(image, random, ink=ink, box=(width // 30 + row, top + row // 5, width * 15 // 16, top + row))
        top += row
    return image


def _write_words(
    image: Image.Image, random: np.random.Generator, *, ink: Size | tuple[int, ...], box: tuple[int, ...]
) -> None:
    """Fill a box of the picture with lines of words."""
    left, top, right, bottom = box
    height = int(random.integers(12, 26))
    font = ImageFont.load_default(height)
    draw = ImageDraw.Draw(image)
    while top + height < bottom:
        words = " ".join(str(random.choice(_WORDS)) for _ in range(int(random.integers(2, 9))))
        while words and draw.textlength(words, font) > right - left:
            words = words.rpartition(" ")[0]
        draw.text((left, top), words, fill=ink, font=font)
        top += int(height * 1.4)


def _grid(size: Size) -> tuple[Floats, Floats]:
    """Give x and y, each (height, width), over -1 to 1 along the longer side."""
    width, height = size
    scale = max(size) / 2
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return (x - width / 2) / np.float32(scale), (y - height / 2) / np.float32(scale)


def _clouds(random: np.random.Generator, size: Size, slope: float = 1.5) -> Floats:
    """Draw noise whose spectrum falls as in natural pictures; mean 0, deviation 1, shape (height, width).

    It is drawn small and enlarged: the transform would cost more than all else, and its finest parts are faint.
    """
    shrink = max(1.0, max(size) / _CLOUD_SIDE)
    width, height = (max(8, round(side / shrink)) for side in size)
    fy, fx = np.meshgrid(np.fft.fftfreq(height), np.fft.rfftfreq(width), indexing="ij")
    frequency = np.hypot(fy, fx)
    frequency[0, 0] = np.inf
    phase = random.uniform(0, 2 * np.pi, frequency.shape)
    field = np.fft.irfft2(np.exp(1j * phase) / frequency**slope, s=(height, width))
    field = ((field - field.mean()) / (field.std() or 1)).astype(np.float32)
    return np.asarray(Image.fromarray(field).resize(size, Image.Resampling.BICUBIC), np.float32)


def _blobs(random: np.random.Generator, size: Size) -> Floats:
    """Soft discs, light and dark."""
    x, y = _grid(size)
    field = np.zeros_like(x)
    for _ in range(int(random.integers(14, 28))):
        radius, sign = random.uniform(0.06, 0.35), random.choice((-1.6, 1.6))
        distance = np.hypot(x - random.uniform(-1, 1), y - random.uniform(-0.8, 0.8))
        field += sign / (1 + np.exp(np.clip((distance - radius) * 60, -50, 50)))
    return field


def _polygons(random: np.random.Generator, size: Size) -> Floats:
    """Flat shapes with corners, one over another."""
    image = Image.new("F", size, 0)
    draw = ImageDraw.Draw(image)
    for _ in range(int(random.integers(12, 26))):
        centre = random.uniform(0, 1, 2) * size
        angles = np.sort(random.uniform(0, 2 * np.pi, int(random.integers(3, 7))))
        radii = random.uniform(0.08, 0.4, len(angles)) * min(size)
        corners = centre[:, None] + radii * np.array([np.cos(angles), np.sin(angles)])
        draw.polygon([(float(px), float(py)) for px, py in corners.T], fill=float(random.uniform(-2.2, 2.2)))
    return np.asarray(image, np.float32)


def _stripes(random: np.random.Generator, size: Size) -> Floats:
    """Waves of several directions and widths, bent."""
    x, y = _grid(size)
    bend = _clouds(random, size, 2.2)
    field = np.zeros_like(x)
    for _ in range(5):
        angle, frequency = random.uniform(0, np.pi), random.uniform(4, 22)
        wave = (x * np.cos(angle) + y * np.sin(angle)) * frequency + bend * random.uniform(0.3, 1.2)
        field += np.sign(np.sin(wave + random.uniform(0, 2 * np.pi))) * random.uniform(0.3, 1.0)
    return field


def _mosaic(random: np.random.Generator, size: Size) -> Floats:
    """Cells around random points, each with its own light and a slope of it."""
    x, y = _grid(size)
    count = int(random.integers(25, 60))
    points, slopes = random.uniform(-1, 1, (count, 2)), random.normal(0, 2.5, (count, 2))
    best, nearest = np.full_like(x, np.inf), np.zeros(x.shape, np.intp)
    for cell, (px, py) in enumerate(points.tolist()):
        distance = (x - px) ** 2 + (y - py) ** 2
        closer = distance < best
        best[closer], nearest[closer] = distance[closer], cell
    light = random.uniform(-2, 2, count)[nearest]
    slope = slopes[nearest, 0] * (x - points[nearest, 0]) + slopes[nearest, 1] * (y - points[nearest, 1])
    return np.asarray(light + slope, np.float32)


def _terrain(random: np.random.Generator, size: Size) -> Floats:
    """Folded noise: ridges and valleys."""
    ridges = np.abs(_clouds(random, size, 1.7))
    return np.asarray(2.5 - 3.2 * ridges + _clouds(random, size, 1.3), np.float32)


_KINDS: Final[tuple[Callable[[np.random.Generator, Size], Floats], ...]] = (
    _blobs,
    _polygons,
    _stripes,
    _mosaic,
    _terrain,
)


def _coloured(random: np.random.Generator, light: Floats, hue: Floats) -> Image.Image:
    """Turn a field of light into a picture: contrast by rank, and two colours that the hue field mixes."""
    low, high = np.quantile(light, (0.02, 0.98))
    light = np.clip((light - low) / (high - low or 1), 0, 1)
    colours = random.uniform(0.6, 1.0, (2, 3)).astype(np.float32)
    mix = 1 / (1 + np.exp(-1.5 * hue))[:, :, None]
    return _to_image((20 + light[:, :, None] * 235) * (colours[0] * mix + colours[1] * (1 - mix)))


def _to_image(values: Floats) -> Image.Image:
    return Image.fromarray(np.clip(np.rint(values), 0, 255).astype(np.uint8), "RGB")
