"""The command as a whole: answers quickly because it loads little, and says what version it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lightkeeper import __version__
from lightkeeper.cli.main import VERBS, build_parser
from lightkeeper.cli.tests.commands import REAL, run

HEAVY = {"numpy", "numba", "PIL", "rich", "asyncio"}


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys\nfrom lightkeeper.cli.main import build_parser\nbuild_parser().format_help()\nprint(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()
    assert not HEAVY & set(loaded)


def test_version_and_help(tmp_path: Path) -> None:
    assert run(REAL, "--version", cwd=tmp_path)[:2] == (0, f"lightkeeper {__version__}\n")
    code, out, _ = run(REAL, "--help", cwd=tmp_path)
    assert code == 0
    assert set(VERBS) <= {words[0] for line in out.splitlines() if (words := line.split())}


@pytest.mark.parametrize("words", [[], ["find"], ["--nothing"]])
def test_usage_errors_exit_2(tmp_path: Path, words: list[str]) -> None:
    code, out, err = run(REAL, *words, cwd=tmp_path)
    assert (code, out) == (2, "")
    assert "usage: lightkeeper" in err


def test_every_option_has_a_word_of_help() -> None:
    for verb in VERBS:
        text = build_parser()._subparsers._group_actions[0].choices[verb].format_help()  # type: ignore[union-attr,index]
        assert text.isascii()
