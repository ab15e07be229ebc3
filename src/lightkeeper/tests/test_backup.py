"""A copy of the database counts only when it is whole, private and checked."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from lightkeeper.backup import BackupError, back_up

AT = datetime(2026, 11, 22, 21, 5, tzinfo=UTC)


def database(path: Path) -> dict[str, object]:
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": path}


def test_a_database_in_use_is_copied_whole(tmp_path: Path) -> None:
    source = tmp_path / "live.sqlite3"
    with closing(sqlite3.connect(source)) as live:
        live.execute("PRAGMA journal_mode=WAL")
        live.execute("CREATE TABLE t (n INTEGER)")
        live.executemany("INSERT INTO t VALUES (?)", [(number,) for number in range(1000)])
        live.commit()
        live.execute("INSERT INTO t VALUES (-1)")  # not committed: not part of the copy
        copy = back_up(database(source), tmp_path / "backups", at=AT, version="0.2.0")
    assert copy.name == "20261122-210500-before-0.2.0.sqlite3"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
    assert [file.name for file in copy.parent.iterdir()] == [copy.name]
    with closing(sqlite3.connect(copy)) as opened:
        assert opened.execute("SELECT count(*), min(n) FROM t").fetchone() == (1000, 0)


def test_a_damaged_database_gives_no_copy(tmp_path: Path) -> None:
    source = tmp_path / "live.sqlite3"
    source.write_bytes(b"no database at all" * 1000)
    with pytest.raises(BackupError, match="the database could not be copied"):
        back_up(database(source), tmp_path / "backups", at=AT, version="0.2.0")
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_place_that_cannot_be_written_to_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "backups").write_text("a file")
    with pytest.raises(BackupError, match="no backup could be written to .*backups: "):
        back_up(database(tmp_path / "live.sqlite3"), tmp_path / "backups", at=AT, version="0.2.0")


def test_without_pg_dump_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError, match=r"pg_dump is not installed here: .*--backup-done"):
        back_up({"ENGINE": "django.db.backends.postgresql"}, tmp_path / "backups", at=AT, version="0.2.0")


@pytest.mark.django_db(transaction=True)
def test_a_postgresql_database_is_dumped_and_the_dump_is_read(tmp_path: Path) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    named = {**settings.DATABASES["default"], "NAME": connection.settings_dict["NAME"]}
    copy = back_up(named, tmp_path / "backups", at=AT, version="0.2.0")
    assert copy.read_bytes().startswith(b"PGDMP")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
