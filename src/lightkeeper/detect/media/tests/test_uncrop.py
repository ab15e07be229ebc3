"""A cropped copy put back into its frame has its hash again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.detect.matching.orientations import oriented
from lightkeeper.detect.media.mirrors import mirror_hashes, plain_hashes
from lightkeeper.detect.media.pdq import SAMPLES, of_samples, pdq, sample
from lightkeeper.detect.media.plane import SIDE, plane_of
from lightkeeper.detect.media.tests.hashes import MATCH_RADIUS, apart, drawn, frame
from lightkeeper.detect.media.uncrop import WHOLE, Span, placement, uncropped

_spans = st.tuples(st.floats(-0.5, 0.45), st.floats(0.55, 1.5))


@given(_spans)
def test_placing_averages(span: Span) -> None:
    matrix = placement(span)
    assert matrix.shape == (SAMPLES, SIDE)
    assert (matrix >= 0).all()
    assert matrix.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert placement(span) is matrix  # made once


@given(_spans)
def test_a_placed_slope_is_read_where_it_lies(span: Span) -> None:
    # On a slope from 0 to 1 a sample well inside reads how far along the copy it lies.
    slope = (np.arange(SIDE) + 0.5) / SIDE
    places = (np.arange(SAMPLES) + 0.5) / SAMPLES
    start, stop = span
    inside = (places > start + 0.02) & (places < stop - 0.02)
    read = placement(span) @ slope
    assert read[inside] == pytest.approx(((places - start) / (stop - start))[inside], abs=1e-3)


def test_beyond_the_edge_values_fade_to_the_mean() -> None:
    line = np.zeros(SIDE, np.float32)
    line[:40] = 200.0
    read = placement((0.4, 1.0)) @ line
    beyond = read[: int(0.38 * SAMPLES)]
    assert (np.diff(beyond) > 0).all()  # nearer to the copy is nearer to its edge
    assert beyond[-1] == pytest.approx(200, abs=60)
    assert beyond[0] == pytest.approx(line.mean(), abs=5)


@pytest.mark.parametrize("number", range(5))
def test_the_whole_span_reads_the_samples(number: int) -> None:
    levels = drawn(number)
    read = placement(WHOLE) @ plane_of(levels).values() @ placement(WHOLE).T
    samples = sample(frame(levels))
    assert np.abs(read - samples).mean() < 3  # levels of 255; the reference's samples lie a little late
    assert apart(of_samples(read.astype(np.float32)).value, pdq(frame(levels)).value) <= 10


@pytest.mark.parametrize(
    "missing",
    [(0.03, 0.03, 0.03, 0.03), (0.05, 0.0, 0.03, 0.0), (0.0, 0.04, 0.0, 0.04), (0.08, 0.0, 0.0, 0.0)],
    ids=str,
)
@pytest.mark.parametrize("number", range(4))
def test_a_known_crop_is_put_back(number: int, missing: tuple[float, float, float, float]) -> None:
    levels = drawn(number)
    height, width = levels.shape
    left, top, right, bottom = missing
    cut = levels[round(top * height) : round((1 - bottom) * height), round(left * width) : round((1 - right) * width)]
    listed = pdq(frame(levels)).value
    place = ((top, 1 - bottom), (left, 1 - right))
    (back,) = plain_hashes(uncropped(plane_of(cut).values(), [place], mirrors=False))
    assert apart(back, listed) <= MATCH_RADIUS < apart(pdq(frame(cut)).value, listed)


@pytest.mark.parametrize("number", range(4))
def test_starting_below_0_takes_a_border_off(number: int) -> None:
    levels = drawn(number)
    framed = np.pad(levels, ((48, 48), (64, 64)), constant_values=30)
    listed = pdq(frame(levels)).value
    place = ((-0.1, 1.1), (-0.1, 1.1))
    (inside,) = plain_hashes(uncropped(plane_of(framed).values(), [place], mirrors=False))
    assert apart(inside, listed) <= 10 < MATCH_RADIUS < apart(pdq(frame(framed)).value, listed)


@pytest.mark.parametrize("number", range(3))
def test_a_mirrored_and_cropped_copy_is_put_back(number: int) -> None:
    levels = drawn(number)
    width = levels.shape[1]
    cut = levels[:, ::-1][:, round(0.06 * width) : round(0.98 * width)]
    hashes = mirror_hashes(uncropped(plane_of(cut).values(), [(WHOLE, (0.06, 0.98))], mirrors=True))
    assert apart(oriented(hashes[1:2], 1)[0], pdq(frame(levels)).value) <= MATCH_RADIUS


@pytest.mark.parametrize("mirrors", [False, True])
def test_many_placements_at_once_are_each_one_alone(mirrors: bool) -> None:
    cells = plane_of(drawn(1)).values()
    rows: list[Span] = [WHOLE, (0.02, 0.98), (0.1, 1.0)]
    columns: list[Span] = [(0.0, 0.9), WHOLE]
    placements = [(row, column) for column in columns for row in rows] + [(rows[1], columns[0])]
    together = uncropped(cells, placements, mirrors=mirrors)
    assert together.shape == (7, 4 if mirrors else 1, 16, 16)
    for made, place in zip(together, placements, strict=True):
        alone = uncropped(cells, [place], mirrors=mirrors)[0]
        assert np.abs(made - alone).max() < 0.05  # of coefficients up to some thousands


@given(_spans, _spans, st.integers(0, 255))
def test_an_even_plane_has_no_structure_wherever_it_lies(rows: Span, columns: Span, level: int) -> None:
    spectra = uncropped(np.full((SIDE, SIDE), level, np.float32), [(rows, columns)], mirrors=False)
    assert np.abs(spectra).max() < 0.1
