"""Locking a process in before it touches a hostile file: no files, network, fork or exec; bounded memory.

Pure ctypes, no dependency. Each part reports whether it is active and, if not, why; a system that lacks a part is
worked on without it, and says so. ``apply`` cannot be undone: everything must be imported, and every codec used once,
before it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from dataclasses import dataclass

from lightkeeper.detect.media.hardening import landlock, rlimits, seccomp

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of protection: whether it is active, and a few words on how, or why not."""

    active: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Hardening:
    """What protects a decoding process, part by part."""

    rlimits: Part
    no_new_privs: Part
    seccomp: Part
    landlock: Part

    def parts(self) -> dict[str, Part]:
        """Give the parts by name, in the order in which they are shown."""
        return {name: getattr(self, name) for name in NAMES}

    def to_json(self) -> dict[str, list[object]]:
        """For the worker's first message."""
        return {name: [part.active, part.detail] for name, part in self.parts().items()}

    @classmethod
    def from_json(cls, value: object) -> Hardening:
        """Reverse ``to_json``; raises ``ValueError`` for anything else."""
        if not isinstance(value, dict) or set(value) != set(NAMES):
            raise ValueError("not a hardening report")
        parts = {}
        for name, pair in value.items():
            if not (isinstance(pair, list) and len(pair) == 2):
                raise ValueError("not a hardening report")
            active, detail = pair
            if not (
                isinstance(active, bool) and isinstance(detail, str) and len(detail) < 500 and detail.isprintable()
            ):
                raise ValueError("not a hardening report")
            parts[name] = Part(active, detail)
        return cls(**parts)


NAMES = ("rlimits", "no_new_privs", "seccomp", "landlock")


def none(why: str) -> Hardening:
    """Make the report of a process that was not locked in."""
    return Hardening(*(Part(False, why) for _ in NAMES))


def available() -> Hardening:
    """Tell what this system has, without applying anything."""
    linux = sys.platform.startswith("linux")
    no_filter = seccomp.supported()
    version = landlock.abi()
    return Hardening(
        rlimits=Part(os.name == "posix", "available" if os.name == "posix" else "this system has no resource limits"),
        no_new_privs=Part(linux, "available" if linux else "only Linux has it"),
        seccomp=Part(no_filter is None, no_filter or "available"),
        landlock=Part(version > 0, f"ABI {version}" if version else "not in this kernel, or switched off"),
    )


def apply(*, memory: int, threads: bool = False) -> Hardening:
    """Lock this process in for good. ``memory``: bytes of address space it may take over what it holds now.

    ``threads`` lets it start threads (never processes), for decoders that cannot do without.

    Never raises for a part that is missing. Call it with one thread running.
    """
    no_new_privs = _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    # Not dumpable: no core file and no tracing by other processes of the same user.
    _prctl(_PR_SET_DUMPABLE, 0)
    # Landlock needs a descriptor for its rule set and so comes before the limit on descriptors; seccomp comes last,
    # because it forbids all the calls that the others make.
    version = landlock.abi()
    held = rlimits.address_space()
    fenced = landlock.apply()
    limited = rlimits.apply(None if held is None else held + memory, threads=threads)
    filtered = seccomp.apply(threads=threads)
    return Hardening(
        rlimits=_part(limited, f"{memory // 2**20} MiB over the idle process; no files, no core"),
        no_new_privs=_part(no_new_privs, "set"),
        seccomp=_part(filtered, "allow-list with threads, for HEIC" if threads else "allow-list"),
        landlock=_part(fenced, f"ABI {version}, nothing allowed"),
    )


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when the thread that started it ends; ``parent`` is its process id.

    Exits at once if the parent is gone already. Does nothing where the system cannot (not Linux).
    """
    if _prctl(_PR_SET_PDEATHSIG, int(getattr(signal, "SIGKILL", 9))) is None and os.getppid() != parent:
        os._exit(0)


def _part(problem: str | None, detail: str) -> Part:
    return Part(problem is None, problem or detail)


def _prctl(option: int, value: int) -> str | None:
    if not sys.platform.startswith("linux"):
        return "only Linux has it"
    libc = ctypes.CDLL(None, use_errno=True)
    zero = ctypes.c_ulong(0)
    if libc.prctl(ctypes.c_int(option), ctypes.c_ulong(value), zero, zero, zero) != 0:
        return os.strerror(ctypes.get_errno())
    return None
