"""Lists change under a scanner that lives on: scans keep what they began with, and the processes are the same."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Mapping

import numpy as np
import pytest

from lightkeeper.demo import drawings
from lightkeeper.demo.edits import as_jpeg
from lightkeeper.detect import Catalog, Outcome, Scanner
from lightkeeper.detect.findings import Match, Told
from lightkeeper.detect.matching.digests import DigestTable
from lightkeeper.detect.matching.index import PdqIndex
from lightkeeper.detect.matching.lists import read_list
from lightkeeper.detect.matching.rows import ListEntry, ListError, read_rows
from lightkeeper.detect.media.derivatives import DerivativeKind
from lightkeeper.detect.media.frames import Frame
from lightkeeper.detect.media.pdq import pdq


@pytest.fixture(scope="module")
def scanner() -> Iterator[Scanner]:
    with Scanner([], workers=1, effort="quick") as made:
        yield made


def listing(path: object, number: int) -> Catalog:
    picture = drawings.drawing(number)
    value = pdq(Frame(np.asarray(picture.convert("L")), 1, picture.width, picture.height)).hex()
    path.write_text(f"algorithm,value,id\npdq,{value},{number}\n")  # type: ignore[attr-defined]
    return Catalog.build([read_list(path)])  # type: ignore[arg-type]


def test_lists_are_swapped_while_the_processes_live(scanner: Scanner, tmp_path: object) -> None:
    data = as_jpeg(drawings.drawing(1))
    one = listing(tmp_path / "one.csv", 1)  # type: ignore[operator]
    other = listing(tmp_path / "two.csv", 2)  # type: ignore[operator]
    assert scanner.scan_bytes(data).outcome is Outcome.CLEAR
    hardening = scanner.hardening
    scanner.swap([one])
    assert scanner.catalogs == (one,)
    assert scanner.scan_bytes(data).outcome is Outcome.MATCH
    assert scanner.scan_bytes(data, catalogs=[other]).outcome is Outcome.CLEAR
    scanner.swap([other])
    assert scanner.scan_bytes(data).outcome is Outcome.CLEAR
    assert scanner.hardening is hardening
    scanner.swap([])


def test_what_a_catalog_keeps_to_itself_is_not_told(scanner: Scanner, tmp_path: object) -> None:
    class Silent(Catalog):
        heard: list[Mapping[int, Match]] = []  # noqa: RUF012

        def told(self, found: Mapping[int, Match]) -> Told:
            self.heard.append(found)
            return Told({})

    known = listing(tmp_path / "one.csv", 1)  # type: ignore[operator]
    known.__class__ = Silent
    result = scanner.scan_bytes(as_jpeg(drawings.drawing(1)), catalogs=[known])
    assert result.outcome is Outcome.CLEAR
    assert [len(found) for found in Silent.heard] == [1]


def test_a_scanner_makes_derivatives(scanner: Scanner) -> None:
    derived = scanner.derive(as_jpeg(drawings.drawing(1)), [DerivativeKind.TILE])
    assert list(derived.pictures) == [DerivativeKind.TILE]


def values(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 32), dtype=np.uint8)


def test_a_fork_changes_and_its_origin_does_not() -> None:
    index = PdqIndex.build(values(3000, 1))
    fork = index.forked()
    fork.remove([0, 2999])
    fork.add(values(100, 2))
    assert (len(index), len(fork)) == (3000, 3098)
    assert len(index.search(values(3000, 1)[:1]).entry) == 1
    assert len(index.search(values(100, 2)[:1]).entry) == 0
    assert len(fork.search(values(3000, 1)[:1]).entry) == 0
    assert len(fork.search(values(100, 2)[:1]).entry) == 1
    for change in (lambda: index.add(values(1, 3)), lambda: index.remove([1])):
        with pytest.raises(RuntimeError, match="forked"):
            change()
    fork.self_test()
    again = index.forked()  # the first was given up
    again.add(values(5, 4))
    assert len(again) == 3005


def test_searches_go_on_while_forks_are_made() -> None:
    index = PdqIndex.build(values(2000, 1))
    holder = [index]
    failed: list[int] = []
    stop = threading.Event()

    def search() -> None:
        while not stop.is_set():
            hits = holder[0].search(values(2000, 1)[:20])
            if sorted(hits.entry.tolist()) != list(range(20)):
                failed.append(len(hits))

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for step in range(40):
        fork = holder[0].forked()
        fork.add(values(90, 10 + step))
        fork.remove([100 + step])
        holder[0] = fork
    stop.set()
    for thread in threads:
        thread.join()
    assert not failed
    assert len(holder[0]) == 2000 + 40 * 89


def test_a_forked_table_of_digests_and_look_ups_of_many() -> None:
    table = DigestTable()
    rows = values(5000, 1)
    table.add("sha256", rows, np.arange(5000))
    fork = table.forked()
    fork.add("sha256", rows[:2], [9000, 9001])
    fork.remove([5])
    wanted = [rows[n].tobytes() for n in (0, 5, 4999)] + [bytes(32)]
    assert table.find_many("sha256", wanted) == [[0], [5], [4999], []]
    assert fork.find_many("sha256", wanted) == [[0, 9000], [], [4999], []]
    assert fork.find_many("sha256", []) == []
    assert DigestTable().find_many("md5", [bytes(16)]) == [[]]
    with pytest.raises(ValueError, match="bytes"):
        table.find_many("sha256", [b"short"])


def test_a_list_left_out_of_a_search_is_not_found() -> None:
    index = PdqIndex.build(values(2, 1), lists=[0, 1])
    assert index.search(values(2, 1), radius=[31, -1]).entry.tolist() == [0]
    assert index.search(values(2, 1), radius=[-1, -1]).entry.tolist() == []
    with pytest.raises(ValueError, match="radius"):
        index.search(values(2, 1), radius=[-2, 31])


def test_rows_are_read_one_by_one_with_addresses() -> None:
    text = f"id,algorithm,value\n a ,url,HTTP://Example.test/x#y\n,pdq,{'0' * 64}\n,url,mailto:x\n,sha512,00\n"
    rows = list(read_rows(io.StringIO(text)))
    assert rows[0] == (2, (ListEntry("url", b"http://example.test/x", "a", None),))
    assert rows[1] == (3, (ListEntry("pdq", bytes(32), None, None),))
    assert [line for line, problem in rows[2:] if isinstance(problem, str)] == [4, 5]
    both = list(read_rows(io.StringIO("0" * 64 + "\n")))
    assert [entry.algorithm for entry in both[0][1] if isinstance(entry, ListEntry)] == ["pdq", "sha256"]
    declared = list(read_rows(io.StringIO("# algorithm: sha256\n" + "0" * 64 + "\n")))
    assert declared == [(2, (ListEntry("sha256", bytes(32), None, None),))]
    for wrong in ("", "value,id\n1,2\n"):
        with pytest.raises(ListError):
            list(read_rows(io.StringIO(wrong)))
