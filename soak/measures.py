"""Numbers about a run: how long answers took, what processors and memory were used, in lines to read."""

from __future__ import annotations

import contextlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Timings:
    """A closed loop's result: seconds of each answer, wall and CPU seconds of the whole, answers by status."""

    latencies: tuple[float, ...]
    wall: float
    client_cpu: float
    statuses: Mapping[int, int]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.wall

    def line(self, items: int = 1) -> str:
        """One line: rate (of items, ``items`` an answer), p50, p90, p99, the client's share, what was not 2xx."""
        odd = {status: count for status, count in sorted(self.statuses.items()) if not 200 <= status < 300}
        p50, p90, p99 = (1000 * percentile(self.latencies, part) for part in (0.50, 0.90, 0.99))
        each = 1000 * self.client_cpu / max(1, len(self.latencies))
        return (
            f"{self.rate * items:9.1f}/s   p50 {p50:7.1f}   p90 {p90:7.1f}   p99 {p99:7.1f} ms"
            f"   client {each:5.2f} ms each{'   NOT 2xx: ' + str(odd) if odd else ''}"
        )


def joined(parts: Sequence[Timings]) -> Timings:
    """The results of loops that ran side by side as one."""
    statuses: Counter[int] = Counter()
    for part in parts:
        statuses.update(part.statuses)
    latencies = tuple(latency for part in parts for latency in part.latencies)
    return Timings(latencies, max(part.wall for part in parts), sum(part.client_cpu for part in parts), statuses)


def percentile(values: Iterable[float], part: float) -> float:
    """The smallest value that at least ``part`` (0..1) of the values do not exceed; 0.0 of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)] if ordered else 0.0


def tree(pid: int) -> list[psutil.Process]:
    """A process and all below it; nothing where it has gone."""
    with contextlib.suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    return []


def cpu_seconds(pid: int) -> float:
    """CPU seconds of a process, of those below it, and of their children that have ended."""
    total = 0.0
    for process in tree(pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def resident(pid: int) -> dict[int, int]:
    """Resident bytes of a process and of each below it, by process id, without what they share with others.

    Each process of PostgreSQL has the shared buffers in its resident size: added up they would seem to grow.
    """
    sizes = {}
    for process in tree(pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            memory = process.memory_info()
            sizes[process.pid] = memory.rss - memory.shared
    return sizes


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The steepness of the straight line through points (x, y) by least squares; 0.0 for fewer than two."""
    if len(points) < 2:
        return 0.0
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0
