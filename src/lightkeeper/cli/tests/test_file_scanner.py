"""Files become bytes and bytes become results; what keeps a file from being read is a result too."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lightkeeper.cli.file_scanner import FileScanner
from lightkeeper.demo import drawings
from lightkeeper.demo.edits import as_jpeg, as_png
from lightkeeper.detect.findings import Outcome, ScanResult
from lightkeeper.detect.matching.lists import read_list
from lightkeeper.detect.media.decode import Picture
from lightkeeper.detect.media.limits import Limits
from lightkeeper.detect.media.pdq import pdq

LIMIT = 400_000
LARGE = bytes(LIMIT + 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    listed = drawings.drawing(0, (400, 300))
    (frame,) = Picture(as_png(listed), Limits()).frames()
    (folder / "list.csv").write_text(
        f"algorithm,value,id\npdq,{pdq(frame).hex()},drawing\nsha256,{hashlib.sha256(LARGE).hexdigest()},large\n"
    )
    (folder / "listed.jpg").write_bytes(as_jpeg(listed))
    (folder / "stranger.jpg").write_bytes(as_jpeg(drawings.drawing(51, (400, 300))))
    (folder / "large.bin").write_bytes(LARGE)
    (folder / "larger.bin").write_bytes(LARGE + b"x")
    (folder / "edge.bin").write_bytes(LARGE[:-1])
    (folder / "empty").write_bytes(b"")
    (folder / "link.jpg").symlink_to(folder / "listed.jpg")
    return folder


@pytest.fixture(scope="module")
def scanner(folder: Path) -> Iterator[FileScanner]:
    lists = [read_list(folder / "list.csv")]
    with FileScanner(lists, workers=1, effort="quick", limits=Limits(bytes=LIMIT)) as made:
        yield made


@pytest.mark.parametrize(
    ("name", "outcome", "says"),
    [
        ("listed.jpg", Outcome.MATCH, "bits from a listed picture"),
        ("stranger.jpg", Outcome.CLEAR, "Nothing on the lists is near."),
        ("larger.bin", Outcome.UNREADABLE, f"more than {LIMIT} bytes; only its digests were looked up."),
        ("edge.bin", Outcome.UNMATCHABLE, "not a picture"),
        ("empty", Outcome.UNREADABLE, "The file is empty."),
        ("link.jpg", Outcome.UNREADABLE, "A link; it is not followed."),
        ("gone.jpg", Outcome.UNREADABLE, "The file does not exist (any more)."),
        (".", Outcome.UNREADABLE, "A folder, not a file."),
        ("a\0b", Outcome.UNREADABLE, "No file can have this name."),
    ],
)
def test_every_path_has_its_outcome(scanner: FileScanner, folder: Path, name: str, outcome: Outcome, says: str) -> None:
    result = scanner.scan_path(f"{folder}/{name}")
    assert result.outcome is outcome
    assert says in result.reason
    assert str(folder) not in result.reason


def test_a_listed_file_beyond_the_limit_is_found_by_its_digest(scanner: FileScanner, folder: Path) -> None:
    result = scanner.scan_path(folder / "large.bin")
    assert (result.outcome, result.sha256) == (Outcome.MATCH, hashlib.sha256(LARGE).hexdigest())
    assert [(match.id, match.algorithm) for match in result.matches] == [("large", "sha256")]
    assert result.quality is None


def _without_time(result: ScanResult) -> ScanResult:
    return replace(result, ms=None)


def test_a_path_gives_what_its_bytes_give(scanner: FileScanner, folder: Path) -> None:
    for name in ("listed.jpg", "stranger.jpg", "empty", "edge.bin"):
        path = folder / name
        assert _without_time(scanner.scan_path(path)) == _without_time(scanner.scan_bytes(path.read_bytes()))


def test_many_paths_each_come_back_once(scanner: FileScanner, folder: Path) -> None:
    names = ["listed.jpg", "gone.jpg", "stranger.jpg", "empty", "large.bin"] * 6
    paths = [f"{folder}/./{'./' * number}{name}" for number, name in enumerate(names)]
    results = dict(scanner.scan_paths(iter(paths)))
    assert sorted(results) == sorted(paths)
    for path in paths:
        assert _without_time(results[path]) == _without_time(scanner.scan_path(path))
    assert list(scanner.scan_paths([])) == []


def test_a_reader_that_stops_early_does_not_hang(scanner: FileScanner, folder: Path) -> None:
    results = scanner.scan_paths(str(folder / "stranger.jpg") for _ in range(20))
    assert next(results)[1].outcome is Outcome.CLEAR
    del results
    assert scanner.scan_path(folder / "listed.jpg").outcome is Outcome.MATCH
