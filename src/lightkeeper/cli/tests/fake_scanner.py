"""The command with a stand-in for the scanner: for tests of what the command itself does. Run as a program.

The stand-in decides by file name (``match*``, ``possible*``, ``bad*``) and takes as long as FAKE_SECONDS says.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self

from lightkeeper.cli import scan
from lightkeeper.cli.main import main
from lightkeeper.detect.findings import Match, Outcome, ScanResult, Tier


class FakeScanner:
    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        pass

    def scan_paths(self, paths: Iterable[str]) -> Iterator[tuple[str, ScanResult]]:
        for path in paths:
            time.sleep(float(os.environ.get("FAKE_SECONDS", "0")))
            yield path, judge(Path(path).name)


def judge(name: str) -> ScanResult:
    if name.startswith("bad"):
        return ScanResult(Outcome.UNREADABLE, "The file ends in the middle of the picture.", ms=1.0)
    if name.startswith("match"):
        match = Match("=list.csv", "id-1", "A", "pdq", 12, "mirrored", Tier.MATCH)
        weak = Match("other", None, None, "md5", 0, None, Tier.POSSIBLE)
        return ScanResult(Outcome.MATCH, "close to 2 entries", "ab" * 32, 93, (match, weak), 12.3456)
    if name.startswith("possible"):
        return ScanResult(
            Outcome.POSSIBLE, "near 1 entry", "ab" * 32, 93, (Match("l", "i", None, "pdq", 40, "plain", Tier.POSSIBLE),)
        )
    return ScanResult(Outcome.CLEAR, "nothing near", "cd" * 32, 77, (), 1.0)


def _fake(*args: Any) -> Any:
    return FakeScanner()


if __name__ == "__main__":
    scan.open_scanner = _fake  # type: ignore[assignment]
    sys.exit(main())
