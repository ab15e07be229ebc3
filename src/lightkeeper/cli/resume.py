r"""The state of a scan that can be resumed: a journal of the files that are finished.

The file is text, mode 0600: first a line of JSON that says what was scanned with, then one line a finished file:
a fingerprint of its path, size and times (16 bytes in hex) and its outcome. It holds no file names and no hashes. A
file that has changed since has another fingerprint, so it is scanned again.

Safe at a kill at any moment: lines are only ever appended, each after its row was written, and a torn last line is
cut off at the next start. Safe when the machine stops too: ``sync`` says that all rows before it lie on the disk, and
after a restart of the machine (each run notes which start it belongs to) only the lines before the last ``sync``
count. So a file may be scanned twice, never not at all.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Self

from lightkeeper.cli.exits import CommandError
from lightkeeper.cli.walk import FileId, Item, Problem

try:
    import fcntl
except ImportError:  # pragma: no cover  # Windows: two runs with one state are not noticed there
    fcntl = None  # type: ignore[assignment]

_MAGIC: Final = "lightkeeper scan state 1"
_LINE: Final = re.compile(rb"([0-9a-f]{32}) ([a-z]+)")
_SYNC: Final = b"sync\n"
_SYNC_SECONDS: Final = 1.0
_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


def fingerprint(found: Item | Problem) -> str:
    """Identify one file in one state: 32 hex digits over its absolute path, size, and times of change."""
    path = os.fsencode(os.path.abspath(found.path))  # noqa: PTH100  # a link keeps its own name
    stamp = found.stamp
    times = f"{stamp.size} {stamp.mtime_ns} {stamp.ctime_ns} " if stamp else "nothing "
    return hashlib.blake2b(times.encode() + path, digest_size=16).hexdigest()


class Finished:
    """The fingerprints of finished files and their outcomes, in memory: what can be kept when a scan is interrupted."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        self._settings = settings
        self._lines: list[str] = []

    file_id: FileId | None = None

    def __contains__(self, mark: str) -> bool:
        """Nothing was finished before this run."""
        return False

    @property
    def earlier(self) -> Counter[str]:
        """Outcomes of earlier runs: none."""
        return Counter()

    def add(self, mark: str, outcome: str) -> None:
        """Remember a finished file."""
        self._lines.append(f"{mark} {outcome}\n")

    def commit(self) -> None:
        """Nothing to do: it is kept only when asked for."""

    def close(self) -> None:
        """Nothing to do either."""

    def keep(self, path: Path) -> None:
        """Write a state that a later run can resume from; OSError when it cannot be written."""
        _create(path, self._settings, self._lines)


class State:
    """A state file that is open for appending; made by ``State.open``."""

    def __init__(self, fd: int, done: set[bytes], earlier: Counter[str], sync_rows: Callable[[], None]) -> None:
        self._fd = fd
        self._done = done
        self.earlier = earlier
        self._sync_rows = sync_rows
        self._noted = False
        self._synced = time.monotonic()
        _write(fd, f"start {_boot_id()}\n".encode())

    @classmethod
    def open(cls, path: Path, settings: Mapping[str, object], sync_rows: Callable[[], None]) -> Self:
        """Open or create the state file; ``sync_rows`` makes the rows last that were written so far.

        Raises CommandError where the file is no state, is in use, cannot be written, or belongs to a scan with other
        settings.
        """
        try:
            if not os.path.lexists(path):
                _create(path, settings, [])
            fd = os.open(path, os.O_RDWR | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0))
        except OSError as error:
            raise CommandError(f"the state {path} cannot be used: {error.strerror}") from error
        try:
            _lock(fd, path)
            done, earlier = _load(fd, path, settings)
        except BaseException:
            os.close(fd)
            raise
        return cls(fd, done, earlier, sync_rows)

    @property
    def file_id(self) -> FileId:
        """Device and inode of the state file, which is not to be scanned itself."""
        status = os.fstat(self._fd)
        return status.st_dev, status.st_ino

    def __contains__(self, mark: str) -> bool:
        return bytes.fromhex(mark) in self._done

    def add(self, mark: str, outcome: str) -> None:
        """Note a file whose row is written; now and then what was noted is made to last."""
        _write(self._fd, f"{mark} {outcome}\n".encode())
        self._noted = True
        if time.monotonic() - self._synced >= _SYNC_SECONDS:
            self.commit()

    def commit(self) -> None:
        """Make the rows last, then the note that they do."""
        if self._noted:
            self._sync_rows()
            _write(self._fd, _SYNC)
            os.fsync(self._fd)
        self._noted = False
        self._synced = time.monotonic()

    def close(self) -> None:
        """Commit and close."""
        self.commit()
        os.close(self._fd)


def _create(path: Path, settings: Mapping[str, object], lines: list[str]) -> None:
    """Make a whole state file appear at once, so that a kill leaves either none or one with its first line."""
    from lightkeeper.detect.matching.files import write_whole

    head = json.dumps({"format": _MAGIC, "settings": settings}, sort_keys=True)
    write_whole(path, ["".join([head, "\n", *lines, _SYNC.decode()]).encode()])


def _lock(fd: int, path: Path) -> None:
    if fcntl is not None:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CommandError(f"the state {path} is in use by another scan") from error


def _load(fd: int, path: Path, settings: Mapping[str, object]) -> tuple[set[bytes], Counter[str]]:
    """Read what is finished and cut off what cannot be relied on."""
    waiting: list[re.Match[bytes]] = []
    trusted: list[re.Match[bytes]] = []
    boot = ""
    with os.fdopen(os.dup(fd), "rb") as file:
        _check_head(file.readline(1 << 20), path, settings)
        whole = end = file.tell()
        for line in file:
            if not line.endswith(b"\n"):
                break
            end += len(line)
            # A line that a power failure has spoiled matches nothing: its file is scanned again.
            if found := _LINE.fullmatch(line[:-1]):
                waiting.append(found)
            elif line == _SYNC:
                trusted += waiting
                waiting, whole = [], end
            elif line.startswith(b"start "):
                boot = line[6:-1].decode("ascii", "replace")
    if boot and boot == _boot_id():
        trusted, whole = trusted + waiting, end
    os.ftruncate(fd, whole)
    outcomes = {bytes.fromhex(found[1].decode()): found[2].decode() for found in trusted}
    return set(outcomes), Counter(outcomes.values())


def _boot_id() -> str:
    """Name this start of the machine; empty where the system does not say."""
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except OSError:
        return ""


def _check_head(line: bytes, path: Path, settings: Mapping[str, object]) -> None:
    try:
        head = json.loads(line)
    except ValueError:
        head = None
    if not isinstance(head, dict) or head.get("format") != _MAGIC or not isinstance(head.get("settings"), dict):
        raise CommandError(f"{path} is not a state of `lightkeeper scan`; it is left as it is")
    then = head["settings"]
    other = sorted(name for name in {*then, *settings} if then.get(name) != json.loads(json.dumps(settings.get(name))))
    if other:
        raise CommandError(
            f"the state {path} belongs to a scan with other settings ({', '.join(other)}); "
            "give the same lists and options again, or another state"
        )


def _write(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]
