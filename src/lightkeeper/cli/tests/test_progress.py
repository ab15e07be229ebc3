"""The progress bar: on a terminal it shows rate and time left and leaves the rows whole; elsewhere there is none."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from lightkeeper.cli.tests.commands import FAKE, MD5, make_files, run

pty = pytest.importorskip("pty", reason="terminals as on Linux")


@pytest.fixture
def work(tmp_path: Path) -> Path:
    make_files(tmp_path / "in", *(f"clear{number}.jpg" for number in range(8)), "match.jpg")
    (tmp_path / "list.txt").write_text(f"{MD5}\n")
    return tmp_path


def on_a_terminal(folder: Path, *words: str) -> str:
    """What the command writes to a terminal of 80 columns."""
    reader, terminal = pty.openpty()
    program = "import os, sys; os.chdir(sys.argv[1]); os.execv(sys.executable, [sys.executable, '-m', *sys.argv[2:]])"
    os.environ["FAKE_SECONDS"], os.environ["COLUMNS"], os.environ["TERM"] = "0.05", "80", "xterm"
    child = os.posix_spawn(
        sys.executable,
        [sys.executable, "-c", program, str(folder), FAKE, *words],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, terminal, 1), (os.POSIX_SPAWN_DUP2, terminal, 2)],
    )
    os.close(terminal)
    written = b""
    while True:
        try:
            part = os.read(reader, 65536)
        except OSError:  # the terminal's last writer has gone
            break
        written += part
    os.close(reader)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    return written.decode()


def test_the_bar_shows_where_the_scan_is_and_the_rows_stay_whole(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FAKE_SECONDS", "COLUMNS", "TERM"):
        monkeypatch.setenv(name, "")
    written = on_a_terminal(work, "scan", "in", "--list", "list.txt")
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written)
    assert "9/9" in shown
    assert re.search(r"\d/s \d:\d\d:\d\d 1 match, 0 possible", shown)
    # After each wipe of the line a whole row follows, from the first column.
    rows = re.findall(r"(?:^|[\r\n])((?:clear|match) [^\r\n]*)", shown)
    assert len(rows) == 9
    assert shown.rstrip().endswith("clear                8")


def test_there_is_no_bar_elsewhere(work: Path) -> None:
    _, out, err = run(FAKE, "scan", "in", "--list", "list.txt", cwd=work)
    assert "\x1b" not in out + err
    assert "\r" not in out + err
