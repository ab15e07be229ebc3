"""A file on this machine: read when it is another, within its folder only."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from lightkeeper.lists.exchanges.registry import checked_options
from lightkeeper.lists.exchanges.tests.making import counts, held, made, synced
from lightkeeper.lists.tests.making import csv, row, value
from lightkeeper.lists.types import ExchangeKind, ListRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.LIGHTKEEPER = {**settings.LIGHTKEEPER, "data_dir": tmp_path}
    made_folder = tmp_path / "list-files"
    made_folder.mkdir()
    return made_folder


def test_a_file_is_read_when_it_is_another_and_what_it_has_no_more_is_withdrawn(folder: Path) -> None:
    path = folder / "known.csv"
    path.write_bytes(csv(*(row(seed, "md5", f"id{seed}") for seed in range(5))))
    exchange = made(ExchangeKind.FILE, {"path": "known.csv"})
    assert counts(synced(exchange)) == {"outcome": "complete", "records": 5, "added": 5}
    assert counts(synced(exchange)) == {"outcome": "complete"}
    path.write_bytes(csv(row(4, "md5", "id4"), row(9, "md5", "id9"), ("md5", "nonsense", "", "")))
    run = synced(exchange)
    assert counts(run) == {"outcome": "complete", "records": 2, "added": 1, "withdrawn": 4, "set_aside": 1}
    assert held(exchange) == {("md5", value(seed, "md5"), f"id{seed}") for seed in (4, 9)}
    assert [(aside.position, "nonsense" in aside.problem) for aside in run.set_asides.all()] == [(4, False)]


def test_only_files_of_the_folder_are_read(folder: Path) -> None:
    for path in ("/etc/hosts", "../x", "a/../../x"):
        with pytest.raises(ListRefused, match="within the folder"):
            checked_options(ExchangeKind.FILE, {"path": path})
    (folder.parent / "outside.csv").write_bytes(csv(row(1, "md5")))
    (folder / "link.csv").symlink_to(folder.parent / "outside.csv")
    run = synced(made(ExchangeKind.FILE, {"path": "link.csv"}))
    assert (run.outcome, run.problem) == ("failed", "The file is not one within the folder “list-files”.")
    missing = synced(made(ExchangeKind.FILE, {"path": "missing.csv"}, name="other"))
    assert missing.problem == "The file cannot be read: No such file or directory."
    (folder / "pipe.csv").parent.mkdir(exist_ok=True)
    os.mkfifo(folder / "pipe.csv")
    assert "not one within" in synced(made(ExchangeKind.FILE, {"path": "pipe.csv"}, name="pipe")).problem
