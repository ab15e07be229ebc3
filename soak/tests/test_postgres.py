"""The throw-away cluster keeps what was committed when it is killed, and leaves nothing behind."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from soak import postgres
from soak.postgres import Cluster, cluster


@pytest.fixture(scope="module")
def database() -> Iterator[Cluster]:
    try:
        postgres.binaries()
    except postgres.PostgresMissing as reason:
        pytest.skip(str(reason))
    with cluster() as made:
        yield made


def test_what_was_committed_outlives_a_kill(database: Cluster) -> None:
    connection = psycopg.connect(database.url)
    connection.execute("CREATE TABLE kept (number int)")
    connection.execute("INSERT INTO kept VALUES (7)")
    connection.commit()
    connection.execute("INSERT INTO kept VALUES (8)")
    assert database.process is not None
    processes = [database.process.pid, *(p.pid for p in psutil.Process(database.process.pid).children())]
    database.kill9()
    connection.close()
    assert not any(psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in processes)
    database.start()
    with psycopg.connect(database.url) as again:
        assert again.execute("SELECT number FROM kept").fetchall() == [(7,)]


def test_the_service_is_no_superuser_and_the_disk_is_waited_for(database: Cluster) -> None:
    with psycopg.connect(database.url) as connection:
        assert connection.execute("SHOW is_superuser").fetchone() == ("off",)
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_a_command_gets_the_address_and_its_result_comes_back(database: Cluster) -> None:
    code = "import os, psycopg; psycopg.connect(os.environ['TEST_DATABASE_URL']).close(); raise SystemExit(7)"
    assert postgres.main([sys.executable, "-c", code]) == 7


def test_nothing_is_left_behind(database: Cluster) -> None:
    with cluster(fast=True) as made:
        folder, process = made.folder, made.process
        assert process is not None
    assert not Path(folder).exists()
    assert process.returncode is not None


def test_a_missing_server_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "glob", lambda *_: [])
    monkeypatch.setitem(os.environ, "PATH", "/nowhere")
    with pytest.raises(postgres.PostgresMissing, match="apt-get install"):
        postgres.binaries()
