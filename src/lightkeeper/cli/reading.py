"""Reading one file from the disk, carefully: bounded, hashed on the way, and only if it holds still.

A file beyond the bound is still hashed to its end, in pieces, so that a listed digest of a large file is found; only
its bytes are not kept.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from lightkeeper.detect.digesting import ALGORITHMS, Digests, digests_of

_PIECE: Final = 1 << 20
_FLAGS: Final = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOCTTY", 0)
)  # fmt: skip
_PLAIN: Final = {
    errno.EACCES: "Permission denied.",
    errno.EPERM: "Permission denied.",
    errno.ENOENT: "The file does not exist (any more).",
    errno.ENOTDIR: "The file does not exist (any more).",
    errno.EISDIR: "A folder, not a file.",
    errno.ENAMETOOLONG: "The name is too long for the system.",
    errno.ELOOP: "A link; it is not followed.",
    errno.ENXIO: "Not a file but something special; it is not read.",
    errno.EIO: "The disk cannot read it.",
}


class FileReadError(Exception):
    """A file cannot be read; the message is the reason as a sentence, without the path."""


@dataclass(frozen=True, slots=True)
class FileContent:
    """What was read: ``data`` is None where the file has more bytes than were to be kept."""

    data: bytes | None
    size: int
    digests: Digests


def read_file(
    path: os.PathLike[str] | str | bytes, *, limit: int, algorithms: Iterable[str] = ALGORITHMS
) -> FileContent:
    """Read a regular file, keeping at most ``limit`` bytes and the digests asked for.

    Links, pipes, sockets and devices are not read, and a file that changes on the way is refused. Raises FileReadError.
    """
    try:
        handle = os.open(path, _FLAGS)
    except OSError as error:
        raise FileReadError(plain_reason(error)) from error
    except ValueError as error:  # a NUL in the name
        raise FileReadError("No file can have this name.") from error
    try:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):
            raise FileReadError("A folder, not a file." if stat.S_ISDIR(before.st_mode) else _PLAIN[errno.ENXIO])
        content = _read(handle, before.st_size, limit, algorithms)
        after = os.fstat(handle)
    except OSError as error:
        raise FileReadError(plain_reason(error)) from error
    finally:
        os.close(handle)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or content.size != before.st_size:
        raise FileReadError("The file changed while it was read.")
    return content


def _read(handle: int, size: int, limit: int, algorithms: Iterable[str]) -> FileContent:
    """Read to the end, but never far beyond ``size``: a file that grows for ever is not followed for ever."""
    pieces: list[bytes] = []
    total = 0

    def read_on() -> Iterator[bytes]:
        nonlocal total
        while total <= size and (piece := os.read(handle, _PIECE)):
            total += len(piece)
            if size <= limit:
                pieces.append(piece)
            yield piece

    digests = digests_of(read_on(), algorithms)
    return FileContent(b"".join(pieces) if size <= limit else None, total, digests)


def plain_reason(error: OSError) -> str:
    """Say in a sentence why the system refused; without a path, which the row has already."""
    known = _PLAIN.get(error.errno or 0)
    return known or f"{os.strerror(error.errno) if error.errno else type(error).__name__}."
