"""The eight orientations of a picture, as operations on the bits of its PDQ hash.

Bit ``k = 16 * i + j`` of a PDQ hash says whether the DCT coefficient with row frequency ``i + 1`` and column
frequency ``j + 1`` lies above the median. Mirroring a picture left to right negates the coefficients of odd column
frequency (``j`` even), flipping it top to bottom those of odd row frequency (``i`` even), transposing it swaps
``i`` and ``j``. We *define* the orientation of a hash as that permutation and complement of its bits. Hashing the
turned pixels gives the same bits but for a few whose coefficients lie at the median.

An orientation is what is **applied to the query to bring the listed picture back**: a query that is the listed
picture turned a quarter anticlockwise is found as ``TURNED_90`` (clockwise). The number of an orientation is three
bits: 1 mirror, 2 flip, 4 transpose, and the transposition comes first. Sets of orientations are masks of eight
bits, bit ``o`` for orientation ``o``.

Source: PDQ, "PDQ & TMK + PDQF", section on dihedral-transform hashes, Meta, 2019; checked against hashes of turned
pixels in the tests.
"""

from __future__ import annotations

import enum

import numpy as np
from numpy.typing import NDArray

PLAIN_ONLY = 0b0000_0001
"""The mask of the picture as it is."""

ALL_ORIENTATIONS = 0b1111_1111
"""The mask of all eight orientations."""


class Orientation(enum.IntEnum):
    """What is applied to the query; turns are clockwise."""

    PLAIN = 0
    MIRRORED = 1
    FLIPPED = 2
    TURNED_180 = 3
    TRANSPOSED = 4
    TURNED_90 = 5
    TURNED_270 = 6
    TRANSVERSE = 7

    @property
    def label(self) -> str:
        """The name for people: ``mirrored``, ``turned 90``."""
        return self.name.lower().replace("_", " ")


def bits_of(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Bits of PDQ hashes: (n, 32) bytes to (n, 16, 16) zeros and ones, row frequency first."""
    return np.unpackbits(values, axis=1)[:, ::-1].reshape(-1, 16, 16)


def values_of(bits: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """PDQ hashes of bits: the inverse of :func:`bits_of`."""
    return np.packbits(bits.reshape(-1, 256)[:, ::-1], axis=1)


def oriented(values: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """PDQ hashes brought into an orientation.

    ``values`` is (n, 32) bytes, as is the result. Raises ValueError when ``orientation`` is not 0 to 7.
    """
    kind = Orientation(orientation)
    bits = bits_of(values).copy()
    if kind & 4:
        bits = bits.transpose(0, 2, 1).copy()
    if kind & 1:
        bits[:, :, 0::2] ^= 1
    if kind & 2:
        bits[:, 0::2, :] ^= 1
    return values_of(bits)
