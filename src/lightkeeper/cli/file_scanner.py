"""Scans files by path. Detection itself takes bytes; this is where files become bytes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from lightkeeper.cli.reading import FileReadError, read_file
from lightkeeper.detect.findings import Outcome, ScanResult
from lightkeeper.detect.scanner import Scanner


class FileScanner(Scanner):
    """A scanner that also opens files."""

    def scan_path(self, path: str | os.PathLike[str]) -> ScanResult:
        """Scan one file; what keeps it from being read is a result too."""
        started = time.perf_counter()
        try:
            content = read_file(path, limit=self.limits.bytes, algorithms=self.algorithms)
        except FileReadError as error:
            return ScanResult(Outcome.UNREADABLE, str(error))
        if content.data is None:
            reason = f"The file has more than {self.limits.bytes} bytes; only its digests were looked up."
            return self.scan_digests(content.digests, reason, started)
        return self.scan_read(content.data, content.digests, started)

    def scan_paths(self, paths: Iterable[str]) -> Iterator[tuple[str, ScanResult]]:
        """Scan files with all workers busy; results come in the order in which they are ready."""
        # One thread for each worker waits for it; as many again read, digest and search meanwhile.
        threads = 2 * self.workers
        with ThreadPoolExecutor(threads, thread_name_prefix="scan") as pool:
            waiting: dict[Future[ScanResult], str] = {}
            for path in paths:
                waiting[pool.submit(self.scan_path, path)] = path
                if len(waiting) >= 2 * threads:
                    yield from _ready(waiting)
            while waiting:
                yield from _ready(waiting)


def _ready(waiting: dict[Future[ScanResult], str]) -> Iterator[tuple[str, ScanResult]]:
    for future in wait(waiting, return_when=FIRST_COMPLETED).done:
        yield waiting.pop(future), future.result()
