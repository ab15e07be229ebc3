"""Searches everything that a service writes for words and bytes that must not be there."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from soak.measures import tree

LOOK_BYTES = 64 << 20
"""How much of one file is searched while the service runs (the end of a larger one is searched afterwards)."""


class Needles:
    """What is searched for: each planted value as it is, in hexadecimal and in base 64, by a name that may be said."""

    def __init__(self, planted: dict[str, bytes]) -> None:
        self._names: dict[bytes, str] = {}
        for name, value in planted.items():
            for form in _forms(value):
                self._names[form] = name
        self._pattern = re.compile(b"|".join(re.escape(form) for form in sorted(self._names, key=len, reverse=True)))

    def found(self, content: bytes) -> set[str]:
        """The names of what stands in ``content``."""
        return {self._names[match] for match in self._pattern.findall(content)}

    def in_files(self, files: Iterable[Path]) -> Iterator[str]:
        """``name in path`` for each needle in each file; a file that goes away meanwhile is passed over."""
        for file in files:
            with contextlib.suppress(OSError):
                for name in sorted(self.found(file.read_bytes())):
                    yield f"{name} in {file}"


def _forms(value: bytes) -> Iterator[bytes]:
    yield value
    yield value.hex().encode()
    yield value.hex().upper().encode()
    # Base 64 without its ends: they depend on what stands around.
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + value)
        yield coded[4 if shift else 0 : (shift + len(value)) // 3 * 4]


def files_below(folder: Path) -> Iterator[Path]:
    """Every file below a folder."""
    for place, _, names in os.walk(folder, onerror=None):
        for name in names:
            yield Path(place) / name


def unlinked(pid: int) -> Iterator[Path]:
    """The files without a name that a process tree holds open (temporary files that never had one, or lost it)."""
    for process in tree(pid):
        with contextlib.suppress(OSError):
            for link in Path(f"/proc/{process.pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    target = str(link.readlink())
                    if target.endswith(" (deleted)") or target.startswith("/memfd:"):
                        yield link


class Watch:
    """Looks again and again while the service works: at folders, and at the nameless files of its processes."""

    def __init__(
        self,
        needles: Needles,
        folders: Callable[[], Iterable[Path]],
        pids: Callable[[], Iterable[int]],
        *,
        skip: Path | None = None,
    ) -> None:
        self._needles, self._folders, self._pids, self._skip = needles, folders, pids, skip
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self.found: set[str] = set()
        self.looks = 0

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def look(self) -> None:
        """Look once."""
        for folder in self._folders():
            self._search(files_below(folder))
        for pid in self._pids():
            self._search(unlinked(pid))
        self.looks += 1

    def _search(self, files: Iterable[Path]) -> None:
        for file in files:
            if self._skip and self._skip in file.parents:
                continue
            with contextlib.suppress(OSError), file.open("rb") as opened:
                for name in self._needles.found(opened.read(LOOK_BYTES)):
                    self.found.add(f"{name} in {file} while it ran")

    def _run(self) -> None:
        while not self._stop.wait(0.02):
            self.look()
