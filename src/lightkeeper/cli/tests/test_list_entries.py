"""``lightkeeper lists`` about entries and rules: values come in by lines and never go out again."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from lightkeeper.cli.main import main
from lightkeeper.lists.models import Entry, HashList
from lightkeeper.people.models import Person

pytestmark = pytest.mark.django_db
VALUE = "5" * 32


def test_entries_are_added_found_and_moved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = tmp_path / "lines"
    lines.write_text(f"md5 {VALUE} 17 A1\n")
    assert main(["lists", "create", "ours", "--status", "vetted"]) == 0
    assert main(["lists", "add", "ours", str(lines), "--reason", "graded"]) == 0
    entry = Entry.objects.get()
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"md5 {VALUE}\nmd5 {'6' * 32}\n"))
    assert main(["lists", "find", "ours", "-"]) == 0
    for verb, state in (
        ("dispute", "disputed"),
        ("quarantine", "quarantined"),
        ("restore", "active"),
        ("withdraw", "withdrawn"),
    ):
        assert main(["lists", verb, str(entry.pk), "--reason", "it was looked at"]) == 0
        entry.refresh_from_db()
        assert entry.state == state
    assert main(["lists", "show"]) == 0
    out, err = capsys.readouterr()
    assert f"line 1: entry {entry.pk} active\nline 2: not in the list\n" in out
    assert "ours: 1 values; their entries are 1 active\n" in out
    assert "ours: 1 withdrawn\n" in out
    assert VALUE not in out + err


def test_nothing_is_added_where_a_line_is_bad(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = tmp_path / "lines"
    lines.write_text(f"md5 {VALUE}\nsha1 {VALUE}\n")
    assert main(["lists", "create", "ours"]) == 0
    assert main(["lists", "add", "ours", str(lines), "--reason", "graded"]) == 2
    assert main(["lists", "add", "ours", str(tmp_path / "none"), "--reason", "graded"]) == 2
    said = "".join(capsys.readouterr())
    assert "line 2: " in said
    assert "cannot be read" in said
    assert VALUE not in said
    assert not Entry.objects.exists()


def test_the_rules_of_a_list_are_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    person = Person.objects.create(email="keeper@example.test", name="Keeper", role="list_manager")
    categories = tmp_path / "map.json"
    categories.write_text(json.dumps({"grave": "A1"}))
    assert main(["lists", "create", "harmless", "--purpose", "allow", "--radius", "10"]) == 0
    rules = ["--owner", "Keeper@example.test", "--stale-days", "0", "--flood-uploaders", "5"]
    assert main(["lists", "set", "harmless", *rules, "--categories", str(categories)]) == 0
    row = HashList.objects.get()
    assert (row.purpose, row.radius, row.owner, row.stale_days) == ("allow", 10, person, 0)
    assert (row.flood_uploaders, row.categories) == (5, {"grave": "A1"})
    assert main(["lists", "set", "harmless", "--owner", "", "--stale-days", "setting"]) == 0
    row.refresh_from_db()
    assert (row.owner, row.stale_days) == (None, None)
    assert main(["lists", "show"]) == 0
    assert "harmless (allow-list)\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--owner", "nobody@example.test"], "nobody has an account"),
        (["--stale-days", "soon"], "whole number"),
        (["--categories", "/nonexistent"], "cannot be read"),
        (["--categories", "LIST"], "JSON object"),
        (["--categories", "TEXT"], "no JSON"),
    ],
)
def test_rules_that_cannot_be_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    for name, content in (("LIST", "[1]"), ("TEXT", "grave A1")):
        (tmp_path / name).write_text(content)
        words = [str(tmp_path / name) if word == name else word for word in words]
    assert main(["lists", "create", "ours"]) == 0
    assert main(["lists", "set", "ours", *words]) == 2
    assert says in capsys.readouterr().err
