"""Plays a scenario through the engine, event by event, as a platform would send it, and says what was found."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lightkeeper.demo.conversations import Scenario, Someone, scenarios
from lightkeeper.detect.conversations import engine
from lightkeeper.detect.conversations.bands import Band
from lightkeeper.detect.conversations.engine import PairFinding, Reading
from lightkeeper.detect.conversations.events import (
    Account,
    Act,
    ActKind,
    AgeBand,
    AgeSource,
    Event,
    MediaKind,
    Message,
    Relation,
    RelationSaid,
)
from lightkeeper.detect.conversations.keys import Key, keys_linked, keys_needed
from lightkeeper.detect.conversations.tests.saying import DAY, MINUTE, NOON, key
from lightkeeper.detect.conversations.thresholds import EngineSettings
from lightkeeper.detect.text.phrase_matcher import SignalReader
from lightkeeper.detect.text.signal_packs import shipped_packs

A, B = key("A"), key("B")
PEOPLE: Final = {"A": A, "B": B}
HEADING: Final = """# Scenarios of conversations

**This is proof of mechanics, not of accuracy.** The conversations were made up for this project by the people who wrote
the rules, in mild words; what is found in them says nothing of how much is found among children, or how often wrongly.
The shipped packs of phrases are taken as if a native speaker had reviewed them, which nobody has.

*Reached* is the number of A's message at which a person is first asked, and by which it must be. A test keeps this
table true (`detect/conversations/tests/test_scenarios.py`).

| Name | Language | Kind | Expected | Reached at message | Signals then |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Played:
    """What was found. ``reached``: the number of A's message, from 1, at which a person was asked; None never.

    ``signals``: those of A to B when the last was found; ``highest``: the highest band of A to B, ``back``: of B to A.
    """

    reached: int | None
    signals: frozenset[str]
    at_first: tuple[str, ...]
    highest: Band
    back: Band


@functools.cache
def reading() -> Reading:
    """The shipped packs as if they had been reviewed; no scorer."""
    return Reading(SignalReader([dataclasses.replace(pack, reviewed_by="tests") for pack in shipped_packs()]))


def play(scenario: Scenario) -> Played:
    """Play a scenario, one event a call."""
    rows: dict[Key, bytes] = {}
    reached: int | None = None
    sent, signals = 0, frozenset[str]()
    at_first: tuple[str, ...] = ()
    highest = back = Band.NONE
    for event in _events(scenario):
        sent += isinstance(event, Message) and event.sender == A and event.recipients == (B,)
        for found in _advance(rows, event):
            if (found.sender, found.recipient) == (B, A):
                back = max(back, found.band, key=lambda band: band.height)
            if (found.sender, found.recipient) != (A, B):
                continue
            highest = max(highest, found.band, key=lambda band: band.height)
            if found.band.height < Band.REVIEW.height:
                continue
            signals |= {reason.signal for reason in found.reasons}
            if reached is None:
                reached, at_first = sent, tuple(dict.fromkeys(reason.signal for reason in found.reasons))
    return Played(reached, signals, at_first, highest, back)


def _advance(rows: dict[Key, bytes], event: Event) -> tuple[PairFinding, ...]:
    names = keys_needed([event])
    given = {name: rows[name] for name in names if name in rows}
    given |= {name: rows[name] for name in keys_linked([event], given) if name in rows}
    came = engine.advance(given, [event], reading=reading(), settings=EngineSettings())
    rows.update(came.states)
    return came.findings


def _events(scenario: Scenario) -> Iterator[Event]:
    """All events in the order of their times."""
    yield from _accounts("A", scenario.a)
    yield from _accounts("B", scenario.b)
    starter = PEOPLE[scenario.initiated_by] if scenario.initiated_by else None
    yield RelationSaid(key("tie"), NOON, A, B, Relation(scenario.relation), scenario.mutual, starter)
    yield from _to_others(scenario)
    talk: list[Event] = [
        Act(key(f"act {place}"), NOON + int(one.at * MINUTE), ActKind(one.kind), PEOPLE[one.who], _other(one.who))
        for place, one in enumerate(scenario.acts)
    ]
    at = float(NOON)
    for place, line in enumerate(scenario.lines):
        at += line.after * MINUTE
        media = MediaKind(line.media)
        who, to, name = PEOPLE[line.who], _other(line.who), key(f"message {place}")
        talk.append(Message(name, key("talk"), who, (to,), int(at), line.text, scenario.language, media))
    yield from sorted(talk, key=lambda event: event.at)


def _accounts(name: str, one: Someone) -> Iterator[Account]:
    created = None if one.days is None else NOON - one.days * DAY
    if one.claimed:
        claim = AgeBand(one.claimed)
        yield Account(key(f"claim {name}"), PEOPLE[name], NOON - 2 * DAY, claim, AgeSource.DECLARED, created)
    band, source = AgeBand(one.age), AgeSource(one.source)
    yield Account(key(f"is {name}"), PEOPLE[name], NOON - DAY, band, source, created, region=one.region)


def _to_others(scenario: Scenario) -> Iterator[Event]:
    for number in range(scenario.others):
        child, at = key(f"other {number}"), NOON - (scenario.others - number) * MINUTE
        yield Account(key(f"is other {number}"), child, NOON - DAY, AgeBand.UNDER_13, AgeSource.DECLARED)
        text = scenario.lines[0].text
        yield Message(key(f"to {number}"), key(f"talk {number}"), A, (child,), at, text, scenario.language)


def _other(who: str) -> bytes:
    return PEOPLE["B" if who == "A" else "A"]


def table() -> str:
    """The page of all scenarios as Markdown."""
    return HEADING + "".join(_row(one, play(one)) for one in scenarios())


def _row(one: Scenario, found: Played) -> str:
    kind = "positive" if one.positive else "hard negative"
    expected = ", ".join(f"`{name}`" for name in one.expected) or "no person is asked"
    reached = f"{found.reached} (by {one.by_message})" if found.reached is not None else "never"
    shown = ", ".join(f"`{name}`" for name in found.at_first)
    return f"| {one.name} | {one.language} | {kind} | {expected} | {reached} | {shown or 'none'} |\n"
