"""Several lists in one catalog: what was listed is found under its id, also from a file."""

from __future__ import annotations

import copy
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lightkeeper.detect.matching.catalog import FILE_KIND, Catalog, KnownEntry
from lightkeeper.detect.matching.files import IndexFileError, read_sections, write_sections
from lightkeeper.detect.matching.lists import WIDTHS, HashList, read_list
from lightkeeper.detect.matching.tests.brute import flipped

Row = tuple[str, bytes, str, str]


def _value(algorithm: str, seed: int) -> bytes:
    return np.random.default_rng([seed, list(WIDTHS).index(algorithm)]).bytes(WIDTHS[algorithm])


ROWS: dict[str, list[Row]] = {
    "one.csv": [
        *((name, _value(name, number), f"{name}-{number}", "A1") for name in WIDTHS for number in range(3)),
        ("pdq", _value("pdq", 100), "", ""),
    ],
    "two.csv": [
        ("sha1", _value("sha1", 1), "also listed here", ""),
        ("pdq", _value("pdq", 2), "Käse, \u20ac", "B"),
        ("md5", _value("md5", 200), "", "B"),
    ],
    "empty.csv": [],
    "digests only.csv": [("sha256", _value("sha256", 300), "x" * 5000, "")],
}


def _write(path: Path, rows: list[Row]) -> HashList:
    fields = [f'{algorithm},{value.hex()},"{row_id}",{category}' for algorithm, value, row_id, category in rows]
    path.write_text("\n".join(["algorithm,value,id,category", *fields]) + "\n")
    return read_list(path)


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> list[HashList]:
    folder = tmp_path_factory.mktemp("lists")
    return [_write(folder / name, rows) for name, rows in ROWS.items()]


@pytest.fixture(scope="module")
def catalog(lists: list[HashList]) -> Catalog:
    return Catalog.build(lists)


@pytest.fixture(scope="module")
def saved(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("catalog") / "lists.lki"
    catalog.save(path)
    return path


@pytest.fixture(params=["built", "opened"])
def either(request: pytest.FixtureRequest, catalog: Catalog, saved: Path) -> Catalog:
    return catalog if request.param == "built" else Catalog.open(saved)


def _found(catalog: Catalog, algorithm: str, value: bytes) -> set[tuple[str, str, str | None, str | None]]:
    if algorithm == "pdq":
        query = np.frombuffer(value, np.uint8)[np.newaxis]
        numbers = catalog.search(query, orientations=1, radius=31).entry.tolist()
    else:
        numbers = catalog.find_digests({algorithm: value})
    known = [catalog.entry(number) for number in numbers]
    return {(one.list, one.algorithm, one.id, one.category) for one in known}


def test_every_entry_is_found_under_all_its_names(either: Catalog) -> None:
    everything = [(name, *row) for name, rows in ROWS.items() for row in rows]
    assert len(either) == len(everything)
    for _, algorithm, value, _, _ in everything:
        expected = {
            (name, other, row_id or None, category or None)
            for name, other, same, row_id, category in everything
            if (other, same) == (algorithm, value)
        }
        assert _found(either, algorithm, value) == expected
    assert either.names == tuple(ROWS)


def test_a_near_hash_is_found_and_an_unlisted_digest_is_not(either: Catalog) -> None:
    value = np.frombuffer(_value("pdq", 1), np.uint8)[np.newaxis]
    near = flipped(value, 20, np.random.default_rng(1))
    hits = either.search(near, orientations=1, radius=31)
    assert [either.entry(number) for number in hits.entry.tolist()] == [KnownEntry("one.csv", "pdq", "pdq-1", "A1")]
    assert hits.distance.tolist() == [20]
    assert len(either.search(near, orientations=1, radius=19)) == 0
    # A value of one algorithm is not found as another's.
    assert either.find_digests({"sha256": _value("pdq", 1), "md5": bytes(16)}) == []
    assert either.find_digests({}) == []


def test_several_digests_of_an_item_are_looked_up_at_once(either: Catalog) -> None:
    digests = {name: _value(name, 1) for name in ("md5", "sha1", "sha256")}
    assert {(one.list, one.algorithm) for one in map(either.entry, either.find_digests(digests))} == {
        ("one.csv", "md5"),
        ("one.csv", "sha1"),
        ("one.csv", "sha256"),
        ("two.csv", "sha1"),
    }


def test_it_says_which_digests_it_holds(either: Catalog, tmp_path: Path) -> None:
    assert either.digest_algorithms == {"md5", "sha1", "sha256"}
    only = Catalog.build([_write(tmp_path / "pdq.csv", [("pdq", _value("pdq", 1), "", "")])])
    assert only.digest_algorithms == set()


@pytest.mark.parametrize("rows", [None, []], ids=["no lists", "an empty list"])
def test_a_catalog_of_nothing_works(rows: list[Row] | None, tmp_path: Path) -> None:
    Catalog.build([] if rows is None else [_write(tmp_path / "none.csv", rows)]).save(tmp_path / "none.lki")
    opened = Catalog.open(tmp_path / "none.lki")
    assert len(opened) == 0
    assert len(opened.search(np.zeros((2, 32), np.uint8), orientations=255, radius=63)) == 0
    assert opened.find_digests({"md5": bytes(16)}) == []


def test_the_file_is_for_its_owner_only(saved: Path) -> None:
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600


def test_a_saved_catalog_can_be_saved_again(saved: Path, tmp_path: Path) -> None:
    Catalog.open(saved).save(tmp_path / "again.lki")
    assert (tmp_path / "again.lki").read_bytes() == saved.read_bytes()


def test_a_damaged_file_is_refused_by_name(saved: Path, tmp_path: Path) -> None:
    whole = saved.read_bytes()
    path = tmp_path / "damaged.lki"
    random = np.random.default_rng(1)
    for place in random.integers(0, len(whole), 150).tolist():
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :])
        with pytest.raises(IndexFileError, match=r"damaged\.lki: "):
            Catalog.open(path)
    for size in (0, 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(IndexFileError, match=r"damaged\.lki: "):
            Catalog.open(path)


def test_another_kind_of_file_is_refused(catalog: Catalog, tmp_path: Path) -> None:
    catalog.index.save(tmp_path / "index.lki")
    with pytest.raises(IndexFileError, match="kind"):
        Catalog.open(tmp_path / "index.lki")
    with pytest.raises(IndexFileError, match="cannot be read"):
        Catalog.open(tmp_path / "missing.lki")


def _tampered(saved: Path, path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """A file with good checksums whose parts do not belong together."""
    content = read_sections(saved, kind=FILE_KIND)
    metadata = copy.deepcopy(dict(content.metadata))
    change(metadata)
    write_sections(path, kind=FILE_KIND, sections=content.sections, metadata=metadata)
    return path


@pytest.mark.parametrize(
    "change",
    [
        lambda metadata: metadata.pop("names"),
        lambda metadata: metadata.pop("blocks"),
        lambda metadata: metadata.pop("index"),
        lambda metadata: metadata["names"].pop(),
        lambda metadata: metadata["blocks"].pop(0),
        lambda metadata: metadata["blocks"][0].pop("list"),
        lambda metadata: metadata["blocks"][0].update(ids=2),
        lambda metadata: metadata["blocks"][0].update(list=99),
        lambda metadata: metadata["blocks"][0].update(list="x"),
    ],
    ids=["names", "blocks", "index", "a name", "a block", "a list", "ids", "list 99", "list x"],
)
def test_parts_that_do_not_belong_together_are_refused(
    saved: Path, tmp_path: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    with pytest.raises(IndexFileError, match=r"tampered\.lki: "):
        Catalog.open(_tampered(saved, tmp_path / "tampered.lki", change))


@pytest.mark.parametrize(
    "change",
    [
        lambda metadata: metadata["blocks"].clear(),
        lambda metadata: metadata["blocks"].pop(),
        lambda metadata: metadata["blocks"][0].update(list=-99),
        lambda metadata: metadata["blocks"][0].update(algorithm="md5"),
        lambda metadata: metadata["blocks"][1].update(first=0),
    ],
    ids=["no blocks", "a block less", "list -99", "another algorithm", "not in order"],
)
def test_blocks_that_do_not_cover_the_entries_are_refused(
    saved: Path, tmp_path: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    with pytest.raises(IndexFileError, match=r"tampered\.lki: "):
        Catalog.open(_tampered(saved, tmp_path / "tampered.lki", change))


_rows = st.lists(
    st.tuples(
        st.sampled_from(list(WIDTHS)),
        st.integers(0, 5),
        st.text("abcä €", max_size=5).map(str.strip),
        st.text("XYZ", max_size=3),
    ),
    max_size=8,
)


@settings(max_examples=settings().max_examples // 2)
@given(st.lists(_rows, max_size=3))
def test_any_lists_come_back_from_a_file(
    tmp_path_factory: pytest.TempPathFactory, contents: list[list[tuple[str, int, str, str]]]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    lists, expected = [], []
    for number, rows in enumerate(contents):
        full = [(name, _value(name, seed), row_id, category) for name, seed, row_id, category in rows]
        lists.append(_write(folder / f"any{number}.csv", full))
        expected += [(f"any{number}.csv", name, row_id or None, category or None) for name, _, row_id, category in full]
    Catalog.build(lists).save(folder / "any.lki")
    opened = Catalog.open(folder / "any.lki")
    entries = [opened.entry(number) for number in range(len(opened))]
    assert sorted(map(str, ((one.list, one.algorithm, one.id, one.category) for one in entries))) == sorted(
        map(str, expected)
    )


def test_lists_keep_their_own_radius_in_the_index(lists: list[HashList], catalog: Catalog) -> None:
    # Value 2 is on the first list and on the second.
    value: NDArray[np.uint8] = np.frombuffer(_value("pdq", 2), np.uint8)[np.newaxis]
    near = flipped(value, 25, np.random.default_rng(2))
    hits = catalog.search(near, orientations=1, radius=[31, 20, 31, 31])
    assert [catalog.entry(number).list for number in hits.entry.tolist()] == ["one.csv"]
