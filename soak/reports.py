"""Workers that file reports are killed with -9 before, within and after every request: one report, never two.

The authority is a CyberTipline on loopback that keeps the real one's rules. For each blow it says when a worker dies: a
request was not heard, it was carried out and never answered, or its answer had just left.
"""

from __future__ import annotations

import itertools
import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from lxml import etree

from lightkeeper.act.reports.ncmec.tests.authority_server import PASSWORD, USER, CyberTiplineServer, Opened
from lightkeeper.act.reports.states import SENDING
from lightkeeper.lists.exchanges.tests.servers.serving import Answer, Asked, serving
from soak.scene import Scene, scene

STEPS: Final = ("/submit", "/upload", "/upload", "/fileinfo", "/fileinfo", "/finish")
"""The requests of a report of two files; a second ``/upload`` is another step than the first."""
MOMENTS: Final = ("not heard", "not answered", "answered")
BLOWS: Final = tuple(itertools.product(range(len(STEPS)), MOMENTS))
SETTLE_SECONDS: Final = 60.0
DEATH_SECONDS: Final = 20.0
"""What a death may cost: a worker that begins anew takes seconds, more on a busy machine."""
ROOT: Final = Path(__file__).parents[1]


@dataclass
class Deadly:
    """The authority, which kills whoever asks it: each report's sender once, at the step and moment of its blow."""

    books: CyberTiplineServer
    blows: dict[str, tuple[int, str]]
    dead: threading.Event = field(default_factory=threading.Event)
    dealt: list[tuple[int, str]] = field(default_factory=list)
    bodies: dict[str, bytes] = field(default_factory=dict)
    _asked: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, asked: Asked) -> Answer:
        """Answer as the authority does, or not, while the worker dies."""
        path = asked.path.removeprefix("/ispws")
        with self._lock:
            name = self._name(path, asked)
            moment = self._moment(name, path)
            answer = Answer(cut=0) if moment == "not heard" else self._heard(name, path, asked)
        if moment == "answered":
            threading.Timer(0.002, self.dead.set).start()
        elif moment:
            self.dead.set()
            time.sleep(0.2)  # longer than whoever waits for the answer lives
            return Answer(cut=0)
        return answer

    def _heard(self, name: str, path: str, asked: Asked) -> Answer:
        answer = self.books.answer(asked)
        if path == "/finish" and name and answer.status == 200:
            self.bodies.setdefault(name, answer.body)
        return answer

    def _moment(self, name: str, path: str) -> str:
        """When the sender dies of this request, "" where it lives."""
        place = self._asked.get(name, 0)
        if not name or name not in self.blows or place >= len(STEPS) or STEPS[place] != path:
            return ""
        self._asked[name] = place + 1
        if self.blows[name][0] != place:
            return ""
        self.dealt.append(self.blows[name])
        return self.blows.pop(name)[1]

    def _name(self, path: str, asked: Asked) -> str:
        if path == "/submit":
            return name_in(asked.body)
        known = (
            name_in(opened.document) for number, opened in self.books.reports.items() if number.encode() in asked.body
        )
        return next(known, "")


def name_of(number: int) -> str:
    """What the authority is told of a report, so that its books can be compared with ours."""
    return f"soak report {number}."


def name_in(document: bytes) -> str:
    """What a report said of itself (``name_of``), "" where it said nothing."""
    return etree.fromstring(document).findtext("additionalInfo") or ""


def run(database: str, *, blows: int = 3 * len(BLOWS), seed: int = 1) -> list[str]:
    """File as many reports as there are blows, and give the faults."""
    begun = time.monotonic()
    drawn = random.Random(seed)
    order = drawn.sample(BLOWS, len(BLOWS)) * (blows // len(BLOWS) + 1)
    planned = {name_of(number): blow for number, blow in enumerate(order[:blows])}
    books = CyberTiplineServer()
    deadly = Deadly(books, dict(planned))
    with _scene(database, deadly) as made:
        address = made.installation.settings["ncmec_url"]
        _python(made, f"main({address!r}, {blows})")
        deaths = _die_and_live(made, deadly)
        faults = [*_not_ended(made), *_compared(_ended(made), deadly), *_audited(made)]
    left = sum(not one.finished and not one.retracted for one in books.reports.values())
    print(
        f"{database}: {blows} reports, {len(set(deadly.dealt))} kinds of blows, {deaths} workers killed,"
        f" {len(books.filed)} filed, {left} unfinished ones left to the authority, {time.monotonic() - begun:.0f} s:"
        f" {'FAULTS' if faults else 'whole'}",
        flush=True,
    )
    if len(deadly.dealt) < blows:
        faults.append(f"only {len(deadly.dealt)} of {blows} blows were dealt")
    return [f"{database}: {fault}" for fault in faults]


@contextmanager
def _scene(database: str, deadly: Deadly) -> Iterator[Scene]:
    with serving(deadly) as server:
        settings = {
            "outbound_allow": "127.0.0.1", "ncmec": "test", "ncmec_url": f"{server.address}/ispws", "ncmec_user": USER,
            "ncmec_password": PASSWORD, "report_email": "desk@platform.example",
        }  # fmt: skip
        with scene(database, [], settings=settings) as made:
            yield made


def _python(made: Scene, call: str) -> None:
    made.installation.python(f"import sys; sys.path.insert(0, {str(ROOT)!r}); from soak.reports_made import *; {call}")


def _die_and_live(made: Scene, deadly: Deadly) -> int:
    """Let a worker send, and another one after each death, until no report is on its way; gives the deaths."""
    worker, deaths = made.installation.worker(), 0
    until = time.monotonic() + SETTLE_SECONDS + DEATH_SECONDS * len(deadly.blows)
    worker.start()
    while time.monotonic() < until and (deadly.blows or _on_their_way(made)):
        if not deadly.dead.wait(0.1):
            continue
        worker.kill9()
        deaths += 1
        deadly.dead.clear()
        # The dead keep nothing: what they had is free at once, instead of after half a minute.
        made.installation.database.change("UPDATE runtime_work SET lease_until = due_at WHERE state = 'leased'")
        worker.start()
    worker.stop()
    return deaths


def _on_their_way(made: Scene) -> int:
    states = ", ".join(f"'{state}'" for state in SENDING)
    return made.installation.database.number(f"SELECT COUNT(*) FROM act_report WHERE state IN ({states})")  # noqa: S608


def _not_ended(made: Scene) -> list[str]:
    """Reports that are on their way for ever, and steps without an end."""
    open_steps = made.installation.database.number("SELECT COUNT(*) FROM act_reportstep WHERE ended_at IS NULL")
    found = {"reports are still on their way": _on_their_way(made), "steps have no end": open_steps}
    return [f"{count} {what}" for what, count in found.items() if count]


def _ended(made: Scene) -> list[list[str]]:
    file = made.folder / "ended.json"
    _python(made, f"ended({str(file)!r})")
    rows: list[list[str]] = json.loads(file.read_text())
    return rows


def _compared(rows: list[list[str]], deadly: Deadly) -> list[str]:
    """Our rows beside the authority's books, report by report."""
    faults = []
    for place, (state, number, problem, receipt) in enumerate(rows):
        name = name_of(place)
        filed = [
            key for key, opened in deadly.books.reports.items() if opened.finished and name_in(opened.document) == name
        ]
        if len(filed) > 1:
            faults.append(f"{name} was filed {len(filed)} times")
        elif state == "finished":
            faults += _filed_right(name, number, receipt, filed, deadly)
        elif not problem:
            faults.append(f"{name} is {state} and nothing says why")
    return faults


def _filed_right(name: str, number: str, receipt: str, filed: list[str], deadly: Deadly) -> list[str]:
    if filed != [number]:
        return [f"{name} is called filed as {number}, at the authority it is {filed}"]
    book: Opened = deadly.books.reports[number]
    whole = len(book.contents) == 2 and book.details.keys() == book.contents.keys()
    faults = [] if whole else [f"{name} was filed with {len(book.contents)} files, {len(book.details)} described"]
    if receipt.encode() != deadly.bodies[name] and "5102" not in receipt:  # the finish was heard, its answer never came
        faults.append(f"the receipt of {name} is not what the authority said")
    return faults


def _audited(made: Scene) -> list[str]:
    """The trail tells of every filing once."""
    database = made.installation.database
    filed = database.number("SELECT COUNT(*) FROM act_report WHERE state = 'finished'")
    told = database.number("SELECT COUNT(*) FROM record_auditevent WHERE event = 'act:report:filed'")
    receipts = database.number("SELECT COUNT(*) FROM act_receipt")
    found = {"events of filings": told, "receipts": receipts}
    return [f"{count} {what} of {filed} filed reports" for what, count in found.items() if count != filed]
