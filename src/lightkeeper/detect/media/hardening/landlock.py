"""Landlock: a rule set that handles every right the kernel knows and grants none.

Written from the kernel's Documentation/userspace-api/landlock.rst and <linux/landlock.h>. It stands behind seccomp: if
the filter missed a way to open a path or to connect, this still refuses it.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

# The numbers are the same on every architecture.
_CREATE_RULESET, _RESTRICT_SELF = 444, 446
_CREATE_RULESET_VERSION = 1

#: ABI version -> number of file system rights it knows (bits from 0 up).
_FS_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NET_RIGHTS = 0b11  # bind and connect TCP, from ABI 4
_SCOPES = 0b11  # abstract unix sockets and signals, from ABI 6


def abi() -> int:
    """Return the kernel's Landlock ABI version, 0 where there is none or it is switched off."""
    if not sys.platform.startswith("linux"):
        return 0
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(
        ctypes.c_long(_CREATE_RULESET), ctypes.c_void_p(None), ctypes.c_size_t(0), _CREATE_RULESET_VERSION
    )
    return max(0, int(version))


def ruleset(version: int) -> bytes:
    """``struct landlock_ruleset_attr`` with every right of the ABI ``version`` (1 or more) handled."""
    rights = (1 << _FS_RIGHTS[min(version, max(_FS_RIGHTS))]) - 1
    attributes = struct.pack("=Q", rights)
    if version >= 4:
        attributes += struct.pack("=Q", _NET_RIGHTS)
    if version >= 6:
        attributes += struct.pack("=Q", _SCOPES)
    return attributes


def apply() -> str | None:
    """Forbid this thread all that Landlock can; returns why it could not, None if it did.

    ``PR_SET_NO_NEW_PRIVS`` must be set before, unless the process has CAP_SYS_ADMIN.
    """
    version = abi()
    if version == 0:
        return "the kernel has no Landlock, or it is switched off" if sys.platform == "linux" else "only Linux has it"
    libc = ctypes.CDLL(None, use_errno=True)
    attributes = ruleset(version)
    handle = libc.syscall(
        ctypes.c_long(_CREATE_RULESET),
        ctypes.create_string_buffer(attributes, len(attributes)),
        ctypes.c_size_t(len(attributes)),
        0,
    )
    if handle < 0:
        return f"the kernel refused the rule set ({os.strerror(ctypes.get_errno())})"
    try:
        if libc.syscall(ctypes.c_long(_RESTRICT_SELF), handle, 0) != 0:
            return f"the kernel refused the restriction ({os.strerror(ctypes.get_errno())})"
    finally:
        os.close(handle)
    return None
