"""``lightkeeper audit``, ``vault`` and ``keys``: what they print and how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection, transaction

from lightkeeper.cli.exits import EXIT_BROKEN, EXIT_OK, EXIT_USAGE
from lightkeeper.cli.main import main
from lightkeeper.record import vault_files
from lightkeeper.record.append_only import drop_statements
from lightkeeper.record.events import Event
from lightkeeper.record.models import AuditEvent, Checkpoint
from lightkeeper.record.services import incoming, keep
from lightkeeper.record.tests.support import chain, without_triggers, write
from lightkeeper.record.types import ObjectKind

pytestmark = pytest.mark.django_db


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


def test_a_sound_trail_and_its_tail(capsys: pytest.CaptureFixture[str]) -> None:
    chain(7)
    write(2)
    code, out, _ = run(capsys, "audit", "verify")
    assert code == EXIT_OK
    assert "7 sealed events" in out
    assert "2 events are not sealed yet" in out
    assert "0:00:0" in out


def test_a_broken_trail_is_named_and_is_exit_1(capsys: pytest.CaptureFixture[str]) -> None:
    ids = chain(7)
    with without_triggers():
        AuditEvent.objects.filter(id=ids[3]).update(actor_id="9")
    code, out, _ = run(capsys, "audit", "verify")
    assert code == EXIT_BROKEN
    assert f"BROKEN  event {ids[3]}, position 4: the event is not as it was" in out
    assert "3 sealed events before it are sound" in out


def test_a_trail_that_the_database_does_not_protect_is_exit_1(capsys: pytest.CaptureFixture[str]) -> None:
    chain(2)
    with connection.cursor() as cursor:
        cursor.execute(drop_statements(connection.vendor)[0])
    code, out, _ = run(capsys, "audit", "verify")
    assert code == EXIT_BROKEN
    assert "2 sealed events" in out
    assert "BARE    the database does not protect the trail" in out


def test_against_a_checkpoint_kept_elsewhere(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    chain(3)
    code, text, _ = run(capsys, "audit", "checkpoint")
    assert code == EXIT_OK
    file = tmp_path / "checkpoint.json"
    file.write_text(text)
    key = run(capsys, "audit", "key")[1].strip()
    assert json.loads(text)["public"] == key
    assert run(capsys, "audit", "verify", "--checkpoint", str(file), "--key", key)[0] == EXIT_OK
    code, _, err = run(capsys, "audit", "verify", "--checkpoint", str(file), "--key", "00" * 32)
    assert (code, "another key" in err) == (EXIT_USAGE, True)
    with without_triggers():
        Checkpoint.objects.all().delete()
    changed = json.loads(text)
    changed["link"] = "00" * 32
    file.write_text(json.dumps(changed))
    code, out, _ = run(capsys, "audit", "verify", "--checkpoint", str(file))
    assert (code, "the given checkpoint: the signature" in out) == (EXIT_BROKEN, True)


@pytest.mark.parametrize("content", [None, "", "nonsense", "\xff"])
def test_what_is_no_checkpoint_is_a_sentence(
    content: str | None, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content.encode("latin-1"))
    code, _, err = run(capsys, "audit", "verify", "--checkpoint", str(file))
    assert code == EXIT_USAGE
    assert err.startswith("lightkeeper audit: ")


def test_an_export_has_every_sealed_event_and_ends_with_a_checkpoint(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ids = chain(6)
    code, out, _ = run(capsys, "audit", "export")
    *rows, last = [json.loads(line) for line in out.splitlines()]
    assert code == EXIT_OK
    assert [row["event"]["id"] for row in rows] == ids
    assert [row["seal"]["position"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert last["position"] == 6
    assert AuditEvent.objects.filter(event=Event.RECORD_AUDIT_EXPORTED).count() == 1
    file = tmp_path / "export.jsonl"
    file.write_text(out)
    assert run(capsys, "audit", "verify", "--checkpoint", str(file))[0] == EXIT_OK


def test_an_export_verifies_without_this_program(capsys: pytest.CaptureFixture[str]) -> None:
    """As ``docs/audit.md`` says it, and nothing else."""
    import hashlib
    from datetime import UTC, datetime, timedelta

    def micros(text: str) -> int:
        return (datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)

    chain(4)
    link = bytes(32)
    for line in run(capsys, "audit", "export")[1].splitlines()[:-1]:
        event, seal = json.loads(line)["event"], json.loads(line)["seal"]
        names = ["event", "actor_kind", "actor_id", "actor_role", "subject_kind", "subject_id", "details"]
        values = ["lightkeeper event 1", event["id"], micros(event["at"]), *(event[name] for name in names)]
        digest = hashlib.sha256(json.dumps(values, separators=(",", ":")).encode("ascii")).digest()
        numbers = event["id"].to_bytes(8, "big") + micros(seal["sealed_at"]).to_bytes(8, "big")
        link = hashlib.sha256(b"lightkeeper seal 1" + link + numbers + digest).digest()
        assert link.hex() == seal["link"]


def test_nothing_to_sign_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "audit", "checkpoint")
    assert (code, "nothing has happened yet" in err) == (EXIT_USAGE, True)


def test_the_vault_is_read_and_damage_is_exit_1(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, settings: LazySettings
) -> None:
    settings.DATA_DIR = tmp_path / "data"
    with transaction.atomic(), incoming(100) as writer:
        writer.write(b"harmless")
        obj = keep(writer.commit(), kind=ObjectKind.ORIGINAL)
    code, out, _ = run(capsys, "vault", "verify")
    assert (code, out) == (EXIT_OK, "1 objects were read; 0 are damaged.\n")
    vault_files.incoming_path(obj.uuid).unlink()
    code, out, _ = run(capsys, "vault", "verify")
    assert code == EXIT_BROKEN
    assert f"DAMAGED object {obj.pk}: missing" in out


def test_rotating_keys_says_what_it_did_and_can_be_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        code, out, _ = run(capsys, "keys", "rotate")
        assert code == EXIT_OK
        assert "The master key test wraps everything now: 0 keys by purpose and 0 keys of objects" in out
    assert AuditEvent.objects.filter(event=Event.RECORD_KEYS_ROTATED).count() == 2
