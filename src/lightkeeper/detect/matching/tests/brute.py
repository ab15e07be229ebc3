"""The plainest possible search, which the index must agree with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lightkeeper.detect.matching.orientations import oriented

Row = tuple[int, int, int, int]


def brute_force(
    values: NDArray[np.uint8], bases: NDArray[np.uint8], masks: NDArray[np.uint8], radii: NDArray[np.int64]
) -> set[Row]:
    """All (query, orientation, entry, distance) with the distance within ``radii`` of the entry."""
    rows: set[Row] = set()
    for orientation in range(8):
        turned = oriented(bases, orientation)
        apart = np.bitwise_count(turned[:, None, :] ^ values[None, :, :]).sum(axis=2, dtype=np.int64)
        wanted = ((masks >> orientation) & 1)[:, None].astype(bool)
        for query, entry in zip(*np.nonzero((apart <= radii[None, :]) & wanted), strict=True):
            rows.add((int(query), orientation, int(entry), int(apart[query, entry])))
    return rows


def flipped(values: NDArray[np.uint8], bits: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """The values with ``bits`` random bits changed each."""
    changes = np.zeros((len(values), 256), np.uint8)
    for row in changes:
        row[random.choice(256, bits, replace=False)] = 1
    return values ^ np.packbits(changes, axis=1)
