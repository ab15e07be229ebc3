"""A mirror image's hash from the picture's samples is the hash of its pixels."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lightkeeper.detect.matching.orientations import oriented
from lightkeeper.detect.media.mirrors import (
    LATE,
    MASKS,
    MIRRORS,
    cosines_by_sense,
    mirror_hashes,
    mirror_spectra,
    plain_hashes,
)
from lightkeeper.detect.media.pdq import SAMPLES, cosine_matrix, pdq, sample
from lightkeeper.detect.media.tests.hashes import apart, drawn, frame

MOST_BITS = 24
"""Measured: at most 20 on these drawings, whose samples the reference takes off the middle."""


def _turned(levels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """The pixels of an orientation; a transposition comes first."""
    if orientation & 4:
        levels = levels.T
    if orientation & 1:
        levels = levels[:, ::-1]
    return levels[::-1] if orientation & 2 else levels


@pytest.mark.parametrize("sampled", [0.0, LATE])
@pytest.mark.parametrize("size", [(400, 400), (400, 300), (333, 401), (801, 700)])
def test_all_eight_orientations_are_those_of_turned_pixels(size: tuple[int, int], sampled: float) -> None:
    for number in range(3 if size[0] > 400 else 5):
        levels = drawn(number, size)
        samples = sample(frame(levels))[np.newaxis]
        hashes = mirror_hashes(mirror_spectra(samples, mirrors=True, sampled=sampled))
        assert hashes.shape == (MIRRORS, 32)
        for mirror, mask in enumerate(MASKS.tolist()):
            for orientation in (o for o in range(8) if mask >> o & 1):
                found = oriented(hashes[mirror : mirror + 1], orientation)[0]
                assert apart(found, pdq(frame(_turned(levels, orientation))).value) <= MOST_BITS


def test_own_medians_are_worth_something() -> None:
    own = complemented = 0
    for number in range(8):
        levels = drawn(number, (400, 300))
        samples = sample(frame(levels))[np.newaxis]
        mirrored = pdq(frame(levels[:, ::-1])).value
        hashes = mirror_hashes(mirror_spectra(samples, mirrors=True, sampled=LATE))
        own += apart(oriented(hashes[1:2], 1)[0], mirrored)
        plain = np.frombuffer(pdq(frame(levels)).value, np.uint8)[np.newaxis]
        complemented += apart(oriented(plain, 1)[0], mirrored)
    assert own < complemented


def test_every_orientation_is_served_once_and_with_its_transpose() -> None:
    assert sum(MASKS.tolist()) == 0b1111_1111
    transpose_of = {0: 4, 1: 6, 2: 5, 3: 7}
    for mirror, mask in enumerate(MASKS.tolist()):
        assert mask == 1 << mirror | 1 << transpose_of[mirror]


@pytest.mark.parametrize("mirror", range(MIRRORS))
def test_the_transpose_in_a_mask_keeps_the_median(mirror: int) -> None:
    # Of one set of coefficients: transposing moves bits and leaves the median, so both orientations agree to the bit.
    spectra = np.random.default_rng(mirror).normal(size=(1, 1, 16, 16)).astype(np.float32)
    four, transposed = np.repeat(spectra, 4, axis=1), np.repeat(spectra.transpose(0, 1, 3, 2), 4, axis=1)
    other = int(MASKS[mirror]).bit_length() - 1
    by_mask = oriented(mirror_hashes(four)[mirror : mirror + 1], other)
    # The picture transposed first, then mirrored or flipped as its number says.
    direct = oriented(mirror_hashes(transposed)[other & 3 : (other & 3) + 1], other & 3)
    assert np.array_equal(by_mask, direct)


def test_the_mirrors_of_a_stack_stay_with_their_pictures() -> None:
    samples = np.stack([sample(frame(drawn(number, (200, 150)))) for number in range(3)])
    together = mirror_spectra(samples, mirrors=True)
    assert together.shape == (3, MIRRORS, 16, 16)
    for number in range(3):
        alone = mirror_spectra(samples[number : number + 1], mirrors=True)
        assert together[number] == pytest.approx(alone[0], abs=1e-2)
    assert mirror_spectra(samples, mirrors=False) == pytest.approx(together[:, :1], abs=1e-2)
    assert plain_hashes(mirror_spectra(samples, mirrors=False)).shape == (3, 32)


def test_samples_that_lie_late_already_are_not_moved() -> None:
    plain, mirrored = cosines_by_sense(LATE)
    assert plain == pytest.approx(cosine_matrix(), abs=1e-6)
    assert np.abs(mirrored - cosine_matrix()).max() > 1e-3


def test_reading_further_on_moves_a_slope() -> None:
    # On a slope of one level a sample, reading LATE further on adds LATE * 64 levels; the constant part does not count.
    slope = np.arange(SAMPLES, dtype=np.float32)
    on, back = cosines_by_sense() @ slope
    ends = (cosine_matrix()[:, :-1].sum(axis=1), cosine_matrix()[:, 1:].sum(axis=1))
    shift = LATE * SAMPLES
    assert on == pytest.approx(cosine_matrix() @ slope + shift * ends[0], abs=1e-2)
    assert back == pytest.approx(cosine_matrix() @ slope - shift * ends[1], abs=1e-2)
