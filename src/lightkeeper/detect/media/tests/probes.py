"""Workers for tests: the production loop around functions that misbehave, and the pools that use them.

No option of the pool leads here; tests name these entries in a subclass.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import socket
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from lightkeeper.detect.media import wire, worker
from lightkeeper.detect.media.frames import Frame
from lightkeeper.detect.media.pool import DecodePool

_LIBC = ctypes.CDLL(None, use_errno=True)


class DescribingPool(DecodePool):
    """Its workers describe what they see instead of hashing it."""

    _entry = "lightkeeper.detect.media.tests.probes:describing"


class MisbehavingPool(DecodePool):
    """Its workers do what the width of the picture tells them to: see ``ACTIONS``."""

    _entry = "lightkeeper.detect.media.tests.probes:misbehaving"


class PlainPool(MisbehavingPool):
    """The same without the extra ``heic``: then not even threads are allowed."""

    _entry = "lightkeeper.detect.media.tests.probes:without_heic"


class SubvertedPool(DecodePool):
    """Its workers answer with the lie that the last byte of the file names; see ``liar``."""

    _entry = "lightkeeper.detect.media.tests.liar:main"


class BrokenPool(DecodePool):
    """Its workers cannot start."""

    _entry = "lightkeeper.detect.media.tests.probes:broken"


def describing() -> None:
    worker.run(lambda: describe)


def misbehaving() -> None:
    worker.run(lambda: misbehave)


def without_heic() -> None:
    sys.modules["pillow_heif"] = None  # type: ignore[assignment]  # what Python itself puts there for "not found"
    worker.run(lambda: misbehave)


def broken() -> None:
    worker.run(_no_hasher)


def _no_hasher() -> worker.Hasher:
    raise RuntimeError("no hasher\x1b[31m")


def describe(frames: Iterable[Frame], effort: str) -> dict[str, object]:
    """Number, size, scale and mean luma of each frame."""
    return {
        "effort": effort,
        "pid": os.getpid(),
        "frames": [[f.number, f.width, f.height, f.reduced, round(float(f.luma.mean()), 2)] for f in frames],
    }


def misbehave(frames: Iterable[Frame], effort: str) -> dict[str, object]:
    for frame in frames:
        action = ACTIONS.get(frame.width)
        if action is not None:
            return action()
    return {"pid": os.getpid()}


def _hang() -> dict[str, object]:
    while True:
        time.sleep(0.01)


def _crash() -> dict[str, object]:
    ctypes.string_at(0)
    return {}


def _exit() -> dict[str, object]:
    os._exit(0)


def _abort() -> dict[str, object]:
    os.abort()


def _allocate() -> dict[str, object]:
    return {"size": len(bytearray(3 * 2**30))}


def _fault() -> dict[str, object]:
    raise ZeroDivisionError


def _not_json() -> dict[str, object]:
    return {"value": float("nan")}


def _too_much() -> dict[str, object]:
    return {"value": "a" * (wire.MAX_REPLY + 1)}


def _chatter() -> dict[str, object]:
    print("not a message" * 1000, flush=True)  # noqa: T201
    return {"pid": os.getpid()}


#: What must not be possible in a locked-in process. Each returns if it *was* possible.
FORBIDDEN: dict[str, Callable[[], object]] = {
    "open to read": lambda: os.open("/etc/hostname", os.O_RDONLY),
    "open to write": lambda: os.open("/tmp/lightkeeper-probe", os.O_CREAT | os.O_WRONLY),
    "open itself": lambda: os.open("/proc/self/mem", os.O_RDWR),
    "stat": lambda: Path("/etc").stat(),
    "list": lambda: os.listdir("/"),  # noqa: PTH208
    "make a folder": lambda: Path("/tmp/lightkeeper-probe").mkdir(),
    "remove": lambda: Path("/tmp/lightkeeper-probe").unlink(),
    "internet socket": lambda: socket.socket(socket.AF_INET),
    "unix socket": lambda: socket.socket(socket.AF_UNIX),
    "socket pair": socket.socketpair,
    "pipe": os.pipe,
    "memory file": lambda: os.memfd_create("probe"),
    "fork": os.fork,
    "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    "exec": lambda: os.execv("/bin/true", ["true"]),  # noqa: S606
    "signal the parent": lambda: os.kill(os.getppid(), 0),
    "signal anyone": lambda: os.kill(1, 0),
    "new session": os.setsid,
    "raise limits": lambda: _syscall(302, 0, 7, 0, 0),
    "clone3": lambda: _syscall(435, 0, 0),
    "io_uring": lambda: _syscall(425, 8, 0),
    "ptrace": lambda: _syscall(101, 0, 0, 0, 0),
    "another namespace": lambda: _syscall(272, 0x10000000),
    "executable memory": lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC),
    "fork through libc": lambda: _negative_is_error(_LIBC.fork()),
}


def _syscall(number: int, *arguments: int) -> int:
    return _negative_is_error(_LIBC.syscall(ctypes.c_long(number), *(ctypes.c_long(value) for value in arguments)))


def _negative_is_error(result: int) -> int:
    if result == -1:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def _try_forbidden() -> dict[str, object]:
    """The name of the errno of each attempt, "possible" if it succeeded."""
    return {name: _attempt(attempt) for name, attempt in FORBIDDEN.items()}


def _try_without_lock() -> dict[str, object]:
    """The same for those that leave nothing behind when they succeed."""
    names = (
        "open to read",
        "stat",
        "list",
        "internet socket",
        "pipe",
        "fork",
        "signal the parent",
        "executable memory",
    )
    return {name: _attempt(FORBIDDEN[name]) for name in names}


def _attempt(attempt: Callable[[], object]) -> str:
    inside = os.getpid()
    try:
        attempt()
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, "unknown")
    if os.getpid() != inside:
        os._exit(1)  # a child that should not be
    return "possible"


ACTIONS: dict[int, Callable[[], dict[str, object]]] = {
    101: _hang,
    102: _crash,
    103: _exit,
    104: _abort,
    105: _allocate,
    106: _fault,
    107: _not_json,
    108: _too_much,
    109: _chatter,
    110: _try_forbidden,
    111: _try_without_lock,
}
