"""Sends a workload as a patient platform does: whatever dies, it asks again with the same id until it has an answer."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from soak import client
from soak.client import Answer, Gone, Link
from soak.workload import PATH, Piece

PATIENCE_SECONDS = 300.0
FINAL = frozenset({200, 201})
LATER = frozenset({0, 429, 500, 502, 503, 504})
"""Answers after which a platform asks again; 0 is none at all. 500 is counted: it should have been another."""


@dataclass
class Sent:
    """What a workload was answered: for each piece the last answer, and how often each status came."""

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    begun: int = 0


class Caller:
    """One connection that comes back: to each server in turn when one is lost."""

    def __init__(self, ports: Sequence[int], place: int, statuses: Counter[int]) -> None:
        self._ports, self._place, self._statuses = ports, place, statuses
        self._link: Link | None = None

    async def ask(self, whole: bytes) -> Answer:
        """Ask until there is an answer that does not say "later". Raises TimeoutError when patience ends."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            answer = await self._once(whole)
            status = answer.status if answer else 0
            self._statuses[status] += 1
            if answer and status not in LATER:
                return answer
            await asyncio.sleep(0.1)
        raise TimeoutError

    async def _once(self, whole: bytes) -> Answer | None:
        try:
            if self._link is None or not self._link.alive:
                self._place += 1
                self._link = await Link.to(self._ports[self._place % len(self._ports)])
            return await self._link.ask(whole, timeout=60)
        except Gone:
            return None

    def close(self) -> None:
        """End the connection."""
        if self._link is not None:
            self._link.close()


async def send(
    ports: Sequence[int], pieces: Sequence[Piece], sent: Sent, *, concurrency: int, on_begun: Callable[[int], None]
) -> None:
    """Send every piece, ``concurrency`` at a time; ``on_begun`` hears how many have been begun."""
    waiting = iter(pieces)

    async def one(place: int) -> None:
        caller = Caller(ports, place, sent.statuses)
        for piece in waiting:
            sent.begun += 1
            on_begun(sent.begun)
            await _piece(caller, piece, sent)
        caller.close()

    await asyncio.gather(*(one(place) for place in range(concurrency)))


async def _piece(caller: Caller, piece: Piece, sent: Sent) -> None:
    for _ in range(2 if piece.again else 1):
        try:
            answer = await caller.ask(piece.whole)
        except TimeoutError:
            sent.faults.append(f"{piece.identifier}: no answer within {PATIENCE_SECONDS:.0f} s")
            return
        if answer.status not in {*FINAL, 202}:
            sent.faults.append(f"{piece.identifier} ({piece.kind}): {answer.status} {answer.body[:300]!r}")
            return
        sent.answers[piece.identifier] = answer.json()


async def finish(ports: Sequence[int], pieces: Sequence[Piece], keys: Sequence[str], sent: Sent) -> None:
    """Ask how each piece stands now, with the key that sent it."""
    caller = Caller(ports, 0, sent.statuses)
    for number, piece in enumerate(pieces):
        question = client.request("GET", f"{PATH}/{piece.identifier}", key=keys[number % len(keys)])
        answer = await caller.ask(question)
        if answer.status == 200:
            sent.answers[piece.identifier] = answer.json()
        else:
            sent.faults.append(f"{piece.identifier} ({piece.kind}): status {answer.status} {answer.body[:300]!r}")
    caller.close()
