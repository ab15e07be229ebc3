"""The peer that we measure ourselves beside: python-threatexchange 1.2.17, in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

PYTHON = "LIGHTKEEPER_PEER_PYTHON"


class Peer:
    """The peer in a process; every answer says what it cost (``wall`` and ``cpu`` seconds)."""

    def __init__(self) -> None:
        python = os.environ.get(PYTHON)
        if not python:
            sys.exit(f"{PYTHON} must name a Python that has the peer; `make bench` sets it.")
        script = Path(__file__).with_name("peer_process.py")
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [python, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def hash(self, data: bytes) -> dict[str, Any]:
        """``hash`` of a picture's bytes, in hexadecimal; empty where the peer makes none."""
        return self._ask({"do": "hash"}, data)

    def build(self, values: bytes) -> dict[str, Any]:
        """Build its default index of 32-byte values."""
        return self._ask({"do": "build"}, values)

    def add(self, value: bytes) -> dict[str, Any]:
        """Add one value to the index."""
        return self._ask({"do": "add", "value": value.hex()})

    def query(self, value: bytes) -> dict[str, Any]:
        """Look one value up: ``found`` are numbers."""
        return self._ask({"do": "query", "value": value.hex()})

    def scan(self, data: bytes) -> dict[str, Any]:
        """Hash a picture's bytes and look the hash up."""
        return self._ask({"do": "scan"}, data)

    def _ask(self, command: dict[str, Any], data: bytes = b"") -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({**command, "size": len(data)}).encode() + b"\n" + data)
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer
