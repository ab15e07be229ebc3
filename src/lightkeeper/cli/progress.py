"""The progress bar on a person's terminal; nothing at all where standard error is no terminal."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.progress import Progress, Task
    from rich.text import Text

_REFRESH_SECONDS: Final = 0.1
_ERASE_LINE: Final = "\r\x1b[2K"


_PATIENCE_SECONDS: Final = 2.0


@contextmanager
def preparing(patience: float = _PATIENCE_SECONDS) -> Iterator[None]:
    """Say on standard error what takes so long, should the search not be ready after ``patience`` seconds."""
    text = "preparing the search; the first time on a machine it is compiled, which takes half a minute ...\n"
    timer = threading.Timer(patience, sys.stderr.write, [text])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


class Quiet:
    """No bar."""

    def advance(self, outcome: str) -> None:
        """Nothing to show."""

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Nothing is in the way."""
        yield


class Bar:
    """One line: a bar, files done of all, files a second, time left, and how many matches there are."""

    def __init__(self, count: Callable[[], int]) -> None:
        """``count`` counts the files to be done; it is called on a thread of its own, since folders can be large."""
        self._progress = _make_progress()
        self._task = self._progress.add_task("", total=None, matches=0, possible=0)
        self._found = {"match": 0, "possible": 0}
        self._drawn = 0.0
        # One terminal for rows and bar: the bar is wiped before a row and drawn again below it.
        self._shared = sys.stdout.isatty()
        threading.Thread(target=self._count, args=(count,), daemon=True).start()

    def _count(self, count: Callable[[], int]) -> None:
        self._progress.update(self._task, total=count())

    def advance(self, outcome: str) -> None:
        """One more file is finished."""
        if outcome in self._found:
            self._found[outcome] += 1
        self._progress.update(self._task, advance=1, matches=self._found["match"], possible=self._found["possible"])
        self._draw()

    def _draw(self) -> None:
        if time.monotonic() - self._drawn >= _REFRESH_SECONDS:
            self._progress.refresh()
            self._drawn = time.monotonic()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Wipe the bar while a row is written to the same terminal."""
        if self._shared:
            sys.stderr.write(_ERASE_LINE)
            sys.stderr.flush()
            self._drawn = 0.0
        yield

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._progress.stop()
        if self._shared:
            sys.stderr.write(_ERASE_LINE)


@contextmanager
def shown(count: Callable[[], int]) -> Iterator[Bar | Quiet]:
    """Show a bar on a terminal, nothing elsewhere."""
    if sys.stderr.isatty():
        with Bar(count) as bar:
            yield bar
    else:
        yield Quiet()


def _make_progress() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:.1f}/s" if speed else "", "dim")

    return Progress(
        BarColumn(20),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[matches]} match, {task.fields[possible]} possible"),
        console=Console(stderr=True),
        auto_refresh=False,
        redirect_stdout=False,
        redirect_stderr=False,
        transient=True,
    )
