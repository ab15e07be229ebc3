"""The vault keeps nothing in clear, gives back exactly what it took, and leaves nothing of what it refused."""

from __future__ import annotations

import hashlib
import os
import tracemalloc
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lightkeeper.record import vault_files
from lightkeeper.record.errors import (
    ItemTooLarge,
    VaultObjectMissing,
)
from lightkeeper.record.services import (
    discard,
    incoming,
    keep,
    make_durable,
    open_object,
    read_incoming,
    read_object,
)
from lightkeeper.record.tests.vaulted import (
    CHUNK,
    MARK,
    files,
    kept,
    store,
    store_pieces,
)
from lightkeeper.record.types import (
    ObjectKind,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    size=st.one_of(st.integers(0, 300), st.sampled_from([CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5])),
    piece=st.integers(1, 100_000),
)
def test_what_goes_in_comes_out_with_its_digests(size: int, piece: int) -> None:
    data = hashlib.shake_256(bytes([size % 256])).digest(size)
    stored = store(data, piece=max(piece, size // 50 or 1))
    assert stored.size == size
    assert (stored.sha256, stored.md5) == (hashlib.sha256(data).digest(), hashlib.md5(data).digest())  # noqa: S324
    assert stored.sha1 == hashlib.sha1(data).digest()  # noqa: S324
    assert read_incoming(stored) == data
    with transaction.atomic():
        obj = keep(stored, kind=ObjectKind.ORIGINAL)
    assert read_object(obj) == data
    assert all(len(chunk) <= CHUNK for chunk in open_object(obj))


def test_nothing_is_on_disk_in_clear_and_only_we_may_look(folder: Path) -> None:
    stored = store(MARK * 10_000)
    (file,) = files(folder)
    assert MARK not in file.read_bytes()
    assert stored.stored_size == file.stat().st_size
    assert file.stat().st_mode & 0o777 == 0o600
    assert {path.stat().st_mode & 0o777 for path in [folder, *folder.rglob("*")] if path.is_dir()} == {0o700}
    obj = kept(MARK)
    assert MARK not in bytes(obj.wrapped_key or b"")
    assert bytes(obj.sha256) != hashlib.sha256(MARK).digest()
    assert MARK.decode() not in repr(stored)


def test_too_large_is_refused_and_leaves_nothing(folder: Path) -> None:
    with pytest.raises(ItemTooLarge, match="1000 bytes"), incoming(1000) as writer:
        writer.write(b"x" * 1001)
    with pytest.raises(ItemTooLarge, match="1000 bytes"):
        store_pieces(b"x" * 400, 3, limit=1000)
    assert files(folder) == []
    with incoming(1000) as writer:
        writer.write(b"x" * 1000)
        assert writer.commit().size == 1000


def test_an_error_or_no_commit_leaves_nothing(folder: Path) -> None:
    with pytest.raises(TypeError):
        store_pieces("no bytes", 1, limit=100)  # type: ignore[arg-type]
    with incoming(100) as writer:
        writer.write(b"never committed")
    assert files(folder) == []


def test_a_full_disk_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    monkeypatch.setattr(vault_files, "sync", print)
    with pytest.raises(OSError, match="No space"):
        store(b"x")
    assert files(folder) == []


def test_the_writer_holds_a_few_chunks_however_much_comes() -> None:
    piece = bytes(1 << 20)
    with incoming(1 << 30) as writer:
        writer.write(piece)
        tracemalloc.start()
        for _ in range(24):
            writer.write(piece)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        stored = writer.commit(durable=False)
    assert peak < 3 << 20
    discard(stored)


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files and folders that were made to last, in order."""
    names: list[str] = []
    real = os.fsync

    def note(descriptor: int) -> None:
        names.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    return names


def test_file_and_folder_last_before_commit_returns(synced: list[str]) -> None:
    store(b"first")  # makes the folders
    synced.clear()
    stored = store(b"x")
    assert synced == [str(stored.uuid), "incoming"]


def test_what_was_not_made_to_last_is_when_it_is_kept(synced: list[str]) -> None:
    stored = store(b"x", durable=False)
    synced.clear()
    with transaction.atomic():
        keep(stored, kind=ObjectKind.ORIGINAL)
    assert synced == [str(stored.uuid), "incoming"]
    again = store(b"y", durable=False)
    assert make_durable(make_durable(again)).durable


def test_discard_removes_at_once(folder: Path) -> None:
    stored = store(b"x")
    discard(stored)
    discard(stored)
    assert files(folder) == []
    with pytest.raises(VaultObjectMissing):
        read_incoming(stored)
