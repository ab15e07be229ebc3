"""A restore by the log that the service keeps: what was destroyed and erased since is so again, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import transaction

from lightkeeper.backup import BackupError
from lightkeeper.backups.destructions import Again
from lightkeeper.backups.making import make
from lightkeeper.backups.restoring import restore
from lightkeeper.backups.tests.places import elsewhere, killed_at
from lightkeeper.record import reapplying
from lightkeeper.record.destruction_log import log_key
from lightkeeper.record.errors import HeldError
from lightkeeper.record.events import Event
from lightkeeper.record.models import VaultObject
from lightkeeper.record.services import (
    bring_log_up,
    destroy,
    log_path,
    read_destructions,
    read_object,
    seal_pending,
    write_event,
)
from lightkeeper.record.tests.vaulted import files, kept
from lightkeeper.record.types import Actor, DestructionReason, Subject

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def erased(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was erased again, by number and by keyed index; a hold keeps number 9."""
    found: list[str] = []

    def again(subject: str) -> bool:
        if subject == "9":
            raise HeldError(1)
        found.append(subject)
        return True

    for event, lasting in ((Event.INTAKE_SUBMISSION_ERASED, False), (Event.INTAKE_CONVERSATION_PERSON_ERASED, True)):
        monkeypatch.setitem(reapplying._REAPPLIED, event.value, reapplying.Reapplied(again, lasting))
    return found


def erase(*numbers: int, person: str = "") -> None:
    with transaction.atomic():
        for number in numbers:
            subject = Subject("submission", str(number))
            write_event(Event.INTAKE_SUBMISSION_ERASED, actor=Actor.system(), subject=subject)
        if person:
            subject = Subject("conversation_person", person)
            write_event(Event.INTAKE_CONVERSATION_PERSON_ERASED, actor=Actor.system(), subject=subject)
    seal_pending()


def test_a_restore_applies_the_log_again(tmp_path: Path, settings: LazySettings, erased: list[str]) -> None:
    settings.DATA_DIR = tmp_path / "live"
    root, copy = tmp_path / "backups", tmp_path / "destructions.log"
    gone, stays = kept(b"gone" * 20), kept(b"stays" * 20)
    erase(3, person="aa")
    make(root, at=AT)
    made_with = log_path().read_bytes()
    destroy(gone, reason=DestructionReason.ERASED)
    erase(4, 9, person="bb")
    bring_log_up()
    whole = log_path().read_bytes()
    other = tmp_path / "other"
    with elsewhere(settings, other):
        lines = whole.splitlines(keepends=True)
        for text, says in (
            (whole.replace(b"erased", b"purged", 1), "was changed.*Take another copy of it"),
            (b"".join(lines[:1] + lines[2:]), "does not follow.*Take another copy of it"),
            (lines[0], "is older than the backup"),
        ):
            copy.write_bytes(text)
            with pytest.raises(BackupError, match=says):
                restore(root, log=copy, at=AT)
        assert files(other) == []
        copy.write_bytes(whole)
        done = restore(root, log=copy, at=AT)
        assert done.again == Again(done=3, held=1)
        assert (done.vault.ok, done.log_reaches) == (True, json.loads(lines[-1])["at"])
        assert erased == ["4", "bb"]
        assert VaultObject.objects.get(pk=gone.pk).destroyed_because == "erased"
        assert read_object(VaultObject.objects.get(pk=stays.pk)) == b"stays" * 20
        seal_pending()
        bring_log_up()
        assert log_path().parent == other
    with elsewhere(settings, tmp_path / "third"):
        copy.write_bytes(made_with)
        assert restore(root, log=copy, at=AT).again == Again()


def test_a_log_that_ends_before_the_newest_backup_lacks_lines(tmp_path: Path, settings: LazySettings) -> None:
    settings.DATA_DIR = tmp_path / "live"
    root, copy = tmp_path / "backups", tmp_path / "destructions.log"
    kept(b"stays" * 20)
    seal_pending()
    first = make(root, at=AT)
    copy.write_bytes(log_path().read_bytes())
    kept(b"too" * 20)
    seal_pending()
    make(root, at=AT + timedelta(days=1))
    with elsewhere(settings, tmp_path / "other"):
        with pytest.raises(BackupError, match="ends before the newest backup"):
            restore(root, name=first.manifest.name, log=copy, at=AT)
        assert files(tmp_path / "other") == []


def test_after_a_second_restore_the_log_means_the_rows_of_its_own_trail(
    tmp_path: Path, settings: LazySettings, erased: list[str]
) -> None:
    """Numbers are given anew behind a restore: what the log says of the trail that ended must not erase another row."""
    settings.DATA_DIR = tmp_path / "live"
    root, log = tmp_path / "backups", tmp_path / "destructions.log"
    settings.LIGHTKEEPER = replace(settings.LIGHTKEEPER, values={**settings.LIGHTKEEPER.values, "destruction_log": log})
    kept(b"stays" * 20)
    seal_pending()
    first = make(root, at=AT)
    kept(b"later" * 20)
    erase(7, person="aa")  # number 7 came after the first backup
    bring_log_up()
    with elsewhere(settings, tmp_path / "other"):
        restore(root, log=log, at=AT)
        erased.clear()
        seal_pending()
        second = make(root, at=AT + timedelta(days=1))  # in the new trail, number 7 is another submission
        erase(8, person="bb")
        bring_log_up()
        with elsewhere(settings, tmp_path / "third"):
            done = restore(root, name=second.manifest.name, log=log, at=AT)
            assert erased == ["8", "bb"]
            assert done.again.by_hand == 0
            erased.clear()
        with elsewhere(settings, tmp_path / "fourth"):
            done = restore(root, name=first.manifest.name, log=log, at=AT)
            assert erased == ["7", "aa", "bb"]
            assert done.again.by_hand == 1


def test_a_writer_that_is_killed_at_any_step_leaves_no_gap_and_says_nothing_twice(
    tmp_path: Path, settings: LazySettings
) -> None:
    settings.DATA_DIR = tmp_path / "live"
    objects = [kept(b"gone %d" % number) for number in range(4)]
    seal_pending()
    kills = 0
    for step, obj in enumerate(objects, start=1):
        destroy(obj, reason=DestructionReason.ERASED)
        seal_pending()
        kills += killed_at(step, lambda: bring_log_up(mark=True))
    bring_log_up()
    assert kills >= 2
    logged = [entry.object for entry in read_destructions(log_path(), log_key()) if entry.object]
    assert logged == [str(obj.uuid) for obj in objects]
