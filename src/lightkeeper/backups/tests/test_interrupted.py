"""Killed between any two writes, or out of room: the earlier backup is whole, and the next run gets through."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection

from lightkeeper.backup import BackupError
from lightkeeper.backups.making import make
from lightkeeper.backups.manifest import backups_in, digest_of, read_manifest, read_objects
from lightkeeper.backups.restoring import restore
from lightkeeper.backups.tests.places import elsewhere, killed_at
from lightkeeper.backups.vault_copy import verify_copies
from lightkeeper.cli.exits import CommandError
from lightkeeper.cli.upgrade import refuse_half_restored
from lightkeeper.installation import restore_mark
from lightkeeper.record.models import VaultObject
from lightkeeper.record.services import destroy, read_object
from lightkeeper.record.tests.vaulted import files, kept
from lightkeeper.record.types import DestructionReason

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
WHO = "A. Keeper: there is no log yet"


@pytest.fixture
def root(tmp_path: Path, settings: LazySettings) -> Path:
    settings.DATA_DIR = tmp_path / "live"
    return tmp_path / "backups"


def stride() -> int:
    """Every step on SQLite; on PostgreSQL, where each run starts three programs, some of them."""
    return 1 if connection.vendor == "sqlite" else 5


def all_whole(root: Path) -> None:
    for folder in backups_in(root):
        manifest = read_manifest(folder)
        assert digest_of(folder / manifest.database_file) == manifest.database_sha256
    newest = backups_in(root)[-1]
    verify_copies(root / "vault", read_objects(read_manifest(newest), newest))


def test_a_backup_killed_at_any_step_leaves_the_earlier_one_whole(root: Path) -> None:
    gone, stays = kept(b"gone" * 50), kept(b"stays" * 50)
    first = make(root, at=AT)
    kept(b"new" * 50)
    step, before = 1, 1
    while killed_at(step, lambda: make(root, at=AT + timedelta(days=1), keep=2)):
        there = backups_in(root)
        assert first.folder in there
        assert before <= len(there) <= 2
        before = len(there)
        all_whole(root)
        step += stride()
    assert step > 5
    destroy(gone, reason=DestructionReason.ERASED)
    made = make(root, at=AT + timedelta(days=2), keep=1, check=True)
    assert backups_in(root) == [made.folder]
    assert {file.name for file in files(root)} == {
        ".lock", made.manifest.database_file, "objects.txt", "manifest.json",
        *(str(uuid) for uuid in VaultObject.objects.exclude(pk=gone.pk).values_list("uuid", flat=True)),
    }  # fmt: skip
    assert read_object(stays) == b"stays" * 50


def test_a_restore_killed_at_any_step_is_begun_again(root: Path, tmp_path: Path, settings: LazySettings) -> None:
    kept(b"one" * 50)
    two = kept(b"two" * 50)
    make(root, at=AT)
    with elsewhere(settings, tmp_path / "other") as data:
        step = 1
        while killed_at(step, lambda: restore(root, log=None, statement=WHO, at=AT)):
            assert restore_mark().exists() or not files(data)
            if restore_mark().exists():
                with pytest.raises(CommandError, match="a restore has begun here and has not ended"):
                    refuse_half_restored()
            step += stride()
        assert step > 5
        assert not restore_mark().exists()
        refuse_half_restored()
        assert read_object(VaultObject.objects.get(pk=two.pk)) == b"two" * 50
        assert len(files(data / "vault")) == 2


def test_a_full_disk_is_a_sentence_and_leaves_the_earlier_backup(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(b"one" * 50)
    make(root, at=AT)
    kept(b"two" * 50)
    there = set(files(root))
    real, calls = os.fsync, []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BackupError, match="there is no room; the earlier ones are as they were"):
        make(root, at=AT + timedelta(days=1))
    monkeypatch.undo()
    assert set(files(root)) == there
    all_whole(root)


def test_a_full_disk_leaves_an_empty_place(
    root: Path, tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(b"one" * 50)
    make(root, at=AT)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with elsewhere(settings, tmp_path / "other") as data:
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(BackupError, match="nothing was restored: No space left"):
            restore(root, log=None, statement=WHO, at=AT)
        monkeypatch.undo()
        assert files(data) == []


def test_two_backups_at_once_are_one(root: Path) -> None:
    def again(number: int) -> None:
        with pytest.raises(BackupError, match="another backup works in"):
            make(root, at=AT)

    kept(b"one" * 50)
    make(root, at=AT, tell=again)
    assert len(backups_in(root)) == 1
