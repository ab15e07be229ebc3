"""The destruction log has every destruction once the trail has it, whatever dies; and a changed line is found."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from pathlib import Path

import pytest
from django.conf import LazySettings

from lightkeeper.record.destruction_log import MARK, RESTORED, DestructionEntry, is_log, log_key, read, writing
from lightkeeper.record.destruction_writing import DESTRUCTIONS, bring_log_up, log_path
from lightkeeper.record.errors import DestructionLogError
from lightkeeper.record.events import Event
from lightkeeper.record.models import VaultObject
from lightkeeper.record.services import destroy, seal_pending
from lightkeeper.record.tests.support import write
from lightkeeper.record.tests.vaulted import kept
from lightkeeper.record.types import DestructionReason

KEY = b"k" * 32
ENTRIES = [DestructionEntry("2026-11-23T00:00:00+00:00", n, "ab" * 32, MARK) for n in range(1, 6)]


def append(path: Path, *entries: DestructionEntry, key: bytes = KEY) -> None:
    with writing(path, key) as writer:
        writer.append(entries)


def test_every_change_of_a_line_is_found_and_a_torn_last_line_is_not_one(tmp_path: Path) -> None:
    path = tmp_path / "log"
    append(path, *ENTRIES[:3])
    append(path, *ENTRIES[3:])
    assert list(read(path, KEY)) == ENTRIES
    assert is_log(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    without = [lines[:at] + lines[at + 1 :] for at in range(4)]
    swapped = [[*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]] for at in range(4)]
    changed = [[*lines[:at], lines[at].replace(b"2026", b"2025"), *lines[at + 1 :]] for at in range(5)]
    more = [[*lines, b"{}\n"], [*lines, b"no log\n"], [b'{"a": 1}\n', *lines]]
    for bad in [*without, *swapped, *changed, *more]:
        path.write_bytes(b"".join(bad))
        with pytest.raises(DestructionLogError, match=r"not as it was written|cannot be read"):
            list(read(path, KEY))
    for end in range(len(whole) - len(lines[-1]), len(whole)):
        path.write_bytes(whole[:end])
        assert list(read(path, KEY)) == ENTRIES[:4]
    append(path, ENTRIES[4])
    assert path.read_bytes() == whole


def test_nobody_without_the_key_makes_a_line(tmp_path: Path) -> None:
    path, forged = tmp_path / "log", tmp_path / "forged"
    append(path, *ENTRIES)
    append(forged, *ENTRIES[:2], key=b"x" * 32)
    with pytest.raises(DestructionLogError, match="of another installation"):
        list(read(forged, KEY))
    with pytest.raises(DestructionLogError, match="its last line was changed, or is of another installation"):
        append(forged, ENTRIES[2])
    lines = path.read_bytes().splitlines(keepends=True)
    body = {**json.loads(lines[4]), "what": "submission", "previous": json.loads(lines[4])["link"]}
    for link in ("", "é", hashlib.sha256(b"guessed").hexdigest()):
        path.write_bytes(b"".join(lines) + json.dumps({**body, "link": link}).encode() + b"\n")
        with pytest.raises(DestructionLogError, match="line 6 was changed"):
            list(read(path, KEY))


def test_a_log_is_no_link_and_a_writer_refuses_what_is_no_log(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.symlink_to(tmp_path / "other")
    with pytest.raises(OSError, match="symbolic"):
        append(path, ENTRIES[0])
    path.unlink()
    path.write_text("something else\n")
    assert not is_log(path)
    with pytest.raises(DestructionLogError, match="is no destruction log"):
        append(path, ENTRIES[0])
    assert path.read_text() == "something else\n"


@pytest.mark.parametrize("step", range(1, 60, 7))
def test_a_writer_that_dies_in_the_middle_loses_nothing_and_doubles_nothing(tmp_path: Path, step: int) -> None:
    path = tmp_path / "log"
    append(path, *ENTRIES[:2])
    size = path.stat().st_size
    append(path, *ENTRIES[2:])
    path.write_bytes(path.read_bytes()[: size + step * 20])
    with writing(path, KEY) as writer:
        at = writer.last.position if writer.last else 0
        writer.append(ENTRIES[at:])
    assert list(read(path, KEY)) == ENTRIES


@pytest.mark.django_db
def test_the_log_says_what_the_trail_says_and_goes_on_where_it_ended(folder: Path, settings: LazySettings) -> None:
    del folder
    settings.DATA_DIR.mkdir(exist_ok=True)
    data = b"planted-mark" * 9
    objects = [kept(data), kept(b"two"), kept(b"three")]
    destroy(objects[0], reason=DestructionReason.ERASED)
    assert bring_log_up() == 0, "what is not sealed yet has no place in the chain"
    seal_pending()
    assert bring_log_up() == 1
    assert bring_log_up() == 0
    destroy(objects[1], reason=DestructionReason.RETENTION_OVER)
    seal_pending()
    before = log_path().read_bytes()
    assert bring_log_up() == 1
    after = log_path().read_bytes()
    for end in range(len(before), len(after), 40):  # a machine that died while it was written
        log_path().write_bytes(after[:end])
        bring_log_up()
        assert log_path().read_bytes() == after
    first, one, two = read(log_path(), log_key())
    assert (first.what, first.position) == (MARK, 1)
    assert [(each.object, each.reason) for each in (one, two)] == [
        (str(objects[0].uuid), "erased"), (str(objects[1].uuid), "retention_over"),
    ]  # fmt: skip
    assert bytes.fromhex(one.content) == bytes(objects[0].sha256)
    write(1)
    seal_pending()
    assert bring_log_up(mark=True) == 0
    assert list(read(log_path(), log_key()))[-1].what == MARK
    assert data not in log_path().read_bytes()
    assert VaultObject.objects.filter(destroyed_at=None).count() == 1


@pytest.mark.django_db
def test_a_log_that_is_ahead_of_a_restored_trail_goes_on_with_it(folder: Path, settings: LazySettings) -> None:
    del folder
    settings.DATA_DIR.mkdir(exist_ok=True)
    obj = kept(b"x")
    seal_pending()
    bring_log_up(mark=True)
    ahead = DestructionEntry("2026-11-23T00:00:00+00:00", 99, "cd" * 32, Event.RECORD_OBJECT_DESTROYED)
    append(log_path(), ahead, key=log_key())
    destroy(obj, reason=DestructionReason.ERASED)
    seal_pending()
    assert bring_log_up() == 1
    whats = [entry.what for entry in read(log_path(), log_key())]
    assert whats == [MARK, MARK, Event.RECORD_OBJECT_DESTROYED, RESTORED, Event.RECORD_OBJECT_DESTROYED]


def test_every_event_of_destroying_is_one_of_the_log() -> None:
    named = {event for event in Event if event.value.endswith((":erased", ":purged", ":destroyed"))}
    assert named == set(DESTRUCTIONS)


def test_two_processes_that_append_at_once_leave_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "log"
    children = []
    for _ in range(4):
        child = os.fork()
        if not child:
            try:
                for entry in ENTRIES:
                    append(path, entry)
                os._exit(0)
            finally:
                os._exit(1)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 4
    assert len(list(read(path, KEY))) == 20
    assert all(json.loads(line) for line in path.read_text().splitlines())
