"""Master keys: read only where nobody else can read them; rotation loses nothing."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.runtime.crypto import master, purposes, rotation
from lightkeeper.runtime.models import KeyRow
from lightkeeper.runtime.services import (
    KeyUnusableError,
    SealError,
    new_data_key,
    register_rewrap,
    rotate_master_keys,
    seal,
    unseal,
    unwrap_data_key,
)


def line(name: str, byte: int) -> str:
    return f"{name}:{base64.b64encode(bytes([byte]) * 32).decode()}"


@pytest.fixture
def key_file(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file of master keys that this process uses, with one key, ``old``."""
    file = tmp_path / "master.key"
    file.write_text(line("old", 1))
    file.chmod(0o600)
    settings.LIGHTKEEPER = {**settings.LIGHTKEEPER.values, "master_key": "", "master_key_file": file}
    monkeypatch.setattr(master, "_loaded", None)
    purposes.forget_keys()
    yield file
    purposes.forget_keys()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_file_that_others_may_read_is_refused(key_file: Path, mode: int) -> None:
    key_file.chmod(mode)
    with pytest.raises(KeyUnusableError, match="chmod 600"):
        master.master_keys()


def test_a_missing_file_says_what_makes_one(key_file: Path) -> None:
    key_file.unlink()
    with pytest.raises(KeyUnusableError, match="lightkeeper init"):
        master.master_keys()


@pytest.mark.parametrize(
    "text",
    ["", "# nothing\n", "no-colon", "id:" + "A" * 10, line("a", 1) + "\n" + line("a", 2), "a b:" + "A" * 44, "id:äöü"],
)
def test_lines_that_are_no_keys_are_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(KeyUnusableError) as refused:
        master.parse_master_keys(text, source="the source")
    assert "the source" in str(refused.value)
    assert "AAAA" not in str(refused.value)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=5))
def test_the_first_line_is_the_current_key(keys: list[bytes]) -> None:
    text = "\n".join(f"k{number}:{base64.b64encode(key).decode()}" for number, key in enumerate(keys))
    parsed = master.parse_master_keys(f"# two\n\n{text}\n", source="x")
    assert parsed.current == "k0"
    assert len(parsed.ciphers) == len(keys)


def test_files_of_keys_are_made_private_and_never_replaced(key_file: Path, tmp_path: Path) -> None:
    made = tmp_path / "keys" / "made.key"
    master.create_master_key_file(made)
    assert made.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        master.create_master_key_file(made)
    master.add_master_key(key_file)
    assert key_file.stat().st_mode & 0o777 == 0o600
    keys = master.master_keys()
    assert keys.current != "old"
    assert "old" in keys.ciphers
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith("master")] == ["master.key"]


@given(st.data())
def test_a_wrapped_key_that_was_altered_is_refused(data: st.DataObject) -> None:
    wrapped = bytearray(new_data_key().wrapped)
    wrapped[data.draw(st.integers(0, len(wrapped) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealError):
        unwrap_data_key(bytes(wrapped))
    with pytest.raises(SealError):
        unwrap_data_key(bytes(wrapped)[: data.draw(st.integers(0, len(wrapped) - 1))])


def test_a_wrapped_key_opens_for_what_it_was_wrapped_for_only() -> None:
    wrapped = master.wrap(bytes(32), what=b"one")
    assert master.unwrap(wrapped, what=b"one") == bytes(32)
    with pytest.raises(SealError):
        master.unwrap(wrapped, what=b"other")
    assert "key=" not in repr(new_data_key())


@pytest.mark.django_db
def test_rotation_wraps_everything_anew_and_the_old_master_key_can_go(
    key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "_rewraps", {})
    vault = [new_data_key() for _ in range(3)]
    rows = [one.wrapped for one in vault]

    @register_rewrap
    def rewrap_vault(rewrap: Callable[[bytes], bytes]) -> int:
        new = [rewrap(row) for row in rows]
        changed = sum(a != b for a, b in zip(rows, new, strict=True))
        rows[:] = new
        return changed

    sealed = seal("tests:kept", b"kept")
    key_file.write_text(f"{line('new', 2)}\n{line('old', 1)}\n")
    done = rotate_master_keys()
    assert (done.master, done.purpose_keys, done.data_keys) == ("new", 1, 3)
    again = rotate_master_keys()
    assert (again.purpose_keys, again.data_keys) == (0, 0)

    key_file.write_text(line("new", 2))
    master.master_keys(reload=True)
    purposes.forget_keys()
    assert unseal("tests:kept", sealed) == b"kept"
    assert [unwrap_data_key(row) for row in rows] == [one.key for one in vault]
    with pytest.raises(SealError, match="master key old"):
        unwrap_data_key(vault[0].wrapped)


@pytest.mark.django_db
def test_a_process_that_knows_only_the_old_master_key_reads_the_file_again_when_it_meets_the_new(
    key_file: Path,
) -> None:
    sealed = seal("tests:kept", b"kept")
    before = key_file.read_text()
    key_file.write_text(f"{line('new', 2)}\n{before}")
    rotate_master_keys()
    # As another process, that has read the file before:
    master._loaded = master.parse_master_keys(before, source="x")
    purposes.forget_keys()
    assert unseal("tests:kept", sealed) == b"kept"
    assert {master.wrapped_by(bytes(row.wrapped)) for row in KeyRow.objects.all()} == {"new"}
