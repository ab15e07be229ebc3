"""A locked-in worker really cannot; and what protects it is told truthfully."""

from __future__ import annotations

import os
import platform
import struct
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from lightkeeper.detect.media import codecs, hardening
from lightkeeper.detect.media.hardening import Hardening, landlock, seccomp
from lightkeeper.detect.media.limits import Limits
from lightkeeper.detect.media.samples import SAMPLES
from lightkeeper.detect.media.status import DecodeStatus
from lightkeeper.detect.media.tests.pictures import draw, stored
from lightkeeper.detect.media.tests.probes import FORBIDDEN, MisbehavingPool, PlainPool

needs_seccomp = pytest.mark.skipif(seccomp.supported() is not None, reason=f"no seccomp: {seccomp.supported()}")
ATTEMPT_ALL = stored(draw(110, 40), "PNG")


@needs_seccomp
@pytest.mark.parametrize("kind", [MisbehavingPool, PlainPool])
def test_nothing_forbidden_is_possible(kind: type[MisbehavingPool]) -> None:
    with kind(workers=1, limits=Limits()) as pool:
        outcome = pool.decode(ATTEMPT_ALL)
        assert pool.hardening.seccomp.active
        assert pool.hardening.rlimits.active
        assert pool.hardening.no_new_privs.active
        assert pool.hardening.landlock.active == (landlock.abi() > 0)
    assert outcome.status is DecodeStatus.OK
    assert outcome.hashes is not None
    assert set(outcome.hashes) == set(FORBIDDEN)
    # clone3 says that it does not exist where threads are allowed, so that libc falls back to what can be filtered.
    allowed = {"EPERM", "ENOSYS"}
    assert {name: said for name, said in outcome.hashes.items() if said not in allowed} == {}


@needs_seccomp
def test_the_attempts_would_succeed_without_the_lock() -> None:
    """Otherwise the test above would prove nothing."""
    with MisbehavingPool(workers=1, limits=Limits(), harden=False) as pool:
        assert not any(part.active for part in pool.hardening.parts().values())
        outcome = pool.decode(stored(draw(111, 40), "PNG"))
    assert outcome.hashes is not None
    assert set(outcome.hashes.values()) == {"possible"}


def test_every_codec_works_behind_the_strictest_lock() -> None:
    """Large enough for a codec that shares its work between threads to want some."""
    image = draw(1600, 1200)
    with PlainPool(workers=1, limits=Limits()) as pool:
        for kind in ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF"):
            assert pool.decode(stored(image, kind)).status is DecodeStatus.OK
        for name, data in SAMPLES.items():
            expected = DecodeStatus.UNSUPPORTED if name == "HEIC" else DecodeStatus.OK
            outcome = pool.decode(data)
            assert outcome.status is expected, name
        assert "pillow-heif" in outcome.reason


def test_memory_is_bounded() -> None:
    with MisbehavingPool(workers=1, limits=Limits(memory_mib=256)) as pool:
        if not pool.hardening.rlimits.active:
            pytest.skip(pool.hardening.rlimits.detail)
        assert pool.decode(stored(draw(105, 40), "PNG")).status is DecodeStatus.OVER_MEMORY


def _run(program: bytes, number: int, arch: int, arguments: tuple[int, ...] = ()) -> int:
    """Interpret a filter: the verdict for one system call."""
    data = struct.pack("=IIQ6Q", number, arch, 0, *(*arguments, *([0] * (6 - len(arguments)))))
    at, accumulator = 0, 0
    while True:
        code, if_true, if_false, k = struct.unpack_from("=HBBI", program, 8 * at)
        at += 1
        if code == 0x06:
            return int(k)
        if code == 0x20:
            accumulator = struct.unpack_from("=I", data, k)[0]
        else:
            holds = {0x15: accumulator == k, 0x35: accumulator >= k, 0x45: bool(accumulator & k)}[code]
            at += if_true if holds else if_false


KILL, EPERM, ENOSYS, ALLOW = 0x80000000, 0x00050001, 0x00050026, 0x7FFF0000
X86, ARM = 0xC000003E, 0xC00000B7


@pytest.mark.parametrize(
    ("machine", "arch", "numbers"),
    [
        ("x86_64", X86, {"read": 0, "open": 2, "socket": 41, "fork": 57, "execve": 59, "openat": 257, "mmap": 9}),
        (
            "aarch64",
            ARM,
            {"read": 63, "open": 56, "socket": 198, "fork": 220, "execve": 221, "openat": 56, "mmap": 222},
        ),
    ],
)
class TestFilter:
    """The filter of either machine, interpreted, so that both are tested on one."""

    def test_verdicts(self, machine: str, arch: int, numbers: dict[str, int]) -> None:
        program = seccomp.program(machine, 4711)
        assert _run(program, numbers["read"], arch) == ALLOW
        for name in ("open", "socket", "fork", "execve", "openat"):
            assert _run(program, numbers[name], arch) == EPERM
        assert _run(program, numbers["mmap"], arch, (0, 0, 3)) == ALLOW
        assert _run(program, numbers["mmap"], arch, (0, 0, 7)) == EPERM

    def test_another_architecture_is_killed(self, machine: str, arch: int, numbers: dict[str, int]) -> None:
        program = seccomp.program(machine, 1)
        assert _run(program, numbers["read"], 0x40000003) == KILL
        assert _run(program, numbers["read"], X86 + ARM - arch) == KILL
        assert _run(program, 0x40000000 | numbers["read"], arch) in (KILL, EPERM)

    def test_threads_only_if_asked_for(self, machine: str, arch: int, numbers: dict[str, int]) -> None:
        clone = 56 if machine == "x86_64" else 220
        thread, process = 0x003D0F00, 0x01200011
        assert _run(seccomp.program(machine, 1), clone, arch, (thread,)) == EPERM
        with_threads = seccomp.program(machine, 1, threads=True)
        assert _run(with_threads, clone, arch, (thread,)) == ALLOW
        assert _run(with_threads, clone, arch, (process,)) == EPERM
        assert _run(with_threads, 435, arch) == ENOSYS
        assert _run(with_threads, numbers["execve"], arch) == EPERM

    def test_only_itself_may_be_signalled(self, machine: str, arch: int, numbers: dict[str, int]) -> None:
        tgkill = 234 if machine == "x86_64" else 131
        program = seccomp.program(machine, 4711)
        assert _run(program, tgkill, arch, (4711, 4711, 6)) == ALLOW
        assert _run(program, tgkill, arch, (4712, 4712, 6)) == EPERM
        assert _run(program, numbers["fork"], arch, (0x11,)) == EPERM


def test_every_number_is_allowed_at_most_as_told() -> None:
    """Of all numbers there are, the filter allows those of its table and no other."""
    allowed = {n for n in range(600) if _run(seccomp.program("x86_64", 4711), n, X86, (1, 0, 4)) == ALLOW}
    assert len(allowed) == len(seccomp._ALLOWED)


@pytest.mark.parametrize(("version", "size"), [(1, 8), (3, 8), (4, 16), (5, 16), (6, 24), (9, 24)])
def test_landlock_rules_by_version(version: int, size: int) -> None:
    rules = landlock.ruleset(version)
    assert len(rules) == size
    assert struct.unpack_from("=Q", rules)[0].bit_count() == {1: 13, 3: 15, 4: 15}.get(version, 16)


@pytest.mark.skipif(landlock.abi() == 0, reason="the kernel has no Landlock")
def test_landlock_alone_keeps_files_closed() -> None:
    """It stands behind seccomp, so it is tested without it."""
    program = """
        import ctypes, sys
        from lightkeeper.detect.media import hardening
        from lightkeeper.detect.media.hardening import landlock
        assert hardening._prctl(38, 1) is None
        assert landlock.apply() is None
        try:
            open("/etc/passwd")
        except PermissionError:
            sys.exit(7)
    """
    root = str(Path(hardening.__file__).parents[4])
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        env={**os.environ, "PYTHONPATH": root},
        check=False,
        timeout=60,
    )
    assert run.returncode == 7


class TestReport:
    """What the worker tells, and what the parent believes."""

    def test_there_and_back(self) -> None:
        report = hardening.available()
        assert Hardening.from_json(report.to_json()) == report

    @pytest.mark.parametrize(
        "value",
        [
            None,
            [],
            {},
            {"seccomp": [True, "x"]},
            *(dict.fromkeys(hardening.NAMES, part) for part in (True, [1, "x"], [True, "\x1b[2J"], [True, "x" * 1000])),
        ],
    )
    def test_nonsense_is_refused(self, value: object) -> None:
        with pytest.raises(ValueError, match="not a hardening report"):
            Hardening.from_json(value)

    def test_a_system_without_any_of_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "platform", "darwin")
        report = hardening.available()
        assert not report.seccomp.active
        assert not report.landlock.active
        assert "Linux" in report.seccomp.detail

    def test_a_machine_without_a_filter(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "platform", "linux")
        monkeypatch.setattr(platform, "machine", lambda: "riscv64")
        assert seccomp.supported() == "no filter is written for riscv64"
        assert seccomp.apply() == "no filter is written for riscv64"


@pytest.mark.skipif(codecs.missing("HEIC") is not None, reason="the extra 'heic' is not installed")
def test_heic_works_behind_the_lock() -> None:
    with MisbehavingPool(workers=1, limits=Limits()) as pool:
        assert pool.decode(SAMPLES["HEIC"]).status is DecodeStatus.OK
