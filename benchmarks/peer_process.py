"""Runs inside the peer's own environment: hashes and looks up for the benchmarks, and says what it cost.

Reads commands from standard input (a JSON line, then as many raw bytes as it names), answers a JSON line each.
Imports nothing of ours.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any


def main() -> None:
    """Serve until the input ends."""
    sys.stdout = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    from threatexchange.signal_type.pdq.pdq_index import PDQIndex
    from threatexchange.signal_type.pdq.signal import PdqSignal

    index: Any = None
    for line in sys.stdin.buffer:
        command = json.loads(line)
        data = sys.stdin.buffer.read(command.get("size", 0))
        wall, cpu = time.perf_counter(), time.process_time()
        answer: dict[str, Any] = {}
        if command["do"] == "hash":
            answer = {"hash": _safely(PdqSignal.hash_from_bytes, data)}
        elif command["do"] == "build":
            values = [data[place : place + 32].hex() for place in range(0, len(data), 32)]
            wall, cpu = time.perf_counter(), time.process_time()
            index = PDQIndex.build([(value, number) for number, value in enumerate(values)])
        elif command["do"] == "add":
            index.add_all([(command["value"], -1)])
        elif command["do"] == "query":
            answer = {"found": [match.metadata for match in index.query(command["value"])]}
        else:  # scan: hash and look up
            value = _safely(PdqSignal.hash_from_bytes, data)
            answer = {"hash": value, "found": [match.metadata for match in index.query(value)] if value else []}
        answer |= {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        print(json.dumps(answer), flush=True)


def _safely(hash_from_bytes: Callable[[bytes], str], data: bytes) -> str:
    try:
        return hash_from_bytes(data)
    except Exception:  # noqa: BLE001  # what the peer cannot decode it does not find
        return ""


if __name__ == "__main__":
    main()
