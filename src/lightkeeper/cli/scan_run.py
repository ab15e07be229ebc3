"""One run of a scan: walks, scans, writes rows, notes what is finished, and stops in order when asked to."""

from __future__ import annotations

import signal
import sys
import time
from collections import Counter, deque
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from lightkeeper.cli import progress
from lightkeeper.cli.exits import EXIT_INTERRUPTED, EXIT_MATCH, EXIT_OK, EXIT_TERMINATED, EXIT_UNREADABLE
from lightkeeper.cli.resume import Finished, State, fingerprint
from lightkeeper.cli.walk import FileId, Item, Problem, walk
from lightkeeper.detect.findings import Outcome, ScanResult

if TYPE_CHECKING:
    from types import FrameType

    from lightkeeper.cli.file_scanner import FileScanner
    from lightkeeper.cli.list_files import Source
    from lightkeeper.cli.output import Writer

_STOP_CODES: Final = {signal.SIGINT: EXIT_INTERRUPTED, signal.SIGTERM: EXIT_TERMINATED}


class ScanRun:
    """A scan in progress and what came of it."""

    def __init__(self, scanner: FileScanner, writer: Writer, state: State | Finished) -> None:
        self._scanner = scanner
        self._writer = writer
        self._state = state
        self._counts: Counter[str] = Counter()
        self._in_hand: dict[str, list[tuple[Item, str]]] = {}
        self._problems: deque[tuple[Problem, str]] = deque()
        self._seconds = 0.0
        self.stopped_by: int | None = None

    def scan(self, paths: Sequence[str], *, skip: Collection[FileId]) -> None:
        """Scan everything under the paths; returns early when a person interrupts, with the files in hand finished."""
        started = time.monotonic()
        with self._stoppable(), progress.shown(lambda: self._count(paths, skip)) as bar:
            for target, result in self._scanner.scan_paths(self._targets(paths, skip)):
                self._write_problems(bar)
                self._finish(str(target), result, bar)
            self._write_problems(bar)
        self._state.commit()
        self._seconds = time.monotonic() - started

    def _targets(self, paths: Sequence[str], skip: Collection[FileId]) -> Iterator[str]:
        """Give the files that are due; what cannot be scanned goes aside, to be written between the results."""
        for found in walk(paths, skip=skip):
            if self.stopped_by:
                return
            mark = fingerprint(found)
            if mark in self._state:
                continue
            if isinstance(found, Problem):
                self._problems.append((found, mark))
            else:
                self._in_hand.setdefault(found.target, []).append((found, mark))
                yield found.target

    def _finish(self, target: str, result: ScanResult, bar: progress.Bar | progress.Quiet) -> None:
        waiting = self._in_hand[target]
        item, mark = waiting.pop(0)
        if not waiting:
            del self._in_hand[target]
        self._write(item.path, mark, result, bar)

    def _write_problems(self, bar: progress.Bar | progress.Quiet) -> None:
        while self._problems:
            problem, mark = self._problems.popleft()
            self._write(problem.path, mark, ScanResult(Outcome.UNREADABLE, problem.reason), bar)

    def _write(self, path: str, mark: str, result: ScanResult, bar: progress.Bar | progress.Quiet) -> None:
        with bar.aside():
            self._writer.write(path, result)
        self._state.add(mark, str(result.outcome))
        self._counts[str(result.outcome)] += 1
        bar.advance(str(result.outcome))

    def _count(self, paths: Sequence[str], skip: Collection[FileId]) -> int:
        """Count what is to be done, for the bar."""
        return sum(fingerprint(found) not in self._state for found in walk(paths, skip=skip))

    @contextmanager
    def _stoppable(self) -> Iterator[None]:
        """Turn the first Ctrl-C (or a request to end) into a wish to stop, the second into an end at once."""
        before = {number: signal.signal(number, self._stop) for number in _STOP_CODES}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002  # as signal handlers are
        if self.stopped_by:
            raise KeyboardInterrupt
        self.stopped_by = number

    def report(self, sources: Sequence[Source]) -> None:
        """Write the summary to standard error."""
        done = sum(self._counts.values())
        rate = f", {done / self._seconds:,.1f}/s" if self._seconds else ""
        lines = [f"{done:,} files in {self._seconds:,.1f} s{rate}"]
        earlier = self._state.earlier
        for outcome in Outcome:
            before = f"  ({earlier[outcome]:,} in earlier runs)" if earlier[outcome] else ""
            if self._counts[outcome] or before:
                lines.append(f"  {outcome:<12}{self._counts[outcome]:>10,}{before}")
        lines += [text for source in sources if (text := source.summary())]
        sys.stderr.write("\n".join(lines) + "\n")

    def exit_code(self, *, fail_on_match: bool, fail_on_unreadable: bool) -> int:
        """Give the exit code; earlier runs of the same state count too."""
        if self.stopped_by:
            return _STOP_CODES[signal.Signals(self.stopped_by)]
        found = self._counts + self._state.earlier
        if fail_on_match and found[Outcome.MATCH]:
            return EXIT_MATCH
        if fail_on_unreadable and found[Outcome.UNREADABLE]:
            return EXIT_UNREADABLE
        return EXIT_OK
