"""Resource limits (setrlimit(2)): memory, and zero of everything that decoding does not need."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

resource: ModuleType | None
try:
    # Imported here and not where it is used: behind Landlock nothing can be imported.
    import resource
except ImportError:  # Windows
    resource = None

#: Limits set to nothing: size of written files, core dumps, new descriptors.
_ZERO = ("RLIMIT_FSIZE", "RLIMIT_CORE", "RLIMIT_NOFILE")
#: New processes *and threads* of the user; root is exempt.
_PROCESSES = "RLIMIT_NPROC"


def apply(address_space: int | None, *, threads: bool = False) -> str | None:
    """Set the limits; ``address_space`` is in bytes, all that the process may hold, None if there is to be no bound.

    ``threads`` leaves new threads allowed, and with them, as far as these limits go, new processes.

    Returns why it could not, None if it did. Limits that a system lacks are left out.
    """
    if resource is None:
        return "this system has no resource limits"
    problems: list[str] = []
    wanted = [(name, 0) for name in (_ZERO if threads else (*_ZERO, _PROCESSES))]
    if address_space is None:
        problems.append("memory is not bounded: this system does not tell how much is in use")
    else:
        wanted.append(("RLIMIT_AS", address_space))
    for name, value in wanted:
        which = getattr(resource, name, None)
        if which is None:
            continue
        try:
            hard = resource.getrlimit(which)[1]
            bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(which, (bound, bound))
        except (OSError, ValueError) as error:
            problems.append(f"{name}: {error}")
    return "; ".join(problems) or None


def address_space() -> int | None:
    """Bytes of address space in use; None where the system does not tell (macOS, whose RLIMIT_AS has no effect)."""
    if resource is None or not sys.platform.startswith("linux"):
        return None
    pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    return pages * int(resource.getpagesize())
