"""From the paths that a person gives to the files to scan; what is not a file that can be scanned becomes a problem.

Links are not followed out of the given path. A link that a person names is followed, and the folder it leads to is then
the given path. In a folder, a link to a file inside the given path is scanned under the link's name; a link to a folder
inside it is passed over, since the folder is walked under its own name; every other link is a problem. Pipes, sockets
and devices are never opened.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lightkeeper.cli.reading import plain_reason

_KINDS: Final = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)

FileId = tuple[int, int]
"""Device and inode of a file."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What changes when a file changes: its size, and when its content and its status were changed last."""

    size: int
    mtime_ns: int
    ctime_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """Take the stamp from the system's answer."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns)


@dataclass(frozen=True, slots=True)
class Item:
    """One file to scan: ``path`` as given or found, ``target`` where it is (differs behind a link)."""

    path: str
    target: str
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that cannot be scanned, with the reason; ``stamp`` is that of a link itself, None where nothing is."""

    path: str
    reason: str
    stamp: Stamp | None


def walk(paths: Sequence[str], *, skip: Collection[FileId] = ()) -> Iterator[Item | Problem]:
    """Give the files under the paths in a stable order, each as an Item or a Problem; never raises for what it meets.

    ``skip`` holds files of our own (rows, state) that may lie in a given folder.
    """
    for path in paths:
        root = os.path.realpath(path)
        # Once more with the link resolved: a link that was named by a person is followed.
        for found in _examine(path, root, root):
            if isinstance(found, Item | Problem):
                yield found
            else:
                yield from _walk_folder(path, root, skip)


class _Folder:
    """Marks that a path is a folder to go into."""


def _walk_folder(top: str, root: str, skip: Collection[FileId]) -> Iterator[Item | Problem]:
    """Walk one given folder, deepest last, without recursion: folders can be nested deeper than Python's stack."""
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                names = sorted((entry.name for entry in entries), key=os.fsencode)
        except OSError as error:
            yield _problem(folder, f"The folder cannot be listed. {plain_reason(error)}")
            continue
        inner: list[str] = []
        for name in names:
            path = os.path.join(folder, name)  # noqa: PTH118  # a Path would normalise what the person gave
            for found in _examine(path, path, root, skip=skip, inside=True):
                if isinstance(found, _Folder):
                    inner.append(path)
                else:
                    yield found
        waiting.extend(reversed(inner))


def _examine(
    path: str, target: str, root: str, *, skip: Collection[FileId] = (), inside: bool = False
) -> Iterator[Item | Problem | _Folder]:
    """Say what one path is: an item, a problem, a folder, or nothing (our own file, or a link to a walked folder)."""
    try:
        status = os.lstat(target)
        if inside and stat.S_ISLNK(status.st_mode):
            target = os.path.realpath(path)
            status = os.stat(path)  # noqa: PTH116  # raises for a dangling link and for a loop
            if not _is_within(target, root):
                yield _problem(path, "A link that leads out of the given folder; it is not followed.")
                return
            if stat.S_ISDIR(status.st_mode):
                return
        elif not inside and stat.S_ISLNK(status.st_mode):
            os.stat(path)  # noqa: PTH116  # a loop of links stays a link when resolved: raises
    except OSError as error:
        yield _problem(path, _link_reason(path, error))
        return
    if stat.S_ISDIR(status.st_mode):
        yield _Folder()
    elif not stat.S_ISREG(status.st_mode):
        kind = next((word for test, word in _KINDS if test(status.st_mode)), "something special")
        yield _problem(path, f"Not a file but {kind}; it is never opened.")
    elif (status.st_dev, status.st_ino) not in skip:
        yield Item(path, target, Stamp.of(status))


def _problem(path: str, reason: str) -> Problem:
    try:
        return Problem(path, reason, Stamp.of(os.lstat(path)))
    except OSError:
        return Problem(path, reason, None)


def _is_within(target: str, root: str) -> bool:
    return target == root or target.startswith(root.rstrip(os.sep) + os.sep)


def _link_reason(path: str, error: OSError) -> str:
    if os.path.islink(path):  # noqa: PTH114
        if error.errno == errno.ELOOP:
            return "A link that leads back to itself."
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            return "A link to a file that does not exist."
    return plain_reason(error)
