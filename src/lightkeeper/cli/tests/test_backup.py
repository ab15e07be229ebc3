"""`lightkeeper backup` and `restore` as an operator has them."""

from __future__ import annotations

import stat
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.utils import timezone

from lightkeeper import configuration
from lightkeeper.cli import restore
from lightkeeper.cli.check_findings import _backups
from lightkeeper.cli.exits import CommandError
from lightkeeper.cli.tests.installations import Installation
from lightkeeper.record.events import Event
from lightkeeper.record.models import AuditEvent
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor

WHO = "A. Keeper: no log was kept before today"


@pytest.mark.long
def test_an_operator_backs_up_and_restores_on_another_machine(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = Installation(tmp_path / "one"), Installation(tmp_path / "two")
    root, key = tmp_path / "backups", one.data / "keys" / "master.key"
    assert one.run("init", "--hash-only")[0] == 0
    code, out, err = one.run("backup", str(root), "--verify")
    assert code == 0, err
    assert "is whole and was read again: the database (sqlite) and 0 objects of the vault, 0 of them new." in out
    assert "No key is in it: keep the master key" in out
    code, out, err = two.run("restore", str(root), "--keys", str(key), "--without-destruction-log", WHO)
    assert code == 0, err
    assert "No destruction log was given: what was destroyed since may be back." in out
    assert "The audit trail is sound" in out
    assert "0 objects were read; 0 are damaged." in out
    assert stat.S_IMODE((two.data / "lightkeeper.sqlite3").stat().st_mode) == 0o600
    (two.data / "restore-unfinished").touch()
    assert "a restore has begun here and has not ended" in two.run("worker")[2]


def test_keys_and_reasons_are_asked_for_before_anything_is_done(tmp_path: Path) -> None:
    here = configuration.load({"LIGHTKEEPER_CONFIG": "/dev/null", "LIGHTKEEPER_DATA_DIR": str(tmp_path / "data")})
    with pytest.raises(CommandError, match=r"name the copy that you kept apart \(--keys FILE\)"):
        restore._put_keys(here, None)
    with pytest.raises(CommandError, match="nowhere cannot be used: No such file"):
        restore._put_keys(here, tmp_path / "nowhere")
    key = tmp_path / "apart.key"
    key.write_text("mk-1:planted\n")
    for _ in range(2):
        restore._put_keys(here, key)
    assert here.master_key_file.read_text() == "mk-1:planted\n"
    assert stat.S_IMODE(here.master_key_file.stat().st_mode) == 0o600
    key.write_text("mk-2:planted\n")
    with pytest.raises(CommandError, match="there is another master key at"):
        restore._put_keys(here, key)
    parser = ArgumentParser()
    restore.configure(parser)
    with pytest.raises(CommandError, match="in some words"):
        restore.run(parser.parse_args(["somewhere", "--without-destruction-log", "lost"]))


@pytest.mark.django_db
def test_a_check_says_how_old_the_last_backup_is(settings: LazySettings) -> None:
    [found] = _backups(settings.LIGHTKEEPER)
    assert not found.refused
    assert found.sentence.startswith("There is no backup: run `lightkeeper backup DIR` every night")
    with transaction.atomic():
        event = write_event(Event.RECORD_BACKUP_MADE, actor=Actor.operator(), details={})
    assert list(_backups(settings.LIGHTKEEPER)) == []
    later = timezone.now() + timedelta(days=3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: later)
        [found] = _backups(settings.LIGHTKEEPER)
    written = AuditEvent.objects.get(pk=event).at
    assert found.sentence.startswith(f"The last backup was made on {written:%d %B %Y}: ")
