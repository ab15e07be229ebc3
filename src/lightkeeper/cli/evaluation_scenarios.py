"""The made-up conversations that come with Lightkeeper, as labelled ones, with what is known of their two people."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Final

from lightkeeper.demo.conversations import PLACE, Scenario, Someone, scenarios
from lightkeeper.detect.conversations.evaluation.playing import PERSON, Context, Names
from lightkeeper.detect.conversations.evaluation.streams import MINUTE, Labelled, Turn
from lightkeeper.detect.conversations.events import (
    Account,
    Act,
    ActKind,
    AgeBand,
    AgeSource,
    Event,
    Message,
    Relation,
    RelationSaid,
)

BEGIN: Final = 1_760_000_000_000
"""Milliseconds: an ordinary day in October 2025."""
DAY: Final = 1440 * MINUTE


def labelled() -> Iterator[Labelled]:
    """All of them. A is looked at, B is the other side."""
    for one in scenarios():
        at, turns = float(BEGIN), []
        for line in one.lines:
            at += line.after * MINUTE
            text = None if line.text is None else line.text.replace(PLACE, "Robin")
            turns.append(Turn(line.who, int(at), text, line.media))
        sides = (frozenset("A"), frozenset("B")) if one.positive else (frozenset[str](), frozenset[str]())
        groups = (f"language: {one.language}",)
        yield Labelled(
            one.name,
            "scenarios",
            tuple(turns),
            one.positive,
            *sides,
            None,
            groups,
            one.language,
            silent=frozenset("AB"),
        )


def context(*, ages: bool) -> Context:
    """What is known beside the messages; without ``ages`` nobody's age is."""
    known = {one.name: one for one in scenarios()}

    def events(conversation: Labelled, key: Names) -> Sequence[Event]:
        made = sorted(_events(known[conversation.id], key), key=lambda event: event.at)
        return made if ages else [_ageless(event) for event in made]

    return events


def _ageless(event: Event) -> Event:
    if not isinstance(event, Account):
        return event
    return dataclasses.replace(event, age_band=AgeBand.UNKNOWN, age_source=AgeSource.UNKNOWN)


def _events(one: Scenario, key: Names) -> Iterator[Event]:
    people = {who: key(PERSON + who) for who in "AB"}
    yield from _account(one.a, "A", people, key)
    yield from _account(one.b, "B", people, key)
    starter = people[one.initiated_by] if one.initiated_by else None
    yield RelationSaid(key("tie"), BEGIN, people["A"], people["B"], Relation(one.relation), one.mutual, starter)
    for number in range(one.others):
        child, at = key(f"{PERSON}other {number}"), BEGIN - (one.others - number) * MINUTE
        yield Account(key(f"is other {number}"), child, BEGIN - DAY, AgeBand.UNDER_13, AgeSource.DECLARED)
        text = one.lines[0].text
        yield Message(key(f"to {number}"), key(f"talk {number}"), people["A"], (child,), at, text, one.language)
    for number, deed in enumerate(one.acts):
        other = people["B" if deed.who == "A" else "A"]
        at = BEGIN + int(deed.at * MINUTE)
        yield Act(key(f"act {number}"), at, ActKind(deed.kind), people[deed.who], other)


def _account(one: Someone, who: str, people: dict[str, bytes], key: Names) -> Iterator[Account]:
    created = None if one.days is None else BEGIN - one.days * DAY
    if one.claimed:
        claim = AgeBand(one.claimed)
        yield Account(key(f"claim {who}"), people[who], BEGIN - 2 * DAY, claim, AgeSource.DECLARED, created)
    band, source = AgeBand(one.age), AgeSource(one.source)
    yield Account(key(f"is {who}"), people[who], BEGIN - DAY, band, source, created, region=one.region)
