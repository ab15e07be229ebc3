"""Simulated reviewers on a full queue, on PostgreSQL: no case leased twice, none starved, pages quick.

Each takes the next case, opens it, thinks, and grades by the page's form; now and then they undo, pause, give back or
hand over. A worker lets grades stand meanwhile, so second reviews and disagreements come up too.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from soak import reviewed
from soak.desk import Desk, Log
from soak.measures import cpu_seconds, percentile
from soak.scene import Scene, scene

PAGE_SECONDS: Final = 0.3
"""The bar: 95 of 100 answers are quicker."""
SEEDED_SECONDS: Final = 60.0
STOOD_SECONDS: Final = 120.0
ROOT: Final = Path(__file__).parents[1]


def run(
    *, size: int = 10_000, people: int = 50, think: float = 2.0, pause: float = 0.0, seconds: float = 150.0,
    seed: int = 1, timed: bool = True,
) -> list[str]:  # fmt: skip
    """Let people review for so many seconds; faults, and the bars that were missed (``timed``).

    They think for ``think`` seconds before they grade, and wait for ``pause`` before they take the next case.
    """
    with scene("postgresql", [], settings={"server_processes": "2"}) as made:
        begun = time.monotonic()
        sessions = _fill(made, size, people, seed)
        took = time.monotonic() - begun
        print(f"\n{size:,} cases and {people} reviewers made in {took:.0f} s", flush=True)
        print(f"{think} s of thinking, {pause} s between a grade and the next case; {_load()}", flush=True)
        made.start()
        faults = [f"making cases took {took:.0f} s"] if timed and took > SEEDED_SECONDS else []
        log = _worked(made, sessions, Pace(think, pause), seconds, seed)
        print(_load(), flush=True)
        faults += _told(log, seconds, timed=timed)
        faults += _all_stood(made)
        return faults + reviewed.judge(made.installation.database, people)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds for which a person thinks before a grade, and between it and the next case."""

    think: float
    pause: float


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def _fill(made: Scene, size: int, people: int, seed: int) -> list[str]:
    file = made.folder / "sessions.json"
    arguments = f"{str(file)!r}, {size}, {people}, {seed}"
    made.installation.python(
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from soak.queue_made import main; main({arguments})"
    )
    return list(json.loads(file.read_text()))


def _worked(made: Scene, sessions: list[str], pace: Pace, seconds: float, seed: int) -> Log:
    members = {name: member.pid for name, member in made.installation.members.items()}
    if made.cluster and made.cluster.process:
        members["database"] = made.cluster.process.pid
    before = {name: cpu_seconds(pid) for name, pid in members.items()}
    own = time.process_time()
    log = asyncio.run(_all_at_work(made.ports(), sessions, pace, seconds, seed))
    used = {name: cpu_seconds(pid) - before[name] for name, pid in members.items()}
    used["client"] = time.process_time() - own
    print("cores: " + ", ".join(f"{name} {value / seconds:.2f}" for name, value in used.items()), flush=True)
    return log


async def _all_at_work(ports: list[int], sessions: list[str], pace: Pace, seconds: float, seed: int) -> Log:
    log = Log()
    desks = [
        Desk(ports[place % len(ports)], session, pace.think, log, random.Random(seed * 1000 + place), pace.pause)
        for place, session in enumerate(sessions)
    ]
    await asyncio.gather(*(desk.come_in() for desk in desks))
    until = time.monotonic() + seconds
    await asyncio.gather(*(desk.work(until) for desk in desks))
    return log


def _told(log: Log, seconds: float, *, timed: bool) -> list[str]:
    """Print how quick each kind of page was; what went wrong, and what was too slow."""
    faults = [f"{fault} ({log.faults.count(fault)} times)" for fault in sorted(set(log.faults))]
    every = [latency for latencies in log.latencies.values() for latency in latencies]
    print(f"{log.graded} grades, {log.idle} times nothing to take; {len(every) / seconds:.1f} pages a second")
    for kind, latencies in [*sorted(log.latencies.items()), ("all", every)]:
        p50, p95, p99 = (percentile(latencies, part) for part in (0.50, 0.95, 0.99))
        line = (
            f"{kind:10} {len(latencies):6}   p50 {1000 * p50:6.0f}   p95 {1000 * p95:6.0f}   p99 {1000 * p99:6.0f} ms"
        )
        print(line, flush=True)
        if timed and p95 > PAGE_SECONDS:
            faults.append(f"too slow: {line}")
    return faults


def _all_stood(made: Scene) -> list[str]:
    """Wait until no grade can be undone any more."""
    until = time.monotonic() + STOOD_SECONDS
    pending = "SELECT COUNT(*) FROM review_grade WHERE state = 'pending'"
    while made.installation.database.number(pending):
        if time.monotonic() > until:
            return ["grades do not come to stand"]
        time.sleep(0.5)
    return []
