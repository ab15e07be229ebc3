"""Runs the rooms' tests on SQLite; then what touches rows on a PostgreSQL of its own, and the soak's beside it.

``make test`` is this. Arguments go to pytest, and then only that run is made, on SQLite:
``make test TESTS=src/lightkeeper/lists``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KNOWS_NO_DATABASE = ("detect", "demo")


def command(words: Sequence[str]) -> list[str]:
    """Give the command that runs pytest."""
    return [sys.executable, "-m", "pytest", "-q", *words]


def kept_bytecode(environment: Mapping[str, str]) -> dict[str, str]:
    """Let what was compiled be kept: without, each of the hundreds of processes compiles all of the code again."""
    return {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}


def pytest(words: Sequence[str], environment: Mapping[str, str] = os.environ) -> int:
    """Run pytest and give its exit code."""
    return subprocess.run(command(words), cwd=ROOT, env=kept_bytecode(environment), check=False).returncode


def beside(words: Sequence[str], other: Callable[[], int]) -> int:
    """Run pytest while ``other`` runs; what it said is printed when both have ended. Gives the first failure."""
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(
            command(words), cwd=ROOT, env=kept_bytecode(os.environ), stdout=said, stderr=subprocess.STDOUT
        )
        try:
            code = other()
            code = running.wait() or code
        finally:
            running.terminate()
            running.wait()
        said.seek(0)
        print(f"\nBeside it, {' '.join(words)}:\n{said.read().decode(errors='replace')}", flush=True)
    return code


def parallel() -> list[str]:
    """Say how many processes share the tests: one more than cores, five at most, for many a test waits.

    In the order of conftest.py, long ones first: xdist would begin with the files of most tests, and leave those of one
    test, the walks through pages, to the end.
    """
    cores = min(len(os.sched_getaffinity(0)), 4)
    return ["-n", str(cores + 1), "--dist", "loadfile", "--no-loadscope-reorder"] if cores > 1 else []


def with_rows() -> list[str]:
    """Give the files of tests that touch the database."""
    files = sorted((ROOT / "src" / "lightkeeper").glob("**/tests/test_*.py"))
    return [
        str(file.relative_to(ROOT))
        for file in files
        if file.relative_to(ROOT).parts[2] not in KNOWS_NO_DATABASE
        and any("db" in text.read_text("utf-8") for text in (file, *file.parent.glob("conftest.py")))
    ]


def on_postgresql() -> int:
    """Run the rooms' tests on a PostgreSQL of their own; 0 with a reason where none is installed."""
    from soak.postgres import PostgresMissing, cluster

    try:
        with cluster(fast=True) as database:
            print("\nThe same on PostgreSQL:", flush=True)
            # The cluster goes away as a whole; dropping its databases would fail while a server's thread has one open.
            words = [*parallel(), "--reuse-db", "-m", "rows and not browser and not once", *with_rows()]
            return pytest(words, {**os.environ, "TEST_DATABASE_URL": database.url, "HYPOTHESIS_PROFILE": "again"})
    except PostgresMissing as reason:
        print(f"\nSKIPPED on PostgreSQL: {reason}")
        return 0


def main(words: Sequence[str]) -> int:
    """Run what was asked for; the first failure ends it."""
    if words:
        return pytest(words)
    # The soak's few long tests mostly wait: beside the others they cost little, and nothing that they assert is a time.
    return pytest([*parallel(), "src"]) or beside([*parallel(), "soak"], on_postgresql)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(sys.argv[1:]))
