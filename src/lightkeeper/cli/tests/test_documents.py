"""The documents tell the truth: their examples run, their examples' names are those of the code."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from lightkeeper.cli.output import CSV_COLUMNS, as_json
from lightkeeper.detect.findings import Match, Outcome, ScanResult, Tier
from lightkeeper.detect.matching.lists import read_list

ROOT = Path(__file__).resolve().parents[4]
pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="the documents are not installed with the package")


def examples(document: str, language: str) -> list[str]:
    text = (ROOT / document).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_links_and_options_are_in_order() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "check_docs.py"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_examples_of_the_library_run(tmp_path: Path) -> None:
    found = examples("docs/python.md", "python")
    assert found
    for number, example in enumerate(found):
        path = tmp_path / f"example{number}.py"
        path.write_text(example)
        done = subprocess.run([sys.executable, "-W", "error", path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("clear ")


def test_the_example_of_the_jsonl_contract_has_its_names() -> None:
    [example] = examples("docs/command-line.md", "json")
    shown = json.loads(example)
    match = Match("list.csv", "7", "A", "pdq", 2, "mirrored", Tier.MATCH)
    written = as_json("uploads/a.jpg", ScanResult(Outcome.MATCH, "...", "9f64...", 100, (match,), 41.27))
    assert shown == written


def test_the_columns_of_csv_are_those_in_the_reference() -> None:
    text = " ".join((ROOT / "docs" / "command-line.md").read_text("utf-8").split())
    assert f"`{', '.join(CSV_COLUMNS)}`" in text


def test_the_example_of_a_list_is_a_list(tmp_path: Path) -> None:
    [example] = examples("docs/command-line.md", "csv")
    (tmp_path / "list.csv").write_text(example)
    assert read_list(tmp_path / "list.csv").bad_rows == ()


def test_dependencies_are_the_same_wherever_they_are_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    named = {"runtime": project["dependencies"], "service": extras["service"], "text": extras["text"]}
    for name, dependencies in named.items():
        lines = (ROOT / "requirements" / f"{name}.in").read_text("utf-8").splitlines()
        assert {line for line in lines if not line.startswith(("#", "-r ", "-c "))} == set(dependencies)


def test_no_registry_is_named_in_what_is_pinned() -> None:
    for path in (ROOT / "requirements").iterdir():
        assert "://" not in path.read_text("utf-8"), path.name
