"""Our PDQ is the reference's, on every size and shape, and also where the decoder has reduced the picture."""

from __future__ import annotations

import importlib
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lightkeeper.demo import drawings
from lightkeeper.detect.matching.orientations import bits_of as bits_by_frequency
from lightkeeper.detect.media.pdq import (
    BITS,
    SAMPLES,
    Pdq,
    bits_of,
    coefficients,
    cosine_matrix,
    of_samples,
    pdq,
    qualities,
    sample,
    sampling_matrix,
)
from lightkeeper.detect.media.tests.hashes import apart, drawn, frame, luma, reduced_frame

MOST_BITS = 4
"""The bar: no more bits from the reference."""

SIZES = [
    *((17, 17), (17, 64), (31, 33), (63, 64), (64, 64), (65, 127), (128, 128), (129, 128), (129, 333), (191, 257)),
    *((400, 300), (500, 375), (512, 512), (513, 511), (641, 479), (1000, 700), (1023, 1025), (1500, 1499)),
    *((1500, 17), (17, 1500), (1024, 33), (40, 1499)),
]

Reference = Callable[[NDArray[np.uint8]], Pdq]


@pytest.fixture(scope="module")
def reference() -> Reference:
    """The reference implementation on grey levels."""
    try:
        pdqhash = importlib.import_module("pdqhash")
    except ImportError:
        pytest.skip("the reference implementation (requirements/oracle.txt) is not installed")

    def compute(levels: NDArray[np.uint8]) -> Pdq:
        bits, quality = pdqhash.compute(np.ascontiguousarray(np.repeat(levels[:, :, np.newaxis], 3, axis=2)))
        return Pdq(np.packbits(bits).tobytes(), int(quality))

    return compute


@pytest.mark.oracle
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_hash_is_the_references(reference: Reference, size: tuple[int, int]) -> None:
    for number in range(2 if max(size) > 400 else 5):
        levels = drawn(number, size)
        ours, theirs = pdq(frame(levels)), reference(levels)
        assert apart(ours.value, theirs.value) <= MOST_BITS
        assert ours.quality == theirs.quality


@pytest.mark.oracle
@settings(max_examples=settings().max_examples // 2)
@given(st.integers(17, 300), st.integers(17, 300), st.integers(0, 999))
def test_the_hash_is_the_references_on_any_size(reference: Reference, width: int, height: int, number: int) -> None:
    levels = drawn(number, (width, height))
    ours, theirs = pdq(frame(levels)), reference(levels)
    assert apart(ours.value, theirs.value) <= MOST_BITS
    # A step of exactly a whole percent may fall on either side in single precision.
    assert abs(ours.quality - theirs.quality) <= 1


@pytest.mark.oracle
def test_a_side_of_16_has_bits_that_mean_nothing(reference: Reference) -> None:
    # Each pixel is four equal samples: the 16th frequency is exactly 0, and rounding decides how its bits fall.
    for number in range(5):
        levels = drawn(number, (16, 16))
        ours, theirs = (
            bits_by_frequency(np.frombuffer(made.value, np.uint8)[np.newaxis])[0]
            for made in (pdq(frame(levels)), reference(levels))
        )
        assert np.count_nonzero(ours[:15, :15] != theirs[:15, :15]) <= MOST_BITS


@pytest.mark.oracle
@pytest.mark.parametrize(
    ("size", "times"),
    [((1024, 1024), 2), ((1366, 1025), 2), ((1499, 1031), 2), ((2501, 2051), 4)],
)
def test_a_picture_decoded_smaller_has_the_same_hash(reference: Reference, size: tuple[int, int], times: int) -> None:
    for number in (1, 3):
        levels = drawn(number, size)
        folded = reduced_frame(levels, times)
        assert min(folded.luma.shape) >= 512
        ours, theirs = pdq(folded), reference(levels)
        assert apart(ours.value, theirs.value) <= MOST_BITS
        assert abs(ours.quality - theirs.quality) <= 1


@pytest.mark.oracle
def test_of_photograph_like_noise_the_quality_is_the_references(reference: Reference) -> None:
    random = np.random.default_rng(1)
    for contrast in (0, 1, 2, 3, 5, 8, 13, 30):
        levels = np.clip(128 + random.normal(0, contrast, (90, 80)), 0, 255).astype(np.uint8)
        assert pdq(frame(levels)).quality == reference(levels).quality


@pytest.mark.oracle
def test_the_hexadecimal_form_is_the_one_that_lists_exchange(reference: Reference) -> None:
    levels = drawn(0, (300, 200))
    made = pdq(frame(levels))
    assert made.hex() == made.value.hex()
    assert len(made.hex()) == BITS // 4
    # Bit 255 first: the reversed form is as far away as a stranger.
    theirs = reference(levels).value
    assert apart(made.value, theirs) <= MOST_BITS
    assert apart(made.value[::-1], theirs) > 80


@pytest.mark.parametrize("level", [0, 7, 128, 255])
@pytest.mark.parametrize("shape", [(16, 16), (100, 333), (700, 650)])
def test_flat_pictures_have_quality_0(level: int, shape: tuple[int, int]) -> None:
    assert pdq(frame(np.full(shape, level, np.uint8))).quality == 0


def test_quality_grows_with_structure() -> None:
    for number in range(5):
        assert (
            pdq(frame(luma(drawings.flat(number, (320, 240))))).quality
            < 50
            < pdq(frame(drawn(number, (320, 240)))).quality
        )


@given(st.integers(16, 700))
def test_sampling_averages(length: int) -> None:
    matrix = sampling_matrix(length, 1, length)
    assert matrix.shape == (SAMPLES, length)
    assert (matrix >= 0).all()
    assert matrix.sum(axis=1) == pytest.approx(1, abs=1e-5)
    # The samples follow one another.
    centres = matrix @ np.arange(length)
    assert (np.diff(centres) >= -1e-3).all()


@given(st.integers(16, 700), st.sampled_from([2, 4, 8]))
def test_folding_adds_up_what_became_one_pixel(length: int, times: int) -> None:
    whole, folded = sampling_matrix(length, 1, length), sampling_matrix(length, times, -(-length // times))
    levels = np.repeat(np.arange(folded.shape[1]) % 7, times)[:length].astype(np.float32)
    assert whole @ levels == pytest.approx(folded @ levels[::times], abs=1e-4)


def test_a_side_that_does_not_fit_its_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="a side of 100 pixels reduced 2 times has 50, not 51"):
        sampling_matrix(100, 2, 51)


@given(st.integers(16, 400), st.integers(16, 400), st.integers(0, 2**32 - 1))
def test_the_windows_are_the_matrix_product(width: int, height: int, seed: int) -> None:
    levels = np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)
    expected = sampling_matrix(height, 1, height) @ levels.astype(np.float32) @ sampling_matrix(width, 1, width).T
    assert np.abs(sample(frame(levels)) - expected).max() < 1e-2


def test_the_cosines_are_orthonormal() -> None:
    assert cosine_matrix() @ cosine_matrix().T == pytest.approx(np.eye(16), abs=1e-5)


def test_half_of_the_bits_are_set_and_order_does_not_matter() -> None:
    random = np.random.default_rng(3)
    spectra = random.normal(size=(9, 16, 16)).astype(np.float32)
    values = bits_of(spectra)
    assert np.bitwise_count(values).sum(axis=1).tolist() == [128] * 9
    assert np.array_equal(bits_of(spectra[::-1])[::-1], values)
    assert np.array_equal(bits_of(spectra * 3 + 5), values)  # light and contrast do not count


def test_a_stack_of_samples_has_the_qualities_of_its_pictures() -> None:
    samples = np.stack([sample(frame(drawn(number, (200, 150)))) for number in range(4)])
    made = [of_samples(one) for one in samples]
    assert [one.quality for one in made] == qualities(samples).tolist()
    assert [one.value for one in made] == [bytes(bits_of(coefficients(one)[np.newaxis])[0]) for one in samples]
