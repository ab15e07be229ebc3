"""PDQ, the 256-bit perceptual picture hash, as a linear operator in numpy.

Source of the algorithm: "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", Meta, 2019,
and its reference implementation. Its steps are

1. luma, two passes of a box blur along each axis, and sampling to 64 x 64. All of it is linear and separable, so it
   is ``rows @ luma @ columns.T`` with two cached matrices of shape (64, n): `sampling_matrix`;
2. a discrete cosine transform of which the 16 x 16 lowest frequencies without the constant are kept;
3. one bit for each coefficient: whether it lies above the median of the 256.

Linearity also lets a picture that the JPEG decoder has already reduced be hashed: the matrix is *folded*, the columns
of the pixels that became one are added up (``reduced`` below). That is exact where the decoder averages, and stays
within 4 bits while the reduced short side is at least 512 (docs/measurements.md).
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from lightkeeper.detect.media.frames import Frame

HASHER = "lightkeeper-pdq/1"
"""Name and version of this hasher; goes with every hash it makes."""

BITS = 256
SAMPLES = 64
FREQUENCIES = 16
MINIMUM_QUALITY = 50
"""Below it the picture has too little structure for its hash to mean anything (the reference's advice)."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pdq:
    """A hash of 32 bytes, in the order of its hexadecimal form, and the picture's quality from 0 to 100."""

    value: bytes
    quality: int

    def hex(self) -> str:
        """The 64 hexadecimal digits in which lists exchange a PDQ."""
        return self.value.hex()


def pdq(frame: Frame) -> Pdq:
    """Hash one decoded picture as it is."""
    return of_samples(sample(frame))


def of_samples(samples: Floats) -> Pdq:
    """Hash the 64 x 64 samples of a picture."""
    return Pdq(bytes(bits_of(coefficients(samples)[np.newaxis])[0]), int(qualities(samples[np.newaxis])[0]))


def sample(frame: Frame) -> Floats:
    """The 64 x 64 samples of a decoded picture, 0 to 255."""
    rows, columns = frame.luma.shape
    starts, weights = _windows(frame.height, frame.reduced, rows)
    # Only a narrow window of rows counts for a sample: adding those up costs a third of the whole matrix product.
    windows = sliding_window_view(frame.luma, weights.shape[1], axis=0)[starts]
    blurred = np.einsum("rcw,rw->rc", windows, weights)
    return np.asarray(blurred @ sampling_matrix(frame.width, frame.reduced, columns).T, np.float32)


@functools.lru_cache(maxsize=64)
def _windows(length: int, reduced: int, pixels: int) -> tuple[NDArray[np.intp], Floats]:
    """The rows of the sampling matrix without their zeros: where each begins (64), and its weights (64, widest)."""
    matrix = sampling_matrix(length, reduced, pixels)
    first = (matrix != 0).argmax(axis=1)
    last = pixels - (matrix[:, ::-1] != 0).argmax(axis=1)
    width = int((last - first).max())
    starts = np.minimum(first, pixels - width)
    return starts, np.take_along_axis(matrix, starts[:, np.newaxis] + np.arange(width), axis=1)


@functools.lru_cache(maxsize=64)
def sampling_matrix(length: int, reduced: int, pixels: int) -> Floats:
    """Blur and sampling along one axis of ``length`` original pixels, as a matrix of shape (64, pixels).

    With ``reduced`` = k the columns of each k neighbours are added up, for a plane that was decoded at 1/k. Raises
    ValueError where that does not make ``pixels`` columns.
    """
    matrix = _blur_and_sample(length)
    if reduced > 1:
        matrix = np.add.reduceat(matrix, np.arange(0, length, reduced), axis=1)
    if matrix.shape[1] != pixels:
        raise ValueError(f"a side of {length} pixels reduced {reduced} times has {matrix.shape[1]}, not {pixels}")
    return matrix.astype(np.float32)


def _blur_and_sample(length: int) -> NDArray[np.float64]:
    # The reference's box window is not centred when its size is even: output o averages [o + half - size, o + half).
    # Two passes: the sampled row of the second picks windows of the first; their union is summed by differences.
    size = math.ceil(length / (2 * SAMPLES))
    half = (size + 2) // 2
    centres = np.arange(length)
    low = np.maximum(0, centres + half - size)
    high = np.minimum(length, centres + half)
    weight = 1.0 / (high - low)
    steps = np.zeros((SAMPLES, length + 1))
    for row in range(SAMPLES):
        picked = int((row + 0.5) * length / SAMPLES)
        window = slice(low[picked], high[picked])
        np.add.at(steps[row], low[window], weight[picked] * weight[window])
        np.subtract.at(steps[row], high[window], weight[picked] * weight[window])
    matrix = np.cumsum(steps, axis=1)[:, :length]
    matrix[matrix < 1e-12] = 0  # what rounding leaves beyond the window
    return matrix


@functools.cache
def cosine_matrix() -> Floats:
    """The rows 1 to 16 of the 64-point DCT-II, shape (16, 64)."""
    frequency = np.arange(1, FREQUENCIES + 1)[:, np.newaxis]
    position = 2 * np.arange(SAMPLES)[np.newaxis] + 1
    scale = math.sqrt(2 / SAMPLES)
    return np.asarray(scale * np.cos(math.pi / (2 * SAMPLES) * frequency * position), np.float32)


def coefficients(samples: Floats) -> Floats:
    """The 16 x 16 cosine coefficients (row frequency, column frequency) of 64 x 64 samples."""
    cosines = cosine_matrix()
    return np.asarray(cosines @ samples @ cosines.T, np.float32)


def bits_of(spectra: Floats) -> NDArray[np.uint8]:
    """Hashes of shape (n, 32) of coefficients of shape (n, 16, 16): one bit each, whether it is above their median."""
    flat = spectra.reshape(-1, BITS)
    median = np.partition(flat, BITS // 2 - 1, axis=1)[:, BITS // 2 - 1 : BITS // 2]
    # Bit 255 comes first in the hexadecimal form.
    return np.packbits((flat > median)[:, ::-1], axis=1)


def qualities(samples: Floats) -> NDArray[np.int64]:
    """The reference's measure of structure, 0 to 100, of a stack of samples of shape (n, 64, 64).

    The sum of the steps between neighbouring samples in whole percents of the range, so that small ones do not count.
    """
    total = np.zeros(len(samples), np.int64)
    for axis in (1, 2):
        steps = np.abs(np.diff(samples, axis=axis)) * np.float32(100 / 255)
        total += steps.astype(np.int32).sum(axis=(1, 2))
    return np.minimum(100, total // 90)
