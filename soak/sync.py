"""A list of many entries is fetched: timed once without disturbance, then while its worker is killed at random."""

from __future__ import annotations

import contextlib
import json
import random
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from soak import hash_sharing
from soak.postgres import cluster
from soak.service import Installation

LIST = "soak-fetched"
BAR_SECONDS = 600.0
"""For a million entries, on two cores."""

FULL = 1_000_000
PATIENCE = 1800.0


@contextlib.contextmanager
def prepared(database: str, size: int) -> Iterator[tuple[Installation, str]]:
    """An installation with a list that is fetched from a server with so many entries; nothing runs yet."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lightkeeper-sync-")))
        below = stack.enter_context(cluster(fast=False)) if database == "postgresql" else None
        address = stack.enter_context(hash_sharing.sharing(size))
        made = Installation(folder, below.url if below else "", {"outbound_allow": "127.0.0.1"})
        stack.callback(made.kill9)
        credentials = folder / "credentials.json"
        credentials.write_text(json.dumps(hash_sharing.CREDENTIALS))
        made.run_all(
            [
                ["init", "--hash-only"], ["lists", "create", LIST, "--status", "vetted"],
                ["lists", "source", LIST, "ncmec", "--option", f"address={address}", "--every", "5"],
                ["lists", "credentials", LIST, "--file", str(credentials)],
            ]
        )  # fmt: skip
        yield made, address


def entries(made: Installation) -> int:
    """How many entries are searched for."""
    return made.database.number("SELECT COUNT(*) FROM lists_entry WHERE state = 'active'")


def complete(made: Installation) -> bool:
    """Whether a sync has come to its end."""
    return bool(made.database.number("SELECT COUNT(*) FROM lists_exchange WHERE complete_at IS NOT NULL"))


def settle(made: Installation) -> None:
    """Wait until a sync has ended, or the time is over."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and not complete(made):
        time.sleep(0.1)


def faults(made: Installation, size: int) -> list[str]:
    """What is other than at the server."""
    found = []
    queries = {
        "entries": "SELECT COUNT(*) FROM lists_entry WHERE state = 'active'",
        "values": "SELECT COUNT(DISTINCT value_index) FROM lists_entry",
        "records": "SELECT COUNT(DISTINCT record_index) FROM lists_entry",
        "entries added by all syncs": "SELECT SUM(added) FROM lists_syncrun",
    }
    for name, query in queries.items():
        if (count := made.database.number(query)) != size:
            found.append(f"{count} {name} of {size}")
    rows = made.database.rows("SELECT outcome, problem, set_aside FROM lists_syncrun ORDER BY id")
    found += [f"a sync ended as {row['outcome']}: {row['problem']}" for row in rows if row["outcome"] == "failed"]
    found += [f"{row['set_aside']} records were set aside" for row in rows if row["set_aside"]]
    if "Traceback" in made.logs():
        found.append("a process logged a fault of ours")
    return found


def timed(database: str, size: int) -> list[str]:
    """Fetch all without disturbance, then a thousand more; the time of the first is the bar."""
    with prepared(database, size) as (made, address):
        worker = made.worker()
        worker.start()
        begun = time.monotonic()
        settle(made)
        took = time.monotonic() - begun
        found = faults(made, size)
        print(f"{database}: {size} entries fetched in {took:.0f} s, {size / took:.0f} a second", flush=True)
        if took > BAR_SECONDS * size / FULL + 30:
            found.append(f"{size} entries took {took:.0f} s")
        with urllib.request.urlopen(f"{address}/grow?by=1000", timeout=10):  # noqa: S310  # loopback
            begun = time.monotonic()
        made.run("lists", "sync", LIST)
        print(f"  a thousand more in {time.monotonic() - begun:.1f} s with the start of the command", flush=True)
        return found + faults(made, size + 1000)


def killed(database: str, size: int, *, kills: int, seed: int) -> list[str]:
    """Fetch all while the worker is killed again and again, anywhere in between."""
    drawn = random.Random(seed)
    with prepared(database, size) as (made, _):
        worker = made.worker()
        worker.start()
        dealt = 0
        for number in range(1, kills + 1):
            wanted = size * number // (kills + 1)
            until = time.monotonic() + PATIENCE
            while entries(made) < wanted and not complete(made) and time.monotonic() < until:
                time.sleep(0.02)
            time.sleep(drawn.uniform(0, 0.3))
            dealt += not complete(made)
            worker.kill9()
            worker.start()
        settle(made)
        interrupted = made.database.number("SELECT COUNT(*) FROM lists_syncrun WHERE outcome = 'interrupted'")
        found = faults(made, size)
        print(f"{database}: {size} entries, killed {dealt} times, {interrupted} syncs interrupted: {found or 'whole'}")
        return found


def killed_commands(database: str, size: int, *, kills: int, seed: int) -> list[str]:
    """The same with the command that fetches in place of a worker: no lease has to run out before it is gone on."""
    drawn = random.Random(seed)
    with prepared(database, size) as (made, _):
        dealt = 0
        for number in range(1, kills + 1):
            command = made.command("lists", "sync", LIST)
            command.start()
            wanted, until = size * number // (kills + 2), time.monotonic() + PATIENCE
            while entries(made) < wanted and not complete(made) and time.monotonic() < until:
                time.sleep(0.005)
            time.sleep(drawn.uniform(0, 0.05))
            dealt += not complete(made)
            command.kill9()
        made.run("lists", "sync", LIST)
        print(f"{database}: {size} entries, the command killed {dealt} times")
        return [*faults(made, size), *([] if dealt else ["nothing was killed"])]


def run(database: str, *, size: int = FULL, seed: int = 1, kills: int = 8) -> list[str]:
    """Run both parts on one database and give the faults."""
    found = [*timed(database, size), *killed(database, max(20_000, size // 10), kills=kills, seed=seed)]
    return [f"{database}: sync: {fault}" for fault in found]
