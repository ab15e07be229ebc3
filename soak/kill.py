"""The kill test: server, worker and database die at random moments, and nothing is lost or done twice."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from soak import checks, workload
from soak.checks import Evidence
from soak.killing import Killer, plan
from soak.receiver import Receiving, Temper, receiving
from soak.scene import PATIENT, Scene, scene
from soak.submitting import Sent, finish, send
from soak.workload import Piece

CONCURRENCY = 12
SETTLE_SECONDS = 600.0
UNRELIABLE = Temper(refuse=0.04, cut=0.04, slow=0.04, redirect=0.02)


@dataclass
class Run:
    """A kill test under way: the scene, the receiver, what is sent and what came of it."""

    scene: Scene
    receiver: Receiving
    pieces: list[Piece]
    keys: list[str]
    sent: Sent = field(default_factory=Sent)

    def evidence(self) -> Evidence:
        """What is to be judged."""
        detailed = frozenset(piece.identifier for piece in self.pieces[:: len(self.keys)])
        secrets = {**self.scene.full.secrets, **self.scene.plain.secrets}
        return Evidence(
            self.scene.installation, self.pieces, self.sent.answers, detailed, self.receiver.deliveries(), secrets
        )

    def faults(self) -> list[str]:
        """All faults, those of the sending first."""
        return [*self.sent.faults, *checks.judge(self.evidence())]


@contextmanager
def prepared(database: str, *, size: int, seed: int, temper: Temper = UNRELIABLE) -> Iterator[Run]:
    """Make the scene, the receiver and the workload; nothing runs yet."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lightkeeper-receiver-")))
        receiver = stack.enter_context(receiving(folder, temper))
        settings = {**PATIENT, "outbound_allow": receiver.allow, "effort": "quick", "decode_workers": "1"}
        made = stack.enter_context(scene(database, workload.rows(), callback_url=receiver.url, settings=settings))
        keys = [made.full.key, made.plain.key]
        yield Run(made, receiver, list(workload.pieces(size, seed, keys)), keys)


def go(run: Run, *, kills: int, seed: int) -> Killer:
    """Send all while things are killed, wait until all is worked off; faults are the caller's to ask for."""
    killer = Killer(run.scene, plan(len(run.pieces), kills, seed, database=run.scene.cluster is not None), seed)

    def begun(count: int) -> None:
        killer.begun = count

    killer.start()
    asyncio.run(send(run.scene.ports(), run.pieces, run.sent, concurrency=CONCURRENCY, on_begun=begun))
    killer.join()
    settle(run, seconds=SETTLE_SECONDS)
    asyncio.run(finish(run.scene.ports(), run.pieces, run.keys, run.sent))
    settle(run, seconds=SETTLE_SECONDS)
    return killer


def settle(run: Run, *, seconds: float) -> None:
    """Wait until no work waits and all is sealed, or the time is over (the checks then say what is left)."""
    until = time.monotonic() + seconds
    queries = (
        "SELECT COUNT(*) FROM intake_submission WHERE state = 'received'",
        "SELECT COUNT(*) FROM act_callback WHERE state IN ('waiting', 'failed')",
        f"SELECT COUNT(*) FROM runtime_work WHERE state IN ('waiting', 'leased') AND {checks.UNSCHEDULED}",  # noqa: S608
        "SELECT COUNT(*) FROM record_unsealed",
    )
    database = run.scene.installation.database
    while time.monotonic() < until and any(database.number(query) for query in queries):
        time.sleep(0.2)


def run(database: str, *, size: int = 2000, seed: int = 1, kills: int | None = None) -> list[str]:
    """Run it whole on one database and give the faults."""
    begun = time.monotonic()
    with prepared(database, size=size, seed=seed) as test:
        test.scene.start()
        killer = go(test, kills=max(4, size // 33) if kills is None else kills, seed=seed)
        faults = [*killer.orphans, *test.faults(), *checks.nothing_outlives_the_sweep(test.evidence())]
        print(
            f"{database}: {size} submissions, seed {seed}, killed {dict(killer.dealt)},"
            f" {len(test.receiver.deliveries())} deliveries, statuses {dict(sorted(test.sent.statuses.items()))},"
            f" {time.monotonic() - begun:.0f} s: {'FAULTS' if faults else 'whole'}",
            flush=True,
        )
    return [f"{database}: {fault}" for fault in faults]
