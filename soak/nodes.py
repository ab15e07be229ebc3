"""Two servers and two workers on one PostgreSQL: no work is done twice, a list change reaches all within 5 seconds."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter

from soak import checks, client, kill, material
from soak.checks import Evidence
from soak.client import Link
from soak.database import Database
from soak.load import LOOKUPS
from soak.receiver import Temper
from soak.scene import Scene
from soak.submitting import finish, send
from soak.workload import PATH

REACH_SECONDS = 5.0
FIRST_FRESH = 5000
ROUND = 16


def run(*, size: int = 1000, seed: int = 1, changes: int = 5, timed: bool = True) -> list[str]:
    """Run both parts and give the faults; how soon a change must reach all is asked of ``timed`` runs alone."""
    with kill.prepared("postgresql", size=size, seed=seed, temper=Temper()) as test:
        test.scene.start(servers=2, workers=2)
        begun = time.monotonic()
        ports = test.scene.ports()
        with Leases(test.scene.installation.database) as leases:
            asyncio.run(send(ports, test.pieces, test.sent, concurrency=16, on_begun=lambda _: None))
            kill.settle(test, seconds=120)
        asyncio.run(finish(ports, test.pieces, test.keys, test.sent))
        wall = time.monotonic() - begun
        evidence = test.evidence()
        faults = [*test.sent.faults, *checks.judge(evidence), *done_once(evidence)]
        print(
            f"postgresql: 2 servers, 2 workers, {size} submissions in {wall:.1f} s, statuses {dict(test.sent.statuses)}"
        )
        print(f"  seen with leases: {len(leases.seen)} of 2 workers")
        if len(leases.seen) < 2:
            faults.append("only one worker was ever seen at work")
        slowest = max(reach(test.scene, number) for number in range(changes))
        print(
            f"  a list change reached both servers and both workers after {slowest:.2f} s at most ({changes} changes)"
        )
        if timed and slowest > REACH_SECONDS:
            faults.append(f"a list change took {slowest:.1f} s")
    return [f"nodes: {fault}" for fault in faults]


def done_once(evidence: Evidence) -> list[str]:
    """Without kills every work row is done at its first attempt, and every callback is delivered once."""
    query = "SELECT kind, COUNT(*) AS many FROM runtime_work WHERE attempts > 1 GROUP BY kind"
    faults = [f"{row['many']} rows of {row['kind']} were tried again" for row in evidence.database.rows(query)]
    many = len(evidence.deliveries)
    return faults if many == len(evidence.pieces) else [*faults, f"{many} deliveries for {len(evidence.pieces)} acts"]


class Leases:
    """Notes which workers hold leases while they work: rows that are done no longer say who did them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="leases", daemon=True)
        self.seen: Counter[str] = Counter()

    def __enter__(self) -> Leases:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(0.02):
            rows = self._database.rows("SELECT DISTINCT leased_by FROM runtime_work WHERE state = 'leased'")
            self.seen.update({row["leased_by"].partition("#")[0] for row in rows})


def reach(made: Scene, number: int) -> float:
    """Import a list; the seconds from the end of the import until every server and worker knows it."""
    picture = material.jpeg(FIRST_FRESH + number)
    rows = [("pdq", material.pdq_hex(picture), f"fresh-{number}")]
    file = material.write_list(made.folder / "fresh.csv", rows)
    made.installation.run(*made.installation.import_words(file, f"fresh-{number}"))
    begun = time.monotonic()
    file.unlink()
    return asyncio.run(_reach(made, picture, rows[0][1], number, begun))


async def _reach(made: Scene, picture: bytes, value: str, number: int, begun: float) -> float:
    question = client.json_request(LOOKUPS, {"hashes": [{"algorithm": "pdq", "value": value}]}, key=made.finder.key)
    for port in made.ports():
        link = await Link.to(port)
        while not (await link.ask(question)).json()["results"][0]["matches"]:
            if time.monotonic() - begun > 4 * REACH_SECONDS:
                return time.monotonic() - begun
            await asyncio.sleep(0.05)
        link.close()
    known = time.monotonic() - begun
    return max(known, await _workers_know(made, picture, number, begun))


async def _workers_know(made: Scene, picture: bytes, number: int, begun: float) -> float:
    """Leave listed pictures to the workers until all of a round are found; when the last round that missed was sent.

    A round is more than one worker takes at once, so both search it.
    """
    link = await Link.to(made.ports()[0])
    last = 0.0
    for attempt in range(20):
        sent = time.monotonic() - begun
        names = [f"fresh-{number}-{attempt}-{place}" for place in range(ROUND)]
        for place, identifier in enumerate(names):
            content = material.stamped(picture, f"{number:04d}{attempt:06d}{place:06d}")
            body = {"id": identifier, "kind": "picture"}
            await link.ask(client.upload_request(f"{PATH}?wait=false", body, {"content": content}, key=made.full.key))
        outcomes = {await _outcome(link, identifier, made.full.key) for identifier in names}
        if outcomes == {"match"}:
            break
        last = sent
    link.close()
    return last


async def _outcome(link: Link, identifier: str, key: str) -> str:
    question = client.request("GET", f"{PATH}/{identifier}", key=key)
    while (answer := await link.ask(question)).json()["outcome"] is None:
        await asyncio.sleep(0.02)
    return str(answer.json()["outcome"])
