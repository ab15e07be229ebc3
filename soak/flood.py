"""Memory over many submissions: every process is weighed all the while, and must not grow once it is warm."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from soak import load, material
from soak.client import Plan, closed_loop
from soak.measures import resident, slope
from soak.scene import Scene, scene

WARM = 0.3
"""The share of a run that is not judged."""
ALLOWED_BYTES = 24 << 20
ALLOWED_SHARE = 0.06
"""What the judged part may add to a member: noise of allocators, or this share of its size."""


@dataclass
class Scale:
    """Weighs the members (a member is a process with all below it) every half second."""

    pids: Mapping[str, int]
    points: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scale", daemon=True)

    def __enter__(self) -> Scale:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def weigh(self) -> None:
        """Weigh once."""
        now = time.monotonic()
        for name, pid in self.pids.items():
            self.points[name].append((now, float(sum(resident(pid).values()))))

    def _run(self) -> None:
        while not self._stop.wait(0.5):
            self.weigh()


@dataclass(frozen=True, slots=True)
class Verdict:
    """One member's memory: its mean after warming up, and what the straight line through it added, in bytes."""

    name: str
    mean: float
    growth: float

    @property
    def flat(self) -> bool:
        """Whether the growth is noise."""
        return self.growth <= max(ALLOWED_BYTES, ALLOWED_SHARE * self.mean)

    def line(self) -> str:
        """One line to read."""
        verdict = "flat" if self.flat else "GROWS"
        return (
            f"{self.name:12} {self.mean / 2**20:8.1f} MiB, {self.growth / 2**20:+8.1f} MiB after warming up: {verdict}"
        )


def judge(name: str, points: Sequence[tuple[float, float]]) -> Verdict:
    """Judge what was weighed (seconds, bytes), after the first `WARM` share."""
    judged = list(points[int(len(points) * WARM) :])
    if not judged:
        return Verdict(name, 0.0, 0.0)
    length = judged[-1][0] - judged[0][0]
    return Verdict(name, sum(size for _, size in judged) / len(judged), slope(judged) * length)


def pids(made: Scene) -> dict[str, int]:
    """The members that are weighed."""
    members = {member.name: member.pid for member in made.installation.members.values()}
    if made.cluster and made.cluster.process:
        members["database"] = made.cluster.process.pid
    return members


def run(database: str, *, size: int = 20_000) -> list[str]:
    """Send ``size`` pictures, half of them waiting; print each member's verdict and give those that grow."""
    rows = material.random_rows(10_000)
    with scene(database, rows, settings={"effort": "quick"}, fast=True) as made:
        made.start()
        templates = load.pictures(made)
        with Scale(pids(made)) as scale:
            half = size // 2
            waiting = closed_loop(made.ports(), templates, Plan(48, 3600, half))
            later = [
                type(each)((each.parts[0].replace(b"wait=true", b"wait=false"), *each.parts[1:])) for each in templates
            ]
            leaving = closed_loop(made.ports(), later, Plan(16, 3600, half, first=10**9))
            settled(made, seconds=900)
        verdicts = [judge(name, points) for name, points in scale.points.items() if name != "database"]
        weighed = judge("database", scale.points["database"]) if "database" in scale.points else None
    print(f"\n{database}: {size:,} submissions\n  wait=true  {waiting.line()}\n  wait=false {leaving.line()}")
    for verdict in [*verdicts, *([weighed] if weighed else [])]:
        print(f"  {verdict.line()}")
    odd = {status for status in [*waiting.statuses, *leaving.statuses] if not 200 <= status < 300}
    grown = [f"{database}: {verdict.line()}" for verdict in verdicts if not verdict.flat]
    return grown + ([f"{database}: answers {sorted(odd)}"] if odd else [])


def settled(made: Scene, *, seconds: float) -> None:
    """Wait until no submission waits. Raises TimeoutError."""
    until = time.monotonic() + seconds
    query = "SELECT COUNT(*) FROM intake_submission WHERE state = 'received'"
    while made.installation.database.number(query):
        if time.monotonic() > until:
            raise TimeoutError("Submissions still wait.")
        time.sleep(0.2)
