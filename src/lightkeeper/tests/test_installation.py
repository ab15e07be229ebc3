"""Keys are made once, for their owner alone; what others could read is named."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from lightkeeper import installation
from lightkeeper.configuration import Configuration, load


def configured(folder: Path, **settings: str) -> Configuration:
    given = {f"LIGHTKEEPER_{name.upper()}": value for name, value in settings.items()}
    return load({"LIGHTKEEPER_CONFIG": "/dev/null", "LIGHTKEEPER_DATA_DIR": str(folder / "data"), **given})


def test_keys_are_random_private_and_never_made_twice(tmp_path: Path) -> None:
    configuration = configured(tmp_path)
    assert installation.make_data_dir(configuration)
    assert not installation.make_data_dir(configuration)
    master, secret = installation.make_master_key(configuration), installation.make_secret_key(configuration)
    assert master is not None
    assert secret is not None
    name, _, key = master.read_text().strip().partition(":")
    assert name
    assert len(base64.b64decode(key)) == 32
    assert len(secret.read_text().strip()) > 60
    assert {file.stat().st_mode & 0o777 for file in (master, secret)} == {0o600}
    before = master.read_bytes(), secret.read_bytes()
    assert installation.make_master_key(configuration) is None
    assert installation.make_secret_key(configuration) is None
    assert (master.read_bytes(), secret.read_bytes()) == before
    assert list(installation.missing_keys(configuration)) == []
    assert list(installation.open_to_others(configuration)) == []


def test_keys_in_the_configuration_need_no_file(tmp_path: Path) -> None:
    configuration = configured(tmp_path, master_key="a:b", secret_key="c")  # noqa: S106  # no secret
    assert installation.make_master_key(configuration) is None
    assert installation.make_secret_key(configuration) is None
    assert list(installation.missing_keys(configuration)) == []


def test_a_data_directory_that_others_can_enter_is_closed(tmp_path: Path) -> None:
    configuration = configured(tmp_path)
    (tmp_path / "data").mkdir(mode=0o755)
    installation.make_data_dir(configuration)
    assert not installation.is_open(tmp_path / "data")


def test_what_others_can_read_is_named(tmp_path: Path) -> None:
    configuration = configured(tmp_path)
    installation.make_data_dir(configuration)
    master = installation.make_master_key(configuration)
    assert master is not None
    database = tmp_path / "data" / "lightkeeper.sqlite3"
    database.touch(0o644)
    assert list(installation.open_to_others(configuration)) == []  # behind a closed door
    master.chmod(0o640)
    assert list(installation.open_to_others(configuration)) == [master]
    (tmp_path / "data").chmod(0o755)
    assert set(installation.open_to_others(configuration)) == {tmp_path / "data", master, database}


@pytest.mark.django_db
def test_the_tests_database_has_the_shape_of_the_program() -> None:
    found = installation.migrations()
    assert found.applied > 10
    assert (found.pending, found.unknown) == ((), ())
