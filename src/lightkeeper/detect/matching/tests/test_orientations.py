"""Orientations are a group, keep distances, and agree with hashing the turned pixels."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lightkeeper.detect.matching.orientations import Orientation, bits_of, oriented, values_of

TURNS = {
    Orientation.PLAIN: lambda p: p,
    Orientation.MIRRORED: lambda p: p[:, ::-1],
    Orientation.FLIPPED: lambda p: p[::-1],
    Orientation.TURNED_180: lambda p: p[::-1, ::-1],
    Orientation.TRANSPOSED: lambda p: p.T,
    Orientation.TURNED_90: lambda p: np.rot90(p, -1),
    Orientation.TURNED_270: lambda p: np.rot90(p, 1),
    Orientation.TRANSVERSE: lambda p: p[::-1, ::-1].T,
}


def hashed(pixels: NDArray[np.float64]) -> NDArray[np.uint8]:
    """PDQ of 64 x 64 pixels: signs about the median of the 16 x 16 lowest coefficients but the constant ones."""
    frequency = np.arange(1, 17)[:, None]
    cosines = np.sqrt(2 / 64) * np.cos(np.pi / 128 * frequency * (2 * np.arange(64)[None, :] + 1))
    coefficients = cosines @ pixels @ cosines.T
    return values_of((coefficients > np.median(coefficients)).astype(np.uint8))


@pytest.mark.parametrize("orientation", list(Orientation))
def test_orientation_of_a_hash_is_the_hash_of_the_turned_pixels(orientation: Orientation) -> None:
    random = np.random.default_rng(orientation)
    distances = []
    for _ in range(30):
        pixels = random.normal(size=(64, 64))
        turned = hashed(TURNS[orientation](pixels))
        distances.append(int(np.bitwise_count(oriented(hashed(pixels), orientation) ^ turned).sum()))
    # Coefficients between the median and its negative fall on the other side of it when negated.
    assert np.median(distances) <= 12
    assert max(distances) <= 31


def test_orientations_form_the_group_of_the_square() -> None:
    value = np.random.default_rng(0).integers(0, 256, (1, 32), dtype=np.uint8)
    assert np.array_equal(oriented(oriented(value, Orientation.TURNED_90), Orientation.TURNED_270), value)
    twice = oriented(oriented(value, Orientation.TURNED_90), Orientation.TURNED_90)
    assert np.array_equal(twice, oriented(value, Orientation.TURNED_180))
    assert len({oriented(value, o).tobytes() for o in Orientation}) == 8
    assert np.array_equal(values_of(bits_of(value)), value)


def test_labels_and_unknown_orientations() -> None:
    assert Orientation.TURNED_90.label == "turned 90"
    with pytest.raises(ValueError, match="8 is not a valid"):
        oriented(np.zeros((1, 32), np.uint8), 8)
