"""Whatever becomes of a worker, each item gets one outcome, and the next item works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lightkeeper.detect.media import pool as pool_module
from lightkeeper.detect.media.limits import Limits
from lightkeeper.detect.media.pool import DecodePool, PoolError
from lightkeeper.detect.media.status import DecodeStatus
from lightkeeper.detect.media.tests.liar import LIES
from lightkeeper.detect.media.tests.pictures import draw, stored
from lightkeeper.detect.media.tests.probes import BrokenPool, DescribingPool, MisbehavingPool, SubvertedPool

GOOD = stored(draw(), "PNG")


def _order(width: int) -> bytes:
    """A picture that makes a misbehaving worker do something."""
    return stored(draw(width, 40), "PNG")


@pytest.fixture(scope="module")
def describing() -> Iterator[DescribingPool]:
    with DescribingPool(workers=2, limits=Limits()) as pool:
        yield pool


@pytest.fixture(scope="module")
def misbehaving() -> Iterator[MisbehavingPool]:
    with MisbehavingPool(workers=1, limits=Limits(seconds=1.5, memory_mib=512)) as pool:
        yield pool


def test_a_good_picture(describing: DescribingPool) -> None:
    outcome = describing.decode(GOOD)
    assert outcome.status is DecodeStatus.OK
    assert (outcome.format, outcome.width, outcome.height) == ("PNG", 120, 90)
    assert (outcome.frames_total, outcome.frames_used) == (1, 1)
    assert outcome.hashes is not None
    assert outcome.hashes["frames"][0][:4] == [0, 120, 90, 1]  # type: ignore[index]  # what the probe returns
    assert outcome.hashes["effort"] == "standard"


def test_many_threads_share_the_workers(describing: DescribingPool) -> None:
    files = [stored(draw(60 + n, 40), "PNG") for n in range(40)]
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(describing.decode, files))
    assert [outcome.width for outcome in outcomes] == [60 + n for n in range(40)]
    assert len({outcome.hashes["pid"] for outcome in outcomes if outcome.hashes}) <= 2


def test_a_large_file_passes(describing: DescribingPool) -> None:
    data = stored(draw(1500, 1500), "BMP")
    assert len(data) > 2**22
    assert describing.decode(data).status is DecodeStatus.OK


@pytest.mark.parametrize(
    ("width", "status"),
    [
        (101, DecodeStatus.OVER_TIME),
        (102, DecodeStatus.WORKER_DIED),
        (103, DecodeStatus.WORKER_DIED),
        (104, DecodeStatus.WORKER_DIED),
        (105, DecodeStatus.OVER_MEMORY),
        (106, DecodeStatus.WORKER_DIED),
        (107, DecodeStatus.WORKER_DIED),
        (108, DecodeStatus.WORKER_DIED),
        (109, DecodeStatus.OK),
    ],
)
def test_misbehaviour_has_an_outcome_and_the_next_item_works(
    misbehaving: MisbehavingPool, width: int, status: DecodeStatus
) -> None:
    outcome = misbehaving.decode(_order(width))
    assert outcome.status is status
    assert outcome.reason.endswith(".")
    assert misbehaving.decode(GOOD).status is DecodeStatus.OK


def test_what_a_file_does_to_its_worker_is_no_interruption(misbehaving: MisbehavingPool) -> None:
    assert not any(misbehaving.decode(_order(width)).interrupted for width in (101, 102, 103, 105, 107))


def test_the_type_of_a_fault_is_told(misbehaving: MisbehavingPool) -> None:
    assert "ZeroDivisionError" in misbehaving.decode(_order(106)).reason


def test_an_item_is_tried_again_if_its_worker_may_have_died_of_another(describing: DescribingPool) -> None:
    with DescribingPool(workers=1, limits=Limits()) as pool:
        first = pool.decode(GOOD)
        assert first.hashes is not None
        os.kill(int(str(first.hashes["pid"])), signal.SIGKILL)
        assert pool.decode(GOOD).status is DecodeStatus.OK


@pytest.mark.parametrize("number", range(len(LIES)))
def test_a_subverted_worker_cannot_harm_the_parent(number: int, subverted: SubvertedPool) -> None:
    outcome = subverted.decode(GOOD + bytes([number]))
    assert outcome.status is DecodeStatus.WORKER_DIED
    assert outcome.hashes is None
    assert outcome.reason.isprintable()


@pytest.fixture(scope="module")
def subverted() -> Iterator[SubvertedPool]:
    with SubvertedPool(workers=2, limits=Limits(seconds=5)) as pool:
        yield pool


def test_workers_are_replaced_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "RECYCLE_AFTER", 3)
    with DescribingPool(workers=1, limits=Limits()) as pool:
        pids = [(pool.decode(GOOD).hashes or {})["pid"] for _ in range(7)]
    assert len(set(pids)) == 3
    assert pids[0] == pids[2] != pids[3]


class TestStart:
    """Workers that cannot start."""

    def test_the_reason_is_told(self) -> None:
        with BrokenPool(workers=1, limits=Limits()) as pool:
            with pytest.raises(PoolError, match=r"RuntimeError: no hasher \[31m"):
                _ = pool.hardening
            outcome = pool.decode(GOOD)
            assert (outcome.status, outcome.interrupted) == (DecodeStatus.WORKER_DIED, True)

    def test_no_workers(self) -> None:
        with pytest.raises(ValueError, match="at least one"):
            DecodePool(workers=0, limits=Limits())


class TestClose:
    """No process is left over."""

    def test_no_process_is_left(self) -> None:
        pool = DescribingPool(workers=2, limits=Limits())
        outcome = pool.decode(GOOD)
        assert outcome.hashes is not None
        pool.close()
        pool.close()
        with pytest.raises(ProcessLookupError):
            os.kill(int(str(outcome.hashes["pid"])), 0)
        assert pool.decode(GOOD).status is DecodeStatus.WORKER_DIED

    def test_waiting_threads_get_an_outcome(self) -> None:
        pool = MisbehavingPool(workers=1, limits=Limits())
        assert pool.hardening.parts()
        with ThreadPoolExecutor(3) as threads:
            waiting = [threads.submit(pool.decode, _order(101)) for _ in range(3)]
            time.sleep(0.2)
            pool.close()
            assert {future.result().status for future in waiting} == {DecodeStatus.WORKER_DIED}

    def test_a_forgotten_pool_is_closed(self) -> None:
        pool = DescribingPool(workers=1, limits=Limits())
        pid = int(str((pool.decode(GOOD).hashes or {})["pid"]))
        del pool
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)

    @pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
    @pytest.mark.parametrize("ending", ["os._exit(0)", "os.kill(os.getpid(), signal.SIGKILL)", "sys.exit(0)"])
    def test_workers_go_when_the_parent_goes(self, ending: str) -> None:
        """Also a worker in the middle of an endless item."""
        program = f"""
            import os, signal, sys, threading, time
            from lightkeeper.detect.media.limits import Limits
            from lightkeeper.detect.media.tests.probes import MisbehavingPool
            from lightkeeper.detect.media.tests.pictures import draw, stored
            pool = MisbehavingPool(workers=1, limits=Limits())
            pid = pool.decode(stored(draw(), "PNG")).hashes["pid"]
            threading.Thread(target=pool.decode, args=(stored(draw(101, 40), "PNG"),), daemon=True).start()
            print(pid, flush=True)
            time.sleep(0.2)
            {ending}
        """
        root = str(Path(pool_module.__file__).parents[3])
        run = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(program)],
            env={**os.environ, "PYTHONPATH": root},
            stdout=subprocess.PIPE,
            check=False,
            timeout=60,
        )
        pid = int(run.stdout)
        for _ in range(200):
            if not Path(f"/proc/{pid}").exists() or "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text():
                return
            time.sleep(0.05)
        pytest.fail("the worker outlived its parent")


def test_interrupted_in_the_middle_of_an_item(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in a thread that waits for an answer: the next item gets its own answer, not that one."""
    with MisbehavingPool(workers=1, limits=Limits()) as pool:
        assert pool.decode(GOOD).status is DecodeStatus.OK
        # Started in the background, a process is deaf to Ctrl-C until it says otherwise.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            pool.decode(_order(101))
        timer.join()
        signal.signal(signal.SIGINT, before)
        outcome = pool.decode(GOOD)
        assert (outcome.status, outcome.width) == (DecodeStatus.OK, 120)
