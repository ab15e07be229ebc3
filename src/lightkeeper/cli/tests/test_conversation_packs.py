"""``lightkeeper conversations packs``: loaded sealed, listed without phrases, reviewed by name, taken away."""

from __future__ import annotations

from pathlib import Path

import pytest

from lightkeeper.cli.main import main
from lightkeeper.intake.conversations import packs

pytestmark = pytest.mark.django_db

PACK = """format: lightkeeper-signals
language: en
version: "1"
reviewed_by: ""
phrases:
  - id: own-1
    signal: secrecy_request
    pattern: blorp zantic
    examples: ["blorp zantic"]
    near_misses: ["zantic blorp"]
"""


def test_a_pack_is_loaded_listed_reviewed_and_removed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(PACK)
    assert main(["conversations", "packs", "add", str(file)]) == 0
    assert main(["conversations", "packs", "list"]) == 0
    said = capsys.readouterr().out
    assert "own" in said
    assert "zantic" not in said
    assert main(["conversations", "packs", "mark-reviewed", "own", "--by", "Ann Native"]) == 0
    assert main(["conversations", "packs", "list"]) == 0
    assert "Ann Native" in capsys.readouterr().out
    assert main(["conversations", "packs", "remove", "own"]) == 0
    assert main(["conversations", "packs", "remove", "own"]) == 2


@pytest.mark.parametrize(
    "content", ["", "format: other", PACK.replace('["blorp zantic"]', '["nothing like it"]'), "a: [" * 50]
)
def test_rubbish_is_refused_in_a_sentence_without_phrases(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(content)
    assert main(["conversations", "packs", "add", str(file)]) == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "zantic" not in said


def test_a_shipped_pack_is_printed_loaded_and_reviewed_and_then_counts_in_full(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["conversations", "packs", "print", "en"]) == 0
    file = tmp_path / "english.yaml"
    file.write_text(capsys.readouterr().out)
    before = packs.reader().read("don't tell your mum", "en").hits
    assert main(["conversations", "packs", "add", str(file)]) == 0
    assert packs.reader().read("don't tell your mum", "en").hits == before, "read once, and unreviewed still"
    assert main(["conversations", "packs", "mark-reviewed", "english", "--by", "Ann Native"]) == 0
    after = packs.reader().read("don't tell your mum", "en").hits
    assert [(one.signal, one.phrase) for one in after] == [(one.signal, one.phrase) for one in before]
    assert all(one.reviewed for one in after)
    assert not any(one.reviewed for one in before)
