"""What tests of the scanner share. The benchmarks' edits serve as input; their folder lies beside ``src``."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lightkeeper.detect.matching.lists import HashList, read_list
from lightkeeper.detect.scanner import Scanner

_ROOT = str(Path(__file__).resolve().parents[4])
if _ROOT not in sys.path:
    sys.path.append(_ROOT)

from lightkeeper.detect.tests.scanning import (  # noqa: E402  # it needs the folder
    GARBAGE,
    LISTED,
    VIDEO,
    Write,
    hash_of,
)


@pytest.fixture(scope="package")
def write(tmp_path_factory: pytest.TempPathFactory) -> Write:
    def _write(name: str, rows: list[str]) -> HashList:
        path = tmp_path_factory.mktemp("lists") / name
        path.write_text("\n".join(["algorithm,value,id,category", *rows]) + "\n")
        return read_list(path)

    return _write


@pytest.fixture(scope="package")
def lists(write: Write) -> list[HashList]:
    """Drawings by their hash, other files by one digest each, and one drawing on two lists."""
    digests = [
        f"md5,{hashlib.md5(VIDEO).hexdigest()},video,A",  # noqa: S324  # what others list
        f"sha1,{hashlib.sha1(GARBAGE).hexdigest()},garbage,B",  # noqa: S324
        f"sha256,{hashlib.sha256(bytes(9000)).hexdigest()},large,C",
    ]
    return [
        write("first.csv", [f"pdq,{hash_of(number)},d{number},A" for number in LISTED]),
        write("second.csv", [*digests, f"pdq,{hash_of(0)},again,"]),
    ]


@pytest.fixture(scope="package")
def scanner(lists: list[HashList]) -> Iterator[Scanner]:
    with Scanner(lists, workers=1) as made:
        yield made


@pytest.fixture(scope="package")
def thorough(lists: list[HashList]) -> Iterator[Scanner]:
    with Scanner(lists, workers=1, effort="thorough") as made:
        yield made
