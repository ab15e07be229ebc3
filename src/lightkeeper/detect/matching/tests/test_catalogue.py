"""The catalogue: several lists in one search, in memory and from an index file, with the same answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lightkeeper.detect.matching.catalogue import Catalogue, Known
from lightkeeper.detect.matching.files import IndexFileError
from lightkeeper.detect.matching.index import PdqIndex
from lightkeeper.detect.matching.lists import HashList, read_list

MD5 = "00112233445566778899aabbccddeeff"
SHA1 = "0123456789" * 4
SHA256 = "fedcba9876543210" * 4


def pdq(number: int) -> str:
    return np.random.default_rng(number).bytes(32).hex()


@pytest.fixture
def lists(tmp_path: Path) -> list[HashList]:
    (tmp_path / "one.csv").write_text(
        f"algorithm,value,id,category\npdq,{pdq(1)},a,A\nmd5,{MD5},b,\npdq,{pdq(2)},,B\nsha256,{SHA256},c,C\n"
    )
    (tmp_path / "empty.csv").write_text("algorithm,value,id,category\n")
    (tmp_path / "two.txt").write_text(f"# algorithm: pdq\n{pdq(3)}\n{pdq(1)}\n")
    (tmp_path / "three.csv").write_text(
        f"algorithm,value,id\nsha1,{SHA1},d\nmd5,{MD5},e\npdq,{pdq(4)},f\nsha256,{SHA256},g\n"
    )
    return [read_list(tmp_path / name) for name in ("one.csv", "empty.csv", "two.txt", "three.csv")]


def same(lists: list[HashList], tmp_path: Path) -> list[Catalogue]:
    """The catalogue as it was built, and as it comes back from its file."""
    built = Catalogue.build(lists)
    built.save(tmp_path / "file")
    return [built, Catalogue.open(tmp_path / "file")]


def test_every_entry_is_found_and_named(lists: list[HashList], tmp_path: Path) -> None:
    for catalogue in same(lists, tmp_path):
        assert len(catalogue) == 10
        query = np.frombuffer(bytes.fromhex("".join(pdq(n) for n in (1, 2, 3, 4))), np.uint8).reshape(-1, 32)
        hits = catalogue.pdq.search(query, radius=0)
        found = [(int(q), catalogue.known("pdq", int(e))) for q, e in zip(hits.query, hits.entry, strict=True)]
        assert found == [
            (0, Known("one.csv", "a", "A", "pdq")),
            (0, Known("two.txt", None, None, "pdq")),
            (1, Known("one.csv", None, "B", "pdq")),
            (2, Known("two.txt", None, None, "pdq")),
            (3, Known("three.csv", "f", None, "pdq")),
        ]
        assert catalogue.find_digest("md5", bytes.fromhex(MD5)) == [
            Known("one.csv", "b", None, "md5"),
            Known("three.csv", "e", None, "md5"),
        ]
        assert catalogue.find_digest("sha1", bytes.fromhex(SHA1)) == [Known("three.csv", "d", None, "sha1")]
        assert [known.id for known in catalogue.find_digest("sha256", bytes.fromhex(SHA256))] == ["c", "g"]
        assert catalogue.find_digest("sha256", bytes(32)) == []


def test_each_list_can_have_its_own_radius(lists: list[HashList], tmp_path: Path) -> None:
    near = bytearray(bytes.fromhex(pdq(1)))
    near[0] ^= 0x0F
    for catalogue in same(lists, tmp_path):
        query = np.frombuffer(bytes(near), np.uint8)[None]
        hits = catalogue.pdq.search(query, radius=np.array([3, 0, 4, 0]))
        assert [catalogue.known("pdq", int(entry)).list for entry in hits.entry] == ["two.txt"]


def test_lists_of_nothing_make_a_catalogue_of_nothing(lists: list[HashList], tmp_path: Path) -> None:
    for given in ([], [lists[1]]):
        for catalogue in same(given, tmp_path):
            assert len(catalogue) == 0
            assert catalogue.find_digest("md5", bytes(16)) == []
            with pytest.raises(IndexError):
                catalogue.known("pdq", 0)


def test_what_stands_in_the_file_of_the_lists(lists: list[HashList], tmp_path: Path) -> None:
    built, opened = same(lists, tmp_path)
    assert opened.lists == built.lists
    assert opened.lists[0].name == "one.csv"
    assert opened.lists[0].sha256 == lists[0].sha256
    assert opened.lists[0].counts == {"pdq": 2, "md5": 1, "sha256": 1}
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600


def test_a_damaged_or_foreign_file_is_refused(lists: list[HashList], tmp_path: Path) -> None:
    same(lists, tmp_path)
    whole = (tmp_path / "file").read_bytes()
    for place in (0, 9, 40, 70, len(whole) // 2, len(whole) - 1):
        (tmp_path / "file").write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(IndexFileError, match="file"):
            Catalogue.open(tmp_path / "file")
    PdqIndex.build(np.zeros((1, 32), np.uint8)).save(tmp_path / "file")
    with pytest.raises(IndexFileError, match="kind"):
        Catalogue.open(tmp_path / "file")
