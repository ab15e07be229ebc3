"""A backup comes back as it was, without what was destroyed since; copies are made once, and go when they should."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection, transaction

from lightkeeper.backup import BackupError
from lightkeeper.backups.making import Made, make
from lightkeeper.backups.manifest import backups_in, copy_path, read_manifest, write_manifest
from lightkeeper.backups.restoring import STATEMENTS, restore
from lightkeeper.backups.tests.places import disconnect, elsewhere
from lightkeeper.installation import restore_mark
from lightkeeper.record.models import AuditEvent, Item, VaultObject
from lightkeeper.record.services import destroy, export_trail, get_or_create_item, read_object, seal_pending
from lightkeeper.record.tests.vaulted import files, flip, kept
from lightkeeper.record.types import Actor, DestructionReason, ItemKind
from lightkeeper.runtime.services import seal, unseal

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
WHO = "A. Keeper: the log burnt with the machine"


@pytest.fixture
def root(tmp_path: Path, settings: LazySettings) -> Path:
    settings.DATA_DIR = tmp_path / "live"
    return tmp_path / "backups"


def backup(root: Path, night: int = 0, **more: bool | int) -> Made:
    return make(root, at=AT + timedelta(days=night), **more)  # type: ignore[arg-type]


def test_a_backup_restores_all_and_says_so(root: Path, tmp_path: Path, settings: LazySettings) -> None:
    objects = [kept(b"planted %d" % number * 9) for number in range(3)]
    with transaction.atomic():
        get_or_create_item(kind=ItemKind.PICTURE, sha256=bytes(32), size=1)
    sealed = seal("tests:text", b"a mild word")
    seal_pending()
    made = backup(root, check=True)
    assert (made.manifest.objects, made.new, made.manifest.missing) == (3, 3, ())
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files(root))
    assert all(stat.S_IMODE(each.stat().st_mode) == 0o700 for each in [root, *root.rglob("*")] if each.is_dir())
    keys = Path(settings.LIGHTKEEPER.master_key_file)
    secret = settings.LIGHTKEEPER["master_key"] or (keys.read_text() if keys.exists() else "")
    assert secret
    assert not any(secret.strip().rpartition(":")[2].encode() in file.read_bytes() for file in files(root))
    with elsewhere(settings, tmp_path / "other"):
        done = restore(root, log=None, statement=WHO, at=AT)
        assert [read_object(obj) for obj in VaultObject.objects.order_by("pk")] == [
            b"planted %d" % number * 9 for number in range(3)
        ]
        assert Item.objects.count() == 1
        assert unseal("tests:text", sealed) == b"a mild word"
        assert (done.objects, done.lacking, done.changes) == (3, 0, 0)
        assert done.trail.ok
        assert done.vault.ok
        [event] = AuditEvent.objects.filter(event="record:backup:restored")
        [statement] = (tmp_path / "other" / STATEMENTS).iterdir()
        assert WHO in statement.read_text()
        assert '"log":false' in event.details
        assert not restore_mark().exists()
    assert VaultObject.objects.count() == len(objects)


def test_only_what_is_new_is_copied_and_what_was_destroyed_goes(root: Path) -> None:
    first, second = kept(b"first" * 99), kept(b"second" * 99)
    assert backup(root).new == 2
    place = copy_path(root / "vault", second.uuid)
    before = place.stat().st_ino
    destroy(first, reason=DestructionReason.ERASED)
    third = kept(b"third" * 99)
    made = backup(root, 1, keep=1)
    assert (made.new, made.removed, made.old) == (1, 1, 1)
    assert place.stat().st_ino == before
    assert not copy_path(root / "vault", first.uuid).exists()
    assert copy_path(root / "vault", third.uuid).exists()
    assert backups_in(root) == [made.folder]


def test_what_is_destroyed_while_it_is_copied_is_destroyed_again(
    root: Path, tmp_path: Path, settings: LazySettings
) -> None:
    obj = kept(b"goes in between" * 20)

    def between(number: int) -> None:
        destroy(obj, reason=DestructionReason.ERASED)

    made = make(root, at=AT, tell=between)
    assert made.manifest.objects == 0
    assert made.manifest.destroyed == {str(obj.uuid): "erased"}
    assert list((root / "vault").glob("*/*")) == []
    with elsewhere(settings, tmp_path / "other"):
        done = restore(root, log=None, statement=WHO, at=AT)
        assert (done.again.done, done.vault.ok) == (1, True)
        assert VaultObject.objects.get().destroyed_because == "erased"


def test_a_lost_object_is_named_and_an_earlier_copy_of_it_is_kept(root: Path, settings: LazySettings) -> None:
    saved, lost = kept(b"saved" * 20), kept(b"lost" * 20)
    backup(root)
    late = kept(b"late" * 20)
    for obj in (saved, late):
        for file in files(settings.DATA_DIR / "vault"):
            if file.name == str(obj.uuid):
                file.unlink()
    made = backup(root, 1)
    assert made.manifest.missing == (str(late.uuid),)
    assert made.manifest.objects == 2
    assert {file.name for file in files(root / "vault")} == {str(saved.uuid), str(lost.uuid)}


def test_an_older_backup_lacks_only_what_was_destroyed(root: Path, tmp_path: Path, settings: LazySettings) -> None:
    gone, stays = kept(b"gone" * 20), kept(b"stays" * 20)
    first = backup(root)
    destroy(gone, reason=DestructionReason.ERASED)
    backup(root, 1)
    with elsewhere(settings, tmp_path / "other"):
        done = restore(root, name=first.manifest.name, log=None, statement=WHO, at=AT)
        assert (done.objects, done.lacking, done.vault.damaged_count) == (1, 1, 1)
        assert read_object(VaultObject.objects.get(pk=stays.pk)) == b"stays" * 20
    copy_path(root / "vault", stays.uuid).unlink()
    with elsewhere(settings, tmp_path / "third"), pytest.raises(BackupError, match="is not as it was written"):
        restore(root, name=first.manifest.name, log=None, statement=WHO, at=AT)


def test_nothing_is_overwritten(root: Path, tmp_path: Path, settings: LazySettings) -> None:
    kept(b"one" * 20)
    backup(root)
    with pytest.raises(BackupError, match="a restore overwrites nothing"):
        restore(root, log=None, statement=WHO, at=AT)
    assert not restore_mark().exists()
    with elsewhere(settings, tmp_path / "other"):
        restore(root, log=None, statement=WHO, at=AT)
        with pytest.raises(BackupError, match="a restore overwrites nothing"):
            restore(root, log=None, statement=WHO, at=AT)
        with pytest.raises(BackupError, match="there is no backup 1999 in"):
            restore(root, name="1999", log=None, statement=WHO, at=AT)
    with pytest.raises(BackupError, match="there is no backup in"):
        restore(tmp_path / "nowhere", log=None, statement=WHO, at=AT)
    with pytest.raises(BackupError, match="where the installation itself lies"):
        backup(Path(settings.DATA_DIR) / "vault")


@pytest.mark.parametrize(
    "what", ["manifest", "objects", "database", "ciphertext", "rename", "newer", "kind", "other_key"]
)
def test_what_was_altered_is_refused_and_leaves_nothing(
    root: Path, tmp_path: Path, settings: LazySettings, what: str
) -> None:
    obj = kept(b"one" * 50)
    made = backup(root)
    says = _alter(made, root / "vault" / obj.uuid.hex[:2] / str(obj.uuid), what)
    other = tmp_path / "other"
    with elsewhere(settings, other):
        with pytest.raises(BackupError, match=says):
            restore(root, log=None, statement=WHO, at=AT)
        assert files(other) == []
        assert not (connection.introspection.table_names() if connection.vendor == "postgresql" else [])


def _alter(made: Made, ciphertext: Path, what: str) -> str:
    manifest = made.folder / "manifest.json"
    match what:
        case "manifest":
            manifest.write_text(manifest.read_text().replace('"objects": 1', '"objects": 2'))
            return "does not carry this installation's mark"
        case "objects":
            flip(made.folder / "objects.txt")
            return "objects.txt was altered or damaged"
        case "database":
            flip(made.folder / made.manifest.database_file)
            return "is not as it was written"
        case "ciphertext":
            flip(ciphertext)
            return "is not as it was written"
        case "rename":
            made.folder.rename(made.folder.with_name("20991123-020000"))
            return "was renamed"
        case "newer":
            _forge(made, migrations=("record.0999_later",))
            return "made by a newer Lightkeeper"
        case "kind":
            _forge(made, kind="oracle")
            return "the backup is of oracle"
        case _:
            manifest.write_text(manifest.read_text().replace('"key": "01', '"key": "02'))
            return "cannot be checked with this master key"


def _forge(made: Made, **values: object) -> None:
    (made.folder / "manifest.json").unlink()
    write_manifest(replace(made.manifest, **values), made.folder)  # type: ignore[arg-type]


def test_folders_of_others_are_left_alone(root: Path) -> None:
    kept(b"one" * 50)
    made = backup(root)
    manifest = made.folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"objects": 1', '"objects": 2'))
    with pytest.raises(BackupError, match="Nothing is added to a folder of another installation"):
        backup(root, 1)
    assert len(files(root / "vault")) == 1


def test_without_the_vault_it_is_said(root: Path, tmp_path: Path, settings: LazySettings) -> None:
    kept(b"one" * 50)
    made = backup(root, vault=False)
    assert made.manifest.objects is None
    assert read_manifest(made.folder) == made.manifest
    with elsewhere(settings, tmp_path / "other"):
        assert restore(root, log=None, statement=WHO, at=AT).vault.damaged_count == 1


def test_what_was_destroyed_after_the_backup_is_nowhere(root: Path, tmp_path: Path, settings: LazySettings) -> None:
    gone, stays = kept(b"planted-and-gone" * 20), kept(b"stays" * 20)
    seal_pending()
    wrapped = bytes(gone.wrapped_key or b"")
    ciphertext = next(file for file in files(settings.DATA_DIR / "vault") if file.name == str(gone.uuid)).read_bytes()
    made = backup(root)
    old, log = tmp_path / "old.jsonl", tmp_path / "apart.jsonl"
    destroy(gone, reason=DestructionReason.ERASED)
    seal_pending()
    log.write_text("\n".join(export_trail(actor=Actor.operator())))
    lines = log.read_text().splitlines()
    assert made.manifest.chain_position == len(lines) - 3  # then: backup made, destroyed, checkpoint
    other = tmp_path / "other"
    with elsewhere(settings, other):
        for text, says in (
            ("\n".join(lines[:-1]), "cannot be used as the destruction log"),
            (log.read_text().replace("erased", "unfounded"), "does not follow"),
        ):
            old.write_text(text)
            with pytest.raises(BackupError, match=says):
                restore(root, log=old, at=AT)
        with pytest.raises(BackupError, match="cannot be read: No such file"):
            restore(root, log=tmp_path / "none", at=AT)
        assert files(other) == []
        done = restore(root, log=log, at=AT)
        assert (done.again.done, done.again.held, done.vault.ok, done.vault.objects) == (1, 0, True, 1)
        again = VaultObject.objects.get(pk=gone.pk)
        assert (again.wrapped_key, again.destroyed_because) == (None, "erased")
        assert read_object(VaultObject.objects.get(pk=stays.pk)) == b"stays" * 20
        disconnect()
        everything = b"".join(file.read_bytes() for file in files(other))
        assert ciphertext[20:60] not in everything
        assert wrapped not in everything
