"""A seccomp-bpf filter: the few system calls that decoding needs, and ``EPERM`` for all others.

Written from the kernel's own documentation: Documentation/userspace-api/seccomp_filter.rst and seccomp(2), the classic
BPF opcodes of <linux/bpf_common.h>, and the system call tables arch/x86/entry/syscalls/syscall_64.tbl and
include/uapi/asm-generic/unistd.h (arm64).

``EPERM`` rather than killing: a decoder that tries something odd fails with an error that becomes an outcome. Only a
call made for another architecture, which no honest code makes, kills the process.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys

_SECCOMP_SET_MODE_FILTER = 1
_FILTER_FLAG_TSYNC = 1

_RET_KILL_PROCESS = 0x80000000
_RET_ERRNO_EPERM = 0x00050000 | 1
_RET_ERRNO_ENOSYS = 0x00050000 | 38
_RET_ALLOW = 0x7FFF0000

_LD_ABS = 0x20  # BPF_LD | BPF_W | BPF_ABS
_JEQ = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_JGE = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_JSET = 0x45  # BPF_JMP | BPF_JSET | BPF_K
_RET = 0x06  # BPF_RET | BPF_K

# Offsets into struct seccomp_data: nr, arch, instruction pointer, then six 64-bit arguments.
_NR, _ARCH = 0, 4
_X32_BIT = 0x40000000
_PROT_EXEC = 4
_CLONE_THREAD = 0x00010000

#: machine -> (AUDIT_ARCH, number of seccomp(2)).
_ARCHES = {"x86_64": (0xC000003E, 317), "aarch64": (0xC00000B7, 277)}

#: Allowed whatever the arguments: (x86-64, arm64) numbers. None of them opens, connects, starts or signals anything.
_ALLOWED: dict[str, tuple[int, int]] = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "fstat": (5, 80),
    "lseek": (8, 62),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "readv": (19, 65),
    "writev": (20, 66),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "nanosleep": (35, 101),
    "setitimer": (38, 103),
    "getpid": (39, 172),
    "exit": (60, 93),
    "gettimeofday": (96, 169),
    "sysinfo": (99, 179),
    "sigaltstack": (131, 132),
    "gettid": (186, 178),
    "futex": (202, 98),
    "sched_getaffinity": (204, 123),
    "restart_syscall": (219, 128),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "exit_group": (231, 94),
    "getrandom": (318, 278),
}

#: Allowed unless the memory would be executable: no machine code comes into being after the lock.
_NOT_EXECUTABLE: dict[str, tuple[int, int]] = {"mmap": (9, 222), "mprotect": (10, 226)}

#: Allowed when aimed at this process only: ``abort`` ends a process so.
_SELF_ONLY: dict[str, tuple[int, int]] = {"tgkill": (234, 131)}


class _SockFprog(ctypes.Structure):
    _fields_ = [("len", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


#: For threads, where a decoder cannot do without: ``clone`` if it makes a thread of this process and nothing else, and
#: ``clone3`` as if the kernel had none, because its arguments lie where a filter cannot look; libc then uses ``clone``.
_CLONE, _CLONE3 = (56, 220), (435, 435)
_FOR_THREADS: dict[str, tuple[int, int]] = {"set_robust_list": (273, 99), "rseq": (334, 293)}


def supported() -> str | None:
    """Why there can be no filter here, None if there can."""
    if not sys.platform.startswith("linux"):
        return "only Linux has seccomp"
    if platform.machine() not in _ARCHES:
        return f"no filter is written for {platform.machine()}"
    if sys.maxsize < 2**32:
        return "no filter is written for 32-bit processes"
    libc = ctypes.CDLL(None, use_errno=True)
    # SECCOMP_GET_ACTION_AVAIL (2, Linux 4.14) of the strongest action used.
    action = ctypes.c_uint32(_RET_KILL_PROCESS)
    if libc.syscall(ctypes.c_long(_ARCHES[platform.machine()][1]), 2, 0, ctypes.byref(action)) != 0:
        return f"the kernel has no seccomp filters ({os.strerror(ctypes.get_errno())})"
    return None


def program(machine: str, pid: int, *, threads: bool = False) -> bytes:
    """Make the filter for ``machine`` and the process ``pid``, as an array of ``struct sock_filter``.

    ``threads`` lets the process start threads of its own, never other processes.

    Raises ``KeyError`` for a machine it is not written for. It is linear, tests one call after the other, and every
    test ends in a verdict of its own, so that no jump is longer than a few instructions.
    """
    column = 0 if machine == "x86_64" else 1
    code = [
        _op(_LD_ABS, _ARCH),
        _op(_JEQ, _ARCHES[machine][0], 1, 0),
        _op(_RET, _RET_KILL_PROCESS),
        _op(_LD_ABS, _NR),
    ]
    if machine == "x86_64":
        code += [_op(_JGE, _X32_BIT, 0, 1), _op(_RET, _RET_KILL_PROCESS)]
    # The most frequent calls come first in the table, so a linear filter is as good as a tree.
    for numbers in (*_ALLOWED.values(), *(_FOR_THREADS.values() if threads else ())):
        code += [_op(_JEQ, numbers[column], 0, 1), _op(_RET, _RET_ALLOW)]
    for numbers in _NOT_EXECUTABLE.values():
        code += _if_argument(numbers[column], 2, _op(_JSET, _PROT_EXEC, 1, 0))
    for numbers in _SELF_ONLY.values():
        code += _if_argument(numbers[column], 0, _op(_JEQ, pid, 0, 1))
    if threads:
        code += _if_argument(_CLONE[column], 0, _op(_JSET, _CLONE_THREAD, 0, 1))
        code += [_op(_JEQ, _CLONE3[column], 0, 1), _op(_RET, _RET_ERRNO_ENOSYS)]
    return b"".join([*code, _op(_RET, _RET_ERRNO_EPERM)])


def _if_argument(number: int, index: int, test: bytes) -> list[bytes]:
    """Allow the call ``number`` if ``test``, a jump of 0 or 1 over "allow", of its argument ``index`` says so."""
    return [
        _op(_JEQ, number, 0, 4),
        _op(_LD_ABS, _argument(index)),
        test,
        _op(_RET, _RET_ALLOW),
        _op(_RET, _RET_ERRNO_EPERM),
    ]


def apply(*, threads: bool = False) -> str | None:
    """Lock this process, all its threads, into the filter; returns why it could not, None if it did.

    ``PR_SET_NO_NEW_PRIVS`` must be set before, unless the process has CAP_SYS_ADMIN.
    """
    problem = supported()
    if problem is not None:
        return problem
    machine = platform.machine()
    code = program(machine, os.getpid(), threads=threads)
    buffer = ctypes.create_string_buffer(code, len(code))
    prog = _SockFprog(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    number = ctypes.c_long(_ARCHES[machine][1])
    if libc.syscall(number, _SECCOMP_SET_MODE_FILTER, _FILTER_FLAG_TSYNC, ctypes.byref(prog)) != 0:
        return f"the kernel refused the filter ({os.strerror(ctypes.get_errno())})"
    return None


def _op(code: int, k: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, k)


def _argument(index: int) -> int:
    """Offset of the low half of an argument; both machines are little-endian."""
    return 16 + 8 * index
