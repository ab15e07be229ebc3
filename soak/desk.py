"""One simulated reviewer: takes the next case, thinks, grades it by the page's own form, and now and then does more."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import defaultdict
from dataclasses import dataclass, field
from html import unescape
from typing import Final
from urllib.parse import quote_plus, urlencode, urlsplit

from soak.client import Answer, Gone, Link

COOKIE: Final = "lightkeeper"
CSRF: Final = "a" * 32
"""A browser may choose its own secret: what counts is that form and cookie agree."""
FORM: Final = re.compile(r'<form class="grade-form"[^>]*action="([^"]+)".*?</form>', re.DOTALL)
HIDDEN: Final = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
CHOICE: Final = re.compile(r'<input type="radio" name="([^"]+)" value="([^"]*)"')
UNDO: Final = re.compile(r'action="(/cases/[^"]+/undo/)"')
OUTCOMES: Final = ("not_illegal", "not_illegal", "not_illegal", "not_illegal", "confirmed_tos_only")
"""Two reviewers who draw from these disagree now and then, as people do."""


@dataclass
class Log:
    """What all reviewers did: seconds of each answer by kind of page, and what should not have happened."""

    latencies: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)
    graded: int = 0
    idle: int = 0


@dataclass
class Desk:
    """A reviewer with a session of their own."""

    port: int
    session: str
    think: float
    log: Log
    drawn: random.Random
    pause: float = 0.0
    """Seconds between a grade and the next case; a grade that is followed at once is the strict reading."""
    link: Link | None = None

    async def come_in(self) -> None:
        """Open the queue, which is not measured: processes that just began read their code and tables first."""
        await self._ask("", "GET", "/cases/")
        self.log.latencies.pop("", None)

    async def work(self, until: float) -> None:
        """Review until it is time to stop; what is held then is given back."""
        await asyncio.sleep(self.drawn.random() * self.think)  # nobody begins at the same moment
        while time.monotonic() < until:
            await self._once()
            await asyncio.sleep(self.pause)
        await self._ask("give back", "POST", "/cases/give-back/")
        if self.link is not None:
            self.link.close()

    async def _once(self) -> None:
        taken = await self._ask("next", "POST", "/cases/next/")
        place = urlsplit(taken.headers.get("location", "")).path
        if place in {"", "/cases/"}:
            self.log.idle += 1
            await asyncio.sleep(self.think)
            await self._ask("queue", "GET", "/cases/")
            return
        page = await self._ask("case", "GET", place)
        await asyncio.sleep(self.think)
        await self._ask("beat", "POST", f"{place}beat/")
        if self.drawn.random() < 0.03:
            await self._ask(*self.drawn.choice(_OTHERWISE))
        else:
            await self._grade(page)

    async def _grade(self, page: Answer) -> None:
        form = FORM.search(page.body.decode())
        if form is None:
            self.log.faults.append("a page of a case that was taken has no form")
            await self._ask("give back", "POST", "/cases/give-back/")
            return
        fields = {name: unescape(value) for name, value in HIDDEN.findall(form.group())}
        offered = defaultdict(list)
        for name, value in CHOICE.findall(form.group()):
            offered[name].append(value)
        outcome = self.drawn.choice(OUTCOMES)
        if outcome not in offered["outcome"]:
            self.log.faults.append("the form does not ask for an outcome")
        fields |= {"outcome": outcome, "confidence": "sure", "proposed": offered["proposed"][0]}
        graded = await self._ask("grade", "POST", form[1], fields)
        if graded.status != 302:
            self.log.faults.append(f"a grade was refused: {graded.status}")
            return
        self.log.graded += 1
        queue = await self._ask("queue", "GET", graded.headers["location"])  # a browser follows
        undo = UNDO.search(queue.body.decode())
        if undo and self.drawn.random() < 0.03:
            undone = await self._ask("undo", "POST", undo[1])
            await self._ask("case", "GET", undone.headers.get("location", "/cases/"))

    async def _ask(self, kind: str, method: str, path: str, fields: dict[str, str] | None = None) -> Answer:
        body = urlencode(fields or {}, quote_via=quote_plus).encode()
        head = [
            f"{method} {path} HTTP/1.1", "Host: localhost", f"Cookie: {COOKIE}={self.session}; {COOKIE}-csrf={CSRF}",
            f"X-CSRFToken: {CSRF}", f"Content-Length: {len(body)}", "Content-Type: application/x-www-form-urlencoded",
        ]  # fmt: skip
        before = time.perf_counter()
        answer = await self._send("\r\n".join([*head, "", ""]).encode() + body)
        self.log.latencies[kind].append(time.perf_counter() - before)
        if answer.status not in {200, 204, 302}:
            self.log.faults.append(f"{kind}: {answer.status}")
        elif "/sign-in/" in answer.headers.get("location", "") or "/login" in answer.headers.get("location", ""):
            self.log.faults.append(f"{kind}: not signed in")
        return answer

    async def _send(self, whole: bytes) -> Answer:
        for _ in range(3):
            if self.link is None or not self.link.alive:
                self.link = await Link.to(self.port)
            try:
                return await self.link.ask(whole)
            except Gone:
                self.link = None
        return Answer(0, {}, b"")


_OTHERWISE: Final = (
    ("give back", "POST", "/cases/give-back/"), ("pause", "POST", "/cases/pause/"),
    ("hand over", "POST", "/cases/hand-over/"),
)  # fmt: skip
