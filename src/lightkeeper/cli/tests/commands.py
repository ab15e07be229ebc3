"""Runs the real command in a process of its own, with or without a stand-in for the scanner."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

MD5 = "00112233445566778899aabbccddeeff"
REAL = "lightkeeper"
FAKE = "lightkeeper.cli.tests.fake_scanner"


def start(
    module: str, *words: str | Path, cwd: Path, seconds_a_file: float = 0, stdout: int = subprocess.PIPE
) -> subprocess.Popen[str]:
    """Start the command and give the process; standard error is captured."""
    environment = os.environ | {"FAKE_SECONDS": str(seconds_a_file), "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", module, *map(str, words)],
        cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip


def run(module: str, *words: str | Path, cwd: Path) -> tuple[int, str, str]:
    """Run the command to its end and give exit code, standard output and standard error."""
    process = start(module, *words, cwd=cwd)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def make_files(folder: Path, *names: str) -> None:
    """Make small files, with their folders."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
