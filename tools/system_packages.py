"""Installs what the tests need from the system, where that is missing and permitted: PostgreSQL, and a browser.

Run by ``make test``. Only root on a Debian-like system installs; anybody else is told what to type. Without PostgreSQL
the tests run on SQLite alone, without Chromium those in a browser are skipped, each with a reason.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

WANTED: Mapping[str, tuple[str, str]] = {
    "postgresql": ("initdb", "the tests run on SQLite alone"),
    "chromium": ("chromium", "the tests in a browser are skipped"),
}


def present(program: str) -> bool:
    """Whether a program is installed; Debian keeps PostgreSQL's own out of the path."""
    return bool(shutil.which(program)) or any(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))


def main() -> int:
    """Install what is missing; never fails, since the tests run without."""
    missing = [package for package, (program, _) in WANTED.items() if not present(program)]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {' and '.join(missing)} ...", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "--yes", "--no-install-recommends", *missing]):
            subprocess.run(["apt-get", "-qq", *command], env=quiet, stdout=subprocess.DEVNULL, check=False)
    for package in missing:
        program, without = WANTED[package]
        if not present(program):
            print(f"{package} is not installed, so {without} (as root: apt-get install {package})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
