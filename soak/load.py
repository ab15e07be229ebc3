"""The load bars: durable picture submissions and look-ups a second, clients on the same two cores.

Beside each figure stands HMA's (`docs/measurements.md`): 62 images and 148 look-ups a second, storing nothing.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from soak import client, material
from soak.client import MARK, Plan, Template, closed_loop
from soak.measures import Timings, cpu_seconds
from soak.scene import Scene, scene

SUBMISSIONS = "/api/v1/submissions"
LOOKUPS = "/api/v1/lookups"
BATCH = 100
WARM_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One thing that is measured: its name, what makes its requests, items in each, the bar and HMA's figure."""

    name: str
    templates: Callable[[Scene], list[Template]]
    items: int
    least: float
    peer: float | None
    concurrency: int
    effort: str = "standard"


def pictures(made: Scene) -> list[Template]:
    """Submissions of pictures that wait for their answer; each has other bytes."""
    chosen, _ = material.photographs()
    path = f"{SUBMISSIONS}?wait=true"
    metadata = {"id": f"load-{MARK}", "kind": "picture", "uploader": f"uploader-{MARK}"}
    return [
        Template.cut(client.upload_request(path, metadata, {"content": material.stamped(each)}, key=made.full.key))
        for each in chosen
    ]


def hashes(made: Scene, count: int) -> list[Template]:
    """Look-ups of ``count`` random PDQ values."""
    drawn = random.Random(count)
    questions = []
    for _ in range(500 if count == 1 else 20):
        values = [drawn.randbytes(32).hex() for _ in range(count)]
        values[0] = values[0][: -len(MARK)] + MARK
        body = {"hashes": [{"algorithm": "pdq", "value": value} for value in values]}
        questions.append(Template.cut(client.json_request(LOOKUPS, body, key=made.finder.key)))
    return questions


def single_lookups(made: Scene) -> list[Template]:
    """Look-ups of one hash."""
    return hashes(made, 1)


def batch_lookups(made: Scene) -> list[Template]:
    """Look-ups of 100 hashes."""
    return hashes(made, BATCH)


def batch_urls(made: Scene) -> list[Template]:
    """Submissions of 100 addresses at once, each stored."""
    items = [
        {"id": f"batch-{MARK}-{number}", "kind": "url", "url": f"https://other.example/{MARK}/{number}"}
        for number in range(BATCH)
    ]
    path = f"{SUBMISSIONS}/batch?wait=true"
    return [Template.cut(client.json_request(path, items, key=made.full.key))]


BARS = (
    Bar("pictures, wait=true, standard", pictures, 1, 62, 62.1, 48),
    Bar("pictures, wait=true, quick", pictures, 1, 100, 62.1, 64, "quick"),
    Bar("lookup, one hash", single_lookups, 1, 740, 147.9, 16),
    Bar("lookup, 100 hashes", batch_lookups, BATCH, 2000, None, 4),
    Bar("submissions, 100 addresses", batch_urls, BATCH, 2000, None, 16),
)


def measure(made: Scene, bar: Bar, seconds: float, *, first: int = 0) -> tuple[Timings, Mapping[str, float]]:
    """Warm up, then measure one bar; the CPU seconds of each member (and the database) beside it."""
    templates = bar.templates(made)
    ports = made.ports()
    closed_loop(ports, templates, Plan(bar.concurrency, min(WARM_SECONDS, seconds), first=first + 10**11))
    pids = {member.name: member.pid for member in made.installation.members.values()}
    if made.cluster and made.cluster.process:
        pids["database"] = made.cluster.process.pid
    before = {name: cpu_seconds(pid) for name, pid in pids.items()}
    timings = closed_loop(ports, templates, Plan(bar.concurrency, seconds, first=first))
    return timings, {name: cpu_seconds(pid) - before[name] for name, pid in pids.items()}


@contextmanager
def prepared(database: str, entries: int, settings: Mapping[str, str]) -> Iterator[Scene]:
    """An installation with ``entries`` entries: PDQ, and a tenth as many digests and addresses."""
    rows = material.random_rows(entries)
    rows += material.random_rows(entries // 10, algorithm="sha256")
    rows += [("url", f"https://listed.example/{number}", f"url-{number}") for number in range(entries // 10)]
    with scene(database, rows, settings=settings) as made:
        yield made


def run(database: str, *, entries: int = 100_000, seconds: float = 20.0, **settings: str) -> list[str]:
    """Measure all bars on one database and print them; the bars that were missed."""
    missed = []
    print(f"\n{database}, {entries:,} entries, {material.photographs()[1]}, {seconds:.0f} s each")
    for effort in ("standard", "quick"):
        with prepared(database, entries, {"effort": effort, **settings}) as made:
            made.start()
            for number, bar in enumerate(each for each in BARS if each.effort == effort):
                timings, used = measure(made, bar, seconds, first=number * 10**9)
                peer = f"{bar.peer:7.1f}" if bar.peer else "      -"
                print(f"{bar.name:32} bar {bar.least:6.0f}  HMA {peer}  {timings.line(bar.items)}")
                used = {**used, "client": timings.client_cpu}
                shares = ", ".join(f"{name} {value / timings.wall:.2f}" for name, value in used.items())
                items = max(1, len(timings.latencies) * bar.items)
                each = 1000 * sum(used.values()) / items
                print(f"{'':32} cores: {shares}; {each:.2f} CPU ms an item: {2000 / each:.0f}/s if two cores were free")
                if timings.rate * bar.items < bar.least or set(timings.statuses) - {200, 201}:
                    missed.append(f"{database}: {bar.name}: {timings.line(bar.items)}")
    return missed
