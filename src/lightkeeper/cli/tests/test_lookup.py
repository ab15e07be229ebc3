"""``lightkeeper lookup`` says what the lists know of addresses and texts, and prints no value of them."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from lightkeeper.cli.main import main
from lightkeeper.lists.tests.making import csv, imported

pytestmark = pytest.mark.django_db
ROWS = (("domain", "bad.test", "7", "A1"), ("phrase", "blorp zantic", "8", "greeting"))


def test_addresses_are_looked_up(capsys: pytest.CaptureFixture[str]) -> None:
    imported(csv(*ROWS), "places")
    assert main(["lookup", "http://x.bad.test/", "good.test", "no address", "--fail-on-match"]) == 3
    first, second, third = capsys.readouterr().out.splitlines()
    assert first.split() == ["address", "1", "domain", "places", "7", "A1"]
    assert second.endswith("nothing known")
    assert third.startswith("address 3")
    assert "not an address" in third or "characters" in third


def test_a_text_is_looked_up_and_no_phrase_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    imported(csv(*ROWS), "places")
    file = tmp_path / "text"
    file.write_text("see hxxp://bad[.]test/x: Blorp Zantic")
    assert main(["lookup", "--text", str(file), "--output", "jsonl"]) == 0
    out = capsys.readouterr().out
    rows = [json.loads(line) for line in out.splitlines()]
    assert [(row["where"], [one["id"] for one in row["matches"]]) for row in rows] == [
        ("characters 4 to 23", ["7"]), ("a phrase", ["8"]),
    ]  # fmt: skip
    assert "lorp" not in out


def test_what_cannot_be_looked_up(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lookup"]) == 2
    assert main(["lookup", "http://a.test/", "--text", "x"]) == 2
    assert main(["lookup", "--text", "/nowhere/at/all"]) == 2
    monkeypatch.setattr(sys, "stdin", io.StringIO("x" * (1 << 21)))
    assert main(["lookup", "--text", "-"]) == 2
    assert "in parts" in capsys.readouterr().err
