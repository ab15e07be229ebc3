"""The search equals brute force: any data, any radius, any orientations, any lists."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lightkeeper.detect.matching import segments
from lightkeeper.detect.matching.hits import Hits
from lightkeeper.detect.matching.index import PdqIndex
from lightkeeper.detect.matching.layout import plan
from lightkeeper.detect.matching.orientations import ALL_ORIENTATIONS, oriented
from lightkeeper.detect.matching.queries import prepare
from lightkeeper.detect.matching.tests.brute import Row, brute_force, flipped
from lightkeeper.detect.matching.words import entry_words

KINDS = ("random", "clustered", "duplicates", "same chunks", "sparse")


def rows_of(hits: Hits) -> set[Row]:
    columns = (hits.query, hits.orientation, hits.entry, hits.distance)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    assert len(set(rows)) == len(rows), "a hit is reported twice"
    assert rows == sorted(rows, key=lambda row: (row[0], row[3], row[2], row[1]))
    return set(rows)


def drawn(kind: str, count: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """Values of a kind."""
    values = random.integers(0, 256, (count, 32), dtype=np.uint8)
    if kind == "clustered" and count:
        values = flipped(values[random.integers(0, min(count, 3), count)], int(random.integers(0, 40)), random)
    if kind == "duplicates" and count:
        values = values[random.integers(0, min(count, 4), count)]
    if kind == "same chunks":
        values[:, : int(random.integers(1, 32))] = 0x55
    if kind == "sparse":
        values = flipped(np.zeros_like(values), int(random.integers(0, 20)), random)
    return values


def queries_near(values: NDArray[np.uint8], count: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """Queries of which many lie near entries or near one another, in some orientation."""
    queries = random.integers(0, 256, (count, 32), dtype=np.uint8)
    for n in range(count):
        if n % 3 and len(values):
            queries[n] = oriented(values[random.integers(len(values)), None], int(random.integers(8)))[0]
        if n % 3 == 2:
            queries[n] = queries[n - 1]
        queries[n] = flipped(queries[n, None], int(random.integers(0, 64)), random)[0]
    return queries


@pytest.mark.parametrize("chunks", [0, 3, 4])
@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    count=st.integers(0, 300),
    queries=st.integers(0, 12),
    radius=st.integers(0, 63),
    seed=st.integers(0, 2**32 - 1),
)
def test_search_equals_brute_force(chunks: int, kind: str, count: int, queries: int, radius: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    values = drawn(kind, count, random)
    lists = random.integers(0, 3, count).astype(np.uint16)
    bases = queries_near(values, queries, random)
    masks = random.integers(0, 256, queries).astype(np.uint8)
    radii = np.array([radius, random.integers(0, 64), 0])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segments, "TABLES_FROM", 1 if chunks else 1 << 30)
        patch.setattr(segments, "WIDE_CHUNKS_FROM", 1 if chunks == 3 else 1 << 30)
        patch.setattr(segments, "SWEEP_GROUP_NS", 1e9)  # tables wherever they can answer
        index = PdqIndex.build(values, lists=lists, self_test=False)
        index.compact()
        found = rows_of(index.search(bases, orientations=masks, radius=radii))
    assert found == brute_force(values, bases, masks, radii[lists])


@pytest.mark.parametrize("chunks", [3, 4])
def test_tables_answer_every_radius_that_they_can(chunks: int) -> None:
    """Sweep and probe agree at every radius, on values that all lie near the limit."""
    random = np.random.default_rng(chunks)
    base = random.integers(0, 256, (1, 32), dtype=np.uint8)
    values = np.concatenate([flipped(np.repeat(base, 4, 0), bits, random) for bits in range(66)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segments, "TABLES_FROM", 1)
        patch.setattr(segments, "WIDE_CHUNKS_FROM", 1 if chunks == 3 else 1 << 30)
        segment = segments.build(
            entry_words(values), np.arange(len(values), dtype=np.uint32), np.zeros(len(values), np.uint16)
        )
    for radius in range(64):
        batch = prepare(base, ALL_ORIENTATIONS, radius)
        swept = segments.search(segment, batch, radius)
        assert len(swept) >= 4 * radius + 1
        if plan(chunks, radius, 20, ALL_ORIENTATIONS) is None:
            continue
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(segments, "SWEEP_GROUP_NS", 1e9)
            probed = segments._probe(segment, batch, batch.spans + radius, radius)
            assert probed is not None
        assert np.array_equal(np.unique(probed), swept)


def test_planted_entries_are_found_to_the_radius_and_not_beyond() -> None:
    random = np.random.default_rng(5)
    values = random.integers(0, 256, (40_000, 32), dtype=np.uint8)
    index = PdqIndex.build(values)
    for bits in range(33):
        planted = flipped(values[bits * 100 : bits * 100 + 50], bits, random)
        hits = index.search(planted)
        assert len(hits) == (50 if bits <= 31 else 0)
        if bits <= 31:
            assert np.array_equal(hits.entry, bits * 100 + np.arange(50))
            assert (hits.distance == bits).all()


def test_an_index_of_nothing_and_of_one_entry() -> None:
    nothing = PdqIndex.build(np.empty((0, 32), np.uint8))
    query = np.full((1, 32), 7, np.uint8)
    assert len(nothing) == 0
    assert len(nothing.search(query)) == 0
    one = PdqIndex.build(query)
    assert rows_of(one.search(query)) == {(0, 0, 0, 0)}
    assert len(one.search(np.empty((0, 32), np.uint8))) == 0
    assert len(one.search(np.bitwise_not(query))) == 0


def test_many_equal_entries() -> None:
    values = np.repeat(np.arange(2, dtype=np.uint8)[:, None].repeat(32, 1), 50_000, axis=0)
    index = PdqIndex.build(values)
    hits = index.search(values[:1], radius=31)
    assert np.array_equal(hits.entry, np.arange(50_000))


def test_nearest_per_entry() -> None:
    value = np.zeros((1, 32), np.uint8)
    index = PdqIndex.build(value)
    near = np.array([[1] + [0] * 31, [0] * 32, [0] * 32], np.uint8)
    hits = index.search(near, orientations=ALL_ORIENTATIONS).nearest_per_entry()
    assert rows_of(hits) == {(1, 0, 0, 0)}


@pytest.mark.parametrize("radius", [-1, 64, 3.5, [1, 64], [[1]]])
def test_radius_out_of_range_is_refused(radius: object) -> None:
    with pytest.raises(ValueError, match="radius"):
        PdqIndex.build(np.zeros((1, 32), np.uint8)).search(np.zeros((1, 32), np.uint8), radius=radius)  # type: ignore[arg-type]


def test_values_of_another_shape_are_refused() -> None:
    index = PdqIndex()
    shapes: list[Any] = [np.zeros((1, 31), np.uint8), np.zeros(32, np.uint8), np.zeros((1, 32), np.int64)]
    for bad in shapes:
        with pytest.raises(ValueError, match="PDQ values"):
            index.add(bad)
        with pytest.raises(ValueError, match="PDQ values"):
            index.search(bad)
    with pytest.raises(ValueError, match="orientation"):
        index.search(np.zeros((1, 32), np.uint8), orientations=256)
    with pytest.raises(ValueError, match="list"):
        index.add(np.zeros((1, 32), np.uint8), lists=[1, 2])
