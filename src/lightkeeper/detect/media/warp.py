"""Straightening: the listed frame read from a copy in which it lies tilted, sheared or in perspective.

A `Quad` says where the four corners of the listed picture lie in the copy. The 64 x 64 samples that a PDQ needs are
read there, bilinearly; beyond the copy's edge they fade to the mean as in ``uncrop``.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lightkeeper.detect.media.pdq import SAMPLES
from lightkeeper.detect.media.plane import SIDE
from lightkeeper.detect.media.uncrop import FADE

Quad = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""Upper left, upper right, lower right and lower left corner, as shares of the copy's width and height."""


@dataclass(frozen=True, slots=True)
class _Map:
    """For each of the 4096 samples: the upper left of four cells, the shares of those right and below, what is kept."""

    first: NDArray[np.int32]
    right: NDArray[np.float32]
    below: NDArray[np.float32]
    kept: NDArray[np.float32]


def warped(cells: NDArray[np.float32], quads: Sequence[Quad]) -> NDArray[np.float32]:
    """Samples of shape (len(quads), 64, 64) of the frames that lie at ``quads`` in a plane."""
    # Averaging neighbours first takes out what is finer than a sample; the plane loses a row and a column.
    rows = (cells[:-1] + cells[1:]) * np.float32(0.5)
    flat = ((rows[:, :-1] + rows[:, 1:]) * np.float32(0.5)).ravel()
    mean = flat.mean()
    flat -= mean
    samples = np.empty((len(quads), SAMPLES * SAMPLES), np.float32)
    for number, quad in enumerate(quads):
        at = _sampling(quad)
        upper, lower = flat[at.first], flat[at.first + (SIDE - 1)]
        upper += at.right * (flat[at.first + 1] - upper)
        lower += at.right * (flat[at.first + SIDE] - lower)
        upper += at.below * (lower - upper)
        samples[number] = upper * at.kept
    samples += mean
    return samples.reshape(-1, SAMPLES, SAMPLES)


@functools.lru_cache(maxsize=1024)
def _sampling(quad: Quad) -> _Map:
    """Where the samples of a frame lie in the averaged plane."""
    x, y = _positions(quad)
    size = SIDE - 1
    width = max(0.2, math.dist(quad[0], quad[1]), math.dist(quad[3], quad[2]))
    height = max(0.2, math.dist(quad[0], quad[3]), math.dist(quad[1], quad[2]))
    beyond = np.maximum(0, np.abs(x - 0.5) - 0.5) / width + np.maximum(0, np.abs(y - 0.5) - 0.5) / height
    column = np.clip(np.clip(x, 0, 1) * SIDE - 1, 0, size - 1)
    row = np.clip(np.clip(y, 0, 1) * SIDE - 1, 0, size - 1)
    left = np.minimum(column.astype(np.int32), size - 2)
    upper = np.minimum(row.astype(np.int32), size - 2)
    return _Map(
        upper * size + left,
        (column - left).astype(np.float32),
        (row - upper).astype(np.float32),
        np.exp(-beyond / FADE).astype(np.float32),
    )


def _positions(quad: Quad) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where the 4096 samples lie in the copy: the projective map of the unit square to the quad."""
    equations, values = [], []
    for (u, v), (x, y) in zip(((0, 0), (1, 0), (1, 1), (0, 1)), quad, strict=True):
        equations += [[u, v, 1, 0, 0, 0, -x * u, -x * v], [0, 0, 0, u, v, 1, -y * u, -y * v]]
        values += [x, y]
    a, b, c, d, e, f, g, h = np.linalg.solve(np.array(equations, float), np.array(values))
    steps = (np.arange(SAMPLES) + 0.5) / SAMPLES
    across, down = (grid.ravel() for grid in np.meshgrid(steps, steps))
    depth = g * across + h * down + 1
    return (a * across + b * down + c) / depth, (d * across + e * down + f) / depth


@functools.lru_cache(maxsize=1024)
def tilted(degrees: float, aspect: float, scale: float = 1.0, *, inner: bool = False, expanded: bool = False) -> Quad:
    """Where the listed frame lies in a copy of some aspect that was turned by ``degrees`` (anticlockwise).

    The copy kept its size and lost corners, or (``inner``) it was cut to the largest upright rectangle of the same
    shape that is full, or (``expanded``) its canvas was enlarged so that nothing was lost. ``scale`` enlarges the
    listed frame further, for a copy that was cropped as well.
    """
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    across, down = aspect * scale, scale
    if inner:
        full = min(aspect / (aspect * cosine + abs(sine)), 1 / (aspect * abs(sine) + cosine))
        across, down = across / full, down / full
    elif expanded:
        # The canvas is (w cos + h sin) by (w sin + h cos); here is what w and h were.
        across, down = (
            (across * cosine - down * abs(sine)) / math.cos(2 * math.radians(degrees)),
            (down * cosine - across * abs(sine)) / math.cos(2 * math.radians(degrees)),
        )
    x1, y1 = across / 2, down / 2
    corners = ((-x1, -y1), (x1, -y1), (x1, y1), (-x1, y1))
    placed = [((cosine * x + sine * y) / aspect + 0.5, (cosine * y - sine * x) + 0.5) for x, y in corners]
    return placed[0], placed[1], placed[2], placed[3]


def keystone(lean: float, grow: float, *, sideways: bool) -> Quad:
    """A frame seen at an angle: one side longer than its opposite by 2 ``lean`` at each end; ``grow`` all round."""
    low, high = -grow, 1 + grow
    if sideways:
        return (low, low + lean), (high, low - lean), (high, high + lean), (low, high - lean)
    return (low + lean, low), (high - lean, low), (high + lean, high), (low - lean, high)


def sheared(lean: float, grow: float, *, sideways: bool) -> Quad:
    """A frame whose opposite sides slid along each other by 2 ``lean``; ``grow`` all round."""
    low, high = -grow, 1 + grow
    if sideways:
        return (low, low + lean), (high, low - lean), (high, high - lean), (low, high + lean)
    return (low + lean, low), (high + lean, low), (high - lean, high), (low - lean, high)


def shape_step(aspect: float) -> float:
    """The aspect rounded to steps of 4 %, so that few maps need be kept; a tilt hardly depends on it."""
    return math.exp(round(math.log(aspect) * 25) / 25)
