"""The same events give the same bytes, whatever their order and however they are cut into batches."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lightkeeper.detect.conversations.events import Account, Act, ActKind, AgeBand, AgeSource, Event, Message
from lightkeeper.detect.conversations.packing import ROW_BYTES
from lightkeeper.detect.conversations.tests.saying import (
    ALEX,
    BO,
    DAY,
    MINUTE,
    NOON,
    PEOPLE,
    changed,
    key,
    message,
    rows_after,
)

pytestmark = pytest.mark.usefixtures("unjudged")
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

TEXTS = st.sampled_from(["hello", "secret", "are you alone", "camera", "one", "two", "stop", None])
PAIRS = st.sampled_from(list(itertools.permutations(PEOPLE, 2)))


@st.composite
def talks(draw: st.DrawFn, size: int = 40, within: int = DAY) -> list[Event]:
    """Messages, edits, deletions, acts and accounts of three people."""
    said: list[Event] = []
    for number in range(draw(st.integers(1, size))):
        (sender, to), at = draw(PAIRS), draw(st.integers(0, within))
        kind = draw(st.sampled_from(["say"] * 7 + ["act", "account", "delete", "edit"]))
        first = message(f"m{number}", at, draw(TEXTS), sender=sender, to=to)
        if kind == "act":
            said.append(Act(key(f"a{number}"), NOON + at, draw(st.sampled_from(list(ActKind))), sender, to))
        elif kind == "account":
            age = draw(st.sampled_from(list(AgeBand)))
            said.append(Account(key(f"p{number}"), sender, NOON + at, age, AgeSource.DECLARED))
        else:
            said.append(first)
        if kind == "delete":
            said.append(changed(first, deleted=True, text=None))
        if kind == "edit":
            said.append(changed(first, edited=True, text=draw(TEXTS), at=first.at + draw(st.integers(0, 5_000))))
    return said


@quick
@given(talks(), st.randoms(use_true_random=False))
def test_order_and_batches_do_not_matter(events: list[Event], chance: random.Random) -> None:
    shuffled = chance.sample(events, len(events))
    expected = rows_after([events])
    assert rows_after([shuffled]) == expected
    assert rows_after([[event] for event in shuffled]) == expected
    cut = chance.randrange(len(events) + 1)
    assert rows_after([shuffled[:cut], shuffled[cut:]]) == expected


def test_the_first_words_are_known_whichever_of_a_message_and_its_edit_comes_first() -> None:
    first = message("1", 0, "hello to you there")
    edit = changed(first, edited=True, text="camera")
    assert rows_after([[first, edit]]) == rows_after([[edit, first]]) == rows_after([[edit], [first]])


@quick
@given(talks(), st.randoms(use_true_random=False))
def test_what_comes_twice_counts_once(events: list[Event], chance: random.Random) -> None:
    twice = events + chance.sample(events, len(events) // 2)
    acts = [event for event in events if isinstance(event, Act)]
    if len(acts) <= 6:
        assert rows_after([twice]) == rows_after([events]) == rows_after([[event] for event in twice])


@quick
@given(st.integers(0, 2**32))
def test_hundreds_of_messages_of_a_day_may_come_in_any_order(seed: int) -> None:
    chance = random.Random(seed)
    words = ["hello"] * 20 + ["secret", "alone", "camera gift"]
    events = [message(str(n), chance.randrange(DAY), chance.choice(words)) for n in range(300)]
    expected = rows_after([events])
    chance.shuffle(events)
    assert rows_after([events[:100], events[100:150], *([one] for one in events[150:])]) == expected


def test_fifty_messages_of_months_may_come_in_any_order() -> None:
    events = [message(str(n), n * 2 * DAY, "secret" if n % 9 == 0 else "hello") for n in range(50)]
    expected = rows_after([events])
    for seed in range(5):
        shuffled = random.Random(seed).sample(events, 50)
        assert rows_after([[event] for event in shuffled]) == expected


def test_no_row_is_longer_than_2048_bytes_whatever_is_sent() -> None:
    events: list[Event] = []
    kinds = list(ActKind)
    for n in range(200):
        text = ["secret alone camera gift stop", "one", "two"][n % 3]
        events.append(message(f"to {n}", n * MINUTE // 2, text, surface="s" * 60))
        events.append(message(f"day {n}", n * DAY, text))
        events.append(message(f"of {n}", n * MINUTE, "hello there you", sender=key(f"p{n}")))
        events.append(message(f"by {n}", n * MINUTE, "hello there you", to=key(f"p{n}")))
        events.append(Act(key(f"act {n}"), NOON + n, kinds[n % len(kinds)], ALEX, BO))
    rows = rows_after([events[:500], events[500:]])
    assert max(map(len, rows.values())) <= ROW_BYTES
    assert max(map(len, rows.values())) > 1800  # the worst was tried


def test_replay_gives_the_same_bytes() -> None:
    chance = random.Random(3)
    events = [
        message(str(n), n * MINUTE, chance.choice(["hello", "secret", "one", "two"]), sender=one, to=other)
        for n in range(400)
        for one, other in [chance.sample(PEOPLE, 2)]
    ]
    batches = [events[at : at + 7] for at in range(0, 400, 7)]
    assert rows_after(batches) == rows_after(batches)


def test_a_message_to_several_goes_to_the_row_of_each() -> None:
    both = Message(key("m"), key("talk"), ALEX, (PEOPLE[1], PEOPLE[2], PEOPLE[1], ALEX), NOON, "hello")
    rows = rows_after([[both]])
    assert {name.id for name in rows if name.kind == "pair"} == {ALEX + PEOPLE[1], ALEX + PEOPLE[2]}
