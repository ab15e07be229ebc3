"""A million entries, and then a thousand more: how soon two nodes know them, and how long a look-up waits meanwhile.

Also what a snapshot is for: how long a server takes to start that reads every row, and one that reads a snapshot.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from soak import client, material
from soak.client import Link
from soak.load import LOOKUPS
from soak.material import Row
from soak.scene import Scene, scene

SMALLEST: Final = 20_000
"""Entries from which there are snapshots (``lists.snapshots.SMALLEST``)."""

VISIBLE_SECONDS: Final = 5.0
PAUSE_SECONDS: Final = 0.1
QUIET_SECONDS: Final = 10.0
SNAPSHOT_SECONDS: Final = 400.0
CHANGED: Final = 1000


@dataclass
class Asked:
    """The look-ups of one connection: when each was sent and how long it took, seconds; when the news was there."""

    sent: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    known_at: float | None = None

    def longest(self, since: float, until: float) -> float:
        """The longest that one took that was under way between two moments."""
        under_way = (took for sent, took in zip(self.sent, self.took, strict=True) if since <= sent + took <= until)
        return max(under_way, default=0.0)


def run(*, size: int = 1_000_000, changes: int = 3, timed: bool = True) -> list[str]:
    """Run all of it on PostgreSQL and give the faults; how long things take is asked of ``timed`` runs alone."""
    faults = []
    begun = time.monotonic()
    with scene("postgresql", material.random_rows(size)) as made:
        print(f"\npostgresql: {size:,} entries imported in {time.monotonic() - begun:.0f} s", flush=True)
        by_rows = _seconds(lambda: made.start(servers=2, workers=1))
        print(f"  two servers ready after {by_rows:.1f} s, from the rows", flush=True)
        if size >= SMALLEST:
            _compare_start(made)
        for number in range(changes):
            visible, longest, before = asyncio.run(_change(made, number))
            print(
                f"  {CHANGED:,} entries: known to both after {visible:.2f} s; look-ups: longest {1000 * longest:.0f} ms"
                f" (before: {1000 * before:.0f} ms)",
                flush=True,
            )
            if timed and visible > VISIBLE_SECONDS:
                faults.append(f"a delta was known after {visible:.1f} s")
            if timed and longest > PAUSE_SECONDS:
                faults.append(f"a look-up waited for {1000 * longest:.0f} ms ({1000 * before:.0f} before)")
    return [f"delta: {fault}" for fault in faults]


def _compare_start(made: Scene) -> None:
    """Wait for a snapshot, and start one more server from it."""
    _wait_for_snapshot(made)
    extra = made.installation.server(2)
    extra.start()
    print(f"  another one ready after {_seconds(extra.wait):.1f} s, from the snapshot", flush=True)
    extra.kill9()


def _seconds(act: Callable[[], object]) -> float:
    before = time.monotonic()
    act()
    return time.monotonic() - before


def _wait_for_snapshot(made: Scene) -> None:
    until, database = time.monotonic() + SNAPSHOT_SECONDS, made.installation.database
    while not database.number("SELECT COUNT(*) FROM lists_snapshot WHERE complete"):
        if time.monotonic() > until:
            raise TimeoutError("No snapshot was made.")
        time.sleep(0.5)
    size = database.number("SELECT MAX(size) FROM lists_snapshot WHERE complete")
    print(f"  a snapshot of {size / 2**20:.0f} MiB was made", flush=True)


async def _change(made: Scene, number: int) -> tuple[float, float, float]:
    """Import a thousand entries while look-ups go on: seconds until both know them, longest look-up, longest before."""
    rows: list[Row] = [("pdq", secrets.token_hex(32), f"d{number}-{place}") for place in range(CHANGED)]
    asked = [Asked() for _ in made.ports()[:2]]
    stop = asyncio.Event()
    news = _question(made, rows[-1][1])
    asking = [
        asyncio.create_task(_ask(port, made, news, one, stop)) for port, one in zip(made.ports(), asked, strict=False)
    ]
    begun = time.monotonic()
    await asyncio.sleep(QUIET_SECONDS)
    changed = time.monotonic()
    file = material.write_list(made.folder / "delta.csv", rows)
    await asyncio.to_thread(made.installation.run, *made.installation.import_words(file, "soak-delta"))
    there = time.monotonic()
    Path(file).unlink()
    while any(one.known_at is None for one in asked) and time.monotonic() - there < 4 * VISIBLE_SECONDS:
        await asyncio.sleep(0.05)
    await asyncio.sleep(1.0)
    stop.set()
    await asyncio.gather(*asking)
    known = [one.known_at if one.known_at is not None else time.monotonic() for one in asked]
    before = max(one.longest(begun, changed) for one in asked)
    # The command that imports is another process, and takes its part of the processors: what counts is from its end.
    longest = max(one.longest(there - 0.5, time.monotonic()) for one in asked)
    return max(0.0, max(known) - there), longest, before


async def _ask(port: int, made: Scene, news: bytes, asked: Asked, stop: asyncio.Event) -> None:
    link = await Link.to(port)
    other = _question(made, secrets.token_hex(32))
    await link.ask(other)
    while not stop.is_set():
        question = news if asked.known_at is None and len(asked.sent) % 5 == 0 else other
        before = time.monotonic()
        answer = await link.ask(question)
        asked.sent.append(before)
        asked.took.append(time.monotonic() - before)
        if answer.status != 200:
            raise RuntimeError(f"a look-up was answered {answer.status}")
        if question is news and answer.json()["results"][0]["matches"]:
            asked.known_at = time.monotonic()
        await asyncio.sleep(0.005)
    link.close()


def _question(made: Scene, value: str) -> bytes:
    return client.json_request(LOOKUPS, {"hashes": [{"algorithm": "pdq", "value": value}]}, key=made.finder.key)
