"""Schemathesis over the whole API of a running service, then raw bodies below what it can make (`fuzz.py`)."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from soak import fuzz, workload
from soak.conversations import talker
from soak.scene import Scene, scene

COUNTS = re.compile(r"Selected|generated")
SKIPPED_CHECKS = "positive_data_acceptance"
"""A good body about a submission that does not exist is rightly refused."""


def schemathesis(made: Scene, key: str, *, examples: int, seed: int, paths: str = ".") -> list[str]:
    """Run it against the first server with one key, on paths that match; what it says where not content."""
    port = made.ports()[0]
    command = [
        str(Path(sys.executable).parent / "schemathesis"), "run", f"http://127.0.0.1:{port}/api/v1/openapi.json",
        "--checks", "all", "--exclude-checks", SKIPPED_CHECKS, "--max-examples", str(examples), "--seed", str(seed),
        "--header", f"Authorization: Bearer {key}", "--continue-on-failure", "--suppress-health-check", "all",
        "--no-color", "--request-timeout", "60", "--include-path-regex", paths,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=made.folder)
    print("\n".join(line for line in done.stdout.splitlines() if COUNTS.search(line)), flush=True)
    return [] if done.returncode == 0 else [f"schemathesis: {(done.stdout + done.stderr)[-20000:]}"]


def run(database: str, *, examples: int = 100, attempts: int = 2000, seed: int = 1) -> list[str]:
    """Both, with a key for everything that one key may do, one for look-ups, and one for conversations and moments."""
    settings = {"effort": "quick", "decode_workers": "1", "wait_limit_ms": "3000", "wait_step_ms": "10"}
    with scene(database, workload.rows(more=50), settings=settings, fast=True) as made:
        talking = talker(made)
        made.start()
        faults = []
        for key, paths in ((made.full.key, "."), (made.finder.key, "lookups"), (talking, "conversations")):
            faults += schemathesis(made, key, examples=examples, seed=seed, paths=paths)
            fuzzed = fuzz.fuzz(made.ports()[0], key, count=attempts // 3, seed=seed)
            print(
                f"{database}: {attempts // 3} raw bodies, statuses {dict(sorted(fuzzed.statuses.items()))}", flush=True
            )
            faults += fuzzed.faults
        if "Traceback" in made.installation.logs():
            faults.append(f"a traceback in the output: {made.installation.logs()[-3000:]}")
    return [f"{database}: {fault}" for fault in faults]
