"""Saved files come back as they were, and no damage passes unnoticed."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lightkeeper.detect.matching import files
from lightkeeper.detect.matching.files import IndexFileError, read_sections, write_sections
from lightkeeper.detect.matching.index import PdqIndex
from lightkeeper.detect.matching.segments import TABLES_FROM
from lightkeeper.detect.matching.tests.brute import flipped


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.lk"
    sections: dict[str, NDArray[Any]] = {
        "a": np.arange(5, dtype=np.uint16),
        "none": np.empty((0, 3), np.uint8),
        "b": np.ones((3, 2), np.uint64),
    }
    write_sections(path, kind="trial", sections=sections, metadata={"name": "Käse"})
    return path


def test_sections_come_back(small: Path) -> None:
    content = read_sections(small, kind="trial")
    assert content.metadata == {"name": "Käse"}
    assert content.sections["a"].tolist() == [0, 1, 2, 3, 4]
    assert content.sections["none"].shape == (0, 3)
    assert content.sections["b"].shape == (3, 2)
    assert not content.sections["b"].flags.writeable
    assert stat.S_IMODE(small.stat().st_mode) == 0o600


def test_every_changed_byte_is_noticed(small: Path) -> None:
    whole = small.read_bytes()
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        small.write_bytes(damaged)
        with pytest.raises(IndexFileError, match=r"small\.lk: "):
            read_sections(small, kind="trial")


def test_every_truncation_and_addition_is_noticed(small: Path) -> None:
    whole = small.read_bytes()
    for size in range(len(whole)):
        small.write_bytes(whole[:size])
        with pytest.raises(IndexFileError):
            read_sections(small, kind="trial")
    small.write_bytes(whole + bytes(64))
    with pytest.raises(IndexFileError, match="damaged"):
        read_sections(small, kind="trial")


def test_foreign_files_are_refused_by_name(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(IndexFileError, match="kind 'trial'"):
        read_sections(small, kind="pdq-index")
    with pytest.raises(IndexFileError, match="cannot be read"):
        read_sections(tmp_path / "missing", kind="trial")
    with pytest.raises(IndexFileError, match="cannot be read"):
        read_sections(tmp_path, kind="trial")
    (tmp_path / "other").write_bytes(b"algorithm,value,id\n" * 10)
    with pytest.raises(IndexFileError, match="other: not a Lightkeeper file"):
        read_sections(tmp_path / "other", kind="trial")
    monkeypatch.setattr(files, "VERSION", 2)
    with pytest.raises(IndexFileError, match="format version 1"):
        read_sections(small, kind="trial")


def test_only_plain_numbers_are_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="does not hold|do not hold"):
        write_sections(tmp_path / "x", kind="trial", sections={"o": np.array([object()])})
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_old_file(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = small.read_bytes()

    def fail(handle: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        write_sections(small, kind="trial", sections={"a": np.zeros(3, np.uint8)})
    assert small.read_bytes() == before
    assert list(small.parent.iterdir()) == [small]


@pytest.mark.parametrize("count", [0, 1, 1000, TABLES_FROM + 100])
def test_an_index_comes_back_and_stays_open_to_changes(tmp_path: Path, count: int) -> None:
    random = np.random.default_rng(count)
    values = random.integers(0, 256, (count, 32), dtype=np.uint8)
    values[: count // 2] = values[count // 2 : count // 2 * 2]
    index = PdqIndex.build(values, lists=random.integers(0, 9, count))
    index.remove(np.arange(0, count, 7))
    index.save(tmp_path / "index")
    opened = PdqIndex.open(tmp_path / "index")
    assert len(opened) == len(index)
    assert opened.next_entry == count
    bases = flipped(values[:40], 20, random)
    for radius in (31, [31] * 5 + [10] * 4):
        first, second = index.search(bases, radius=radius), opened.search(bases, radius=radius)
        assert np.array_equal(first.entry, second.entry)
        assert np.array_equal(first.distance, second.distance)
    added = opened.add(np.full((1, 32), 3, np.uint8))
    assert added.tolist() == [count]
    assert opened.search(np.full((1, 32), 3, np.uint8)).entry.tolist() == [count]
    opened.remove(added)
    assert len(opened.search(np.full((1, 32), 3, np.uint8))) == 0
    opened.save(tmp_path / "index")
    assert len(PdqIndex.open(tmp_path / "index")) == len(index)


def test_a_file_whose_sections_do_not_belong_together_is_refused(tmp_path: Path) -> None:
    sections, metadata = PdqIndex.build(np.zeros((3, 32), np.uint8)).sections()
    sections["pdq.lists"] = sections["pdq.lists"][:-1]
    write_sections(tmp_path / "x", kind="pdq-index", sections=sections, metadata=metadata)
    with pytest.raises(IndexFileError, match="belong together"):
        PdqIndex.open(tmp_path / "x")
