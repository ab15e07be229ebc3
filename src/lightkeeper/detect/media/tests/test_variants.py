"""The efforts widen, variants are named, and what has no structure is not matched."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from PIL import ImageOps

from lightkeeper.demo import drawings
from lightkeeper.detect.media.hashing import Queries, from_family, queries
from lightkeeper.detect.media.pdq import MINIMUM_QUALITY, of_samples, pdq, qualities, sample
from lightkeeper.detect.media.plane import plane_of
from lightkeeper.detect.media.tests.hashes import MATCH_RADIUS, apart, drawn, frame, luma, picture, turned
from lightkeeper.detect.media.uncrop import placement
from lightkeeper.detect.media.variants import EFFORTS, Family, families, matchable

NAMES = tuple(EFFORTS)


def _families(levels: NDArray[np.uint8], effort: str) -> list[Family]:
    samples = sample(frame(levels))
    return list(families(levels, samples, of_samples(samples).quality, EFFORTS[effort]))


def _framed(number: int) -> NDArray[np.uint8]:
    return luma(ImageOps.expand(turned(picture(number), 3, "same"), 40, (250, 250, 250)))


def _comparisons(made: Queries) -> int:
    return int(np.bitwise_count(made.orientations).sum())


def test_each_effort_is_wider_than_the_one_before() -> None:
    assert NAMES == ("quick", "standard", "thorough")
    for levels in (drawn(0), _framed(1)):
        counts = [_comparisons(queries(frame(levels), effort)) for effort in NAMES]
        assert all(narrow < wide for narrow, wide in pairwise(counts))
    standard, thorough = EFFORTS["standard"], EFFORTS["thorough"]
    assert set(standard.crops) <= set(thorough.crops)
    assert set(standard.corner_tilts) <= set(thorough.tilts)
    assert set(standard.box_crops) <= set(thorough.box_crops)
    assert (standard.boxes, standard.depth, standard.slanted) <= (thorough.boxes, thorough.depth, thorough.slanted)
    assert EFFORTS["quick"].resampled is False


def test_every_effort_begins_with_the_plain_hash_and_tries_all_orientations() -> None:
    for effort in NAMES:
        made = queries(frame(drawn(2)), effort)
        assert made.names[0] == "plain"
        assert bytes(made.values[0]) == made.plain.value == pdq(frame(drawn(2))).value
        assert made.orientations[0] == 1
        assert np.bitwise_or.reduce(made.orientations) == 0b1111_1111
        assert len(made.values) == len(made.names) == len(made.orientations)
        assert (made.orientations > 0).all()


@pytest.mark.parametrize("effort", NAMES)
def test_a_familys_parts_fit_together(effort: str) -> None:
    for family in _families(_framed(0), effort):
        count = len(family.names)
        assert family.spectra.shape == (count, 4 if family.orientations is None else 1, 16, 16)
        assert family.spectra.dtype == np.float32
        assert family.qualities.shape == (count,)
        values, masks, names = from_family(family)
        assert values.shape == (len(names), 32)
        assert masks.shape == (len(names),)
        assert set(names) == set(family.names)


def test_names_say_what_was_undone() -> None:
    made = queries(frame(_framed(1)), "thorough").names
    assert {"plain", "resampled", "boxed", "straightened 3", "straightened -4 inside", "slanted"} <= set(made)
    assert "uncropped 2 2 2 2" in made
    # Left, top, right, bottom: a name belongs to one placement only.
    crops = [
        name for family in _families(drawn(0), "thorough") for name in family.names if name.startswith("uncropped")
    ]
    assert len(crops) == len(set(crops)) == len(EFFORTS["thorough"].crops)


def test_what_is_cut_off_the_left_is_found_under_its_name() -> None:
    levels = drawn(1)
    for name, cut in {
        "uncropped 3 0 0 0": levels[:, round(0.03 * 640) :],
        "uncropped 0 3 0 0": levels[round(0.03 * 480) :],
        "uncropped 0 0 3 0": levels[:, : round(0.97 * 640)],
        "uncropped 0 0 0 3": levels[: round(0.97 * 480)],
    }.items():
        made = queries(frame(cut), "standard")
        distances = [apart(value, pdq(frame(levels)).value) for value in made.values]
        assert made.names[int(np.argmin(distances))] == name
        assert min(distances) <= MATCH_RADIUS


def test_what_is_framed_is_found_boxed() -> None:
    framed = luma(ImageOps.expand(picture(2), 50, (255, 255, 255)))
    made = queries(frame(framed), "standard")
    distances = [apart(value, pdq(frame(drawn(2))).value) for value in made.values]
    assert made.names[int(np.argmin(distances))] == "boxed"
    assert min(distances) <= 10


def test_variants_below_the_least_quality_are_left_out() -> None:
    spectra = np.random.default_rng(1).normal(size=(4, 1, 16, 16)).astype(np.float32)
    scores = np.array([MINIMUM_QUALITY - 1, MINIMUM_QUALITY, 0, 100])
    family = matchable(Family("trial", ["a", "b", "c", "d"], spectra, scores, 1))
    assert list(family.names) == ["b", "d"]
    assert family.qualities.tolist() == [50, 100]
    assert np.array_equal(family.spectra, spectra[[1, 3]])
    assert matchable(family) is family
    for orientations, mirrors in ((None, 4), (3, 1)):
        faint = Family("trial", ["a"], np.ones((1, mirrors, 16, 16), np.float32), scores[:1], orientations)
        assert [len(part) for part in from_family(matchable(faint))] == [0, 0, 0]


@pytest.mark.parametrize("effort", NAMES)
def test_flat_pictures_have_nothing_to_match(effort: str) -> None:
    for number in range(4):
        made = queries(frame(luma(drawings.flat(number, (320, 240)))), effort)
        assert made.plain.quality < MINIMUM_QUALITY
        assert made.values.shape == (0, 32)
        assert made.names == ()


def test_the_structure_of_an_uncropped_form_is_not_overstated() -> None:
    # Of pictures with little structure, so that the scale's upper end does not hide anything.
    for number in range(4):
        levels = (100 + drawn(number, (320, 240)) * 0.18).astype(np.uint8)
        (family,) = (family for family in _families(levels, "standard") if family.kind == "uncropped")
        cells = plane_of(levels).values()
        for claimed, (rows, columns) in zip(family.qualities, EFFORTS["standard"].crops, strict=True):
            down, across = ((start, 1 - stop) for start, stop in (rows, columns))
            samples = (placement(down) @ cells @ placement(across).T).astype(np.float32)
            assert claimed <= qualities(samples[np.newaxis])[0] + 8


_shapes = st.one_of(
    st.tuples(st.integers(16, 300), st.integers(16, 300)), st.sampled_from([(16, 2000), (2000, 16), (16, 16)])
)


@settings(max_examples=settings().max_examples // 2)
@given(_shapes.flatmap(lambda shape: arrays.arrays(np.uint8, shape, fill=st.integers(0, 255))), st.sampled_from(NAMES))
def test_any_pixels_have_their_variants(levels: NDArray[np.uint8], effort: str) -> None:
    for family in map(matchable, _families(levels, effort)):
        assert np.isfinite(family.spectra).all()
        assert ((family.qualities >= MINIMUM_QUALITY) & (family.qualities <= 100)).all()
        assert len(family.names) == len(family.spectra)
