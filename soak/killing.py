"""Kills what runs, at moments and in an order that a seed draws, and starts again what was killed."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import psutil

from soak.measures import tree
from soak.scene import Scene
from soak.service import Member

ORPHAN_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Blow:
    """One kill: after how many submissions have begun, how long after that, and what."""

    after: int
    delay: float
    victim: str


def plan(count: int, kills: int, seed: int, *, database: bool) -> list[Blow]:
    """Draw ``kills`` blows over ``count`` submissions: every victim in turn, in random order, at random moments.

    Victims: ``server`` and ``worker`` (all processes of one), ``head`` (only the first process of either), ``part``
    (any single process below it), ``database``, ``everything``.
    """
    drawn = random.Random(f"kills:{seed}")
    victims = ["server", "worker", "head", "part", "everything", *(["database"] if database else [])]
    order: list[str] = []
    while len(order) < kills:
        order += drawn.sample(victims, len(victims))
    # The last blow falls when all has been sent: on what is still being worked off.
    moments = [*sorted(drawn.randrange(1, count) for _ in range(kills - 1)), count]
    return [Blow(moment, drawn.uniform(0, 0.4), victim) for moment, victim in zip(moments, order, strict=False)]


@dataclass
class Killer:
    """Deals the blows in a thread of its own while submissions are sent; ``begun`` is told by the sender."""

    scene: Scene
    blows: list[Blow]
    seed: int
    begun: int = 0
    dealt: Counter[str] = field(default_factory=Counter)
    orphans: list[str] = field(default_factory=list)
    error: BaseException | None = None
    _thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self._drawn = random.Random(f"part:{self.seed}")
        self._thread = threading.Thread(target=self._run, name="killer", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def join(self) -> None:
        """Wait until the last blow has been dealt and all runs again. Raises what went wrong."""
        self._thread.join()
        if self.error is not None:
            raise self.error

    def _run(self) -> None:
        try:
            for blow in self.blows:
                while self.begun < blow.after:
                    time.sleep(0.005)
                time.sleep(blow.delay)
                self._strike(blow.victim)
                self.dealt[blow.victim] += 1
            self._revive()
        except BaseException as error:  # noqa: BLE001  # handed to the thread that waits
            self.error = error

    def _strike(self, victim: str) -> None:
        members = self.scene.installation.members.values()
        if victim == "part":
            self._kill_part(self._drawn.choice(list(members)))
        if victim == "head":
            self._behead(self._drawn.choice(list(members)))
        for member in members:
            if victim == "everything" or member.name.startswith(victim):
                member.kill9()
        if self.scene.cluster and victim in {"everything", "database"}:
            self.scene.cluster.kill9()
            time.sleep(self._drawn.uniform(0, 0.5))
            self.scene.cluster.start()
        self._revive()

    def _kill_part(self, member: Member) -> None:
        """Kill one process below a member, as the system does when memory runs out."""
        below = tree(member.pid)[1:]
        if below:
            with contextlib.suppress(psutil.NoSuchProcess):
                self._drawn.choice(below).kill()

    def _behead(self, member: Member) -> None:
        """Kill the first process of a member; what it started must end by itself."""
        below = tree(member.pid)[1:]
        assert member.process is not None
        member.process.kill()
        member.process.wait()
        _, alive = psutil.wait_procs(below, timeout=ORPHAN_SECONDS)
        for each in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                if each.status() != psutil.STATUS_ZOMBIE:
                    self.orphans.append(f"a process of {member.name} lived on without it: {each.cmdline()[:6]}")
                each.kill()

    def _revive(self) -> None:
        """Start what has died; a member that ended by itself because something below it died counts as well."""
        for member in self.scene.installation.members.values():
            if member.process is not None and member.process.poll() is not None:
                member.kill9()
                member.process = None
            if member.process is None:
                member.start()
        for member in self.scene.installation.members.values():
            if member.port:
                member.wait("/healthz")
