"""Un-cropping: the hash that a picture had before its edges were cut off, read from what is left.

A copy that covers only the part [start, stop] of the listed picture's side is put back into the whole frame, and what
is missing is continued: the edge's value, fading towards the mean of the line with distance. That is the best linear
guess for a picture whose neighbouring values are correlated and far ones are not (a first-order autoregressive
process); of repeating, reflecting and fading edges, fading found most (docs/measurements.md). ``start`` below 0 or
``stop`` above 1 takes something off instead.

Since a PDQ's coefficients are linear in the picture and separable, each axis is one cached matrix of shape (16, 192),
and all combinations of some row and column placements are two matrix products.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lightkeeper.detect.media.mirrors import cosines_by_sense
from lightkeeper.detect.media.pdq import FREQUENCIES, SAMPLES
from lightkeeper.detect.media.plane import SIDE

Span = tuple[float, float]
"""Which part of the listed picture's side the copy covers, as shares of that side."""

WHOLE: Span = (0.0, 1.0)

FADE = 0.08
"""Distance beyond the edge, as a share of the listed side, at which the edge's share of the guess falls to 1/e."""

_TAPS = 17
"""Points at which the triangle that PDQ's two box blurs make, a 64th of the side wide, is evaluated."""


@functools.lru_cache(maxsize=256)
def placement(span: Span) -> NDArray[np.float32]:
    """Samples along one axis of the listed frame from the cells of a copy that covers ``span``; shape (64, 192)."""
    start, stop = span
    reach = 1 / (2 * SAMPLES)
    offsets = np.linspace(-reach, reach, _TAPS)[1:-1]
    weights = reach - np.abs(offsets)
    weights /= weights.sum()
    centres = (np.arange(SAMPLES) + 0.5) / SAMPLES
    matrix = np.zeros((SAMPLES, SIDE))
    rows = np.arange(SAMPLES)
    for offset, weight in zip(offsets, weights, strict=True):
        place = centres + offset
        cell = np.clip((place - start) / (stop - start) * SIDE - 0.5, 0, SIDE - 1)
        first = np.minimum(cell.astype(int), SIDE - 2)
        share = cell - first
        outside = np.maximum(0, np.maximum(start - place, place - stop))
        kept = weight * np.exp(-outside / FADE)
        np.add.at(matrix, (rows, first), kept * (1 - share))
        np.add.at(matrix, (rows, first + 1), kept * share)
        matrix += ((weight - kept) / SIDE)[:, np.newaxis]
    return matrix.astype(np.float32)


@functools.lru_cache(maxsize=64)
def _operators(spans: tuple[Span, ...], senses: int) -> NDArray[np.float32]:
    """For each span, the coefficients of the first sense or of both; shape (len(spans) * senses * 16, 192)."""
    cosines = cosines_by_sense()[:senses].reshape(-1, SAMPLES)
    return np.concatenate([cosines @ placement(span) for span in spans])


def uncropped(
    cells: NDArray[np.float32], placements: Sequence[tuple[Span, Span]], *, mirrors: bool
) -> NDArray[np.float32]:
    """Spectra of a plane in placements of its rows and columns; shape (len(placements), 4 mirrors or 1, 16, 16)."""
    rows, columns, row_of, column_of = _distinct(tuple(placements))
    senses = 2 if mirrors else 1
    products = np.asarray(_operators(rows, senses) @ cells @ _operators(columns, senses).T, np.float32)
    split = products.reshape(len(rows), senses, FREQUENCIES, len(columns), senses, FREQUENCIES)
    return split[row_of, :, :, column_of].transpose(0, 1, 3, 2, 4).reshape(len(row_of), -1, FREQUENCIES, FREQUENCIES)


@functools.lru_cache(maxsize=16)
def _distinct(
    placements: tuple[tuple[Span, Span], ...],
) -> tuple[tuple[Span, ...], tuple[Span, ...], NDArray[np.intp], NDArray[np.intp]]:
    """The distinct row spans and column spans, and for each placement which of them it takes."""
    rows = tuple(dict.fromkeys(row for row, _ in placements))
    columns = tuple(dict.fromkeys(column for _, column in placements))
    row_of = np.array([rows.index(row) for row, _ in placements])
    column_of = np.array([columns.index(column) for _, column in placements])
    return rows, columns, row_of, column_of
