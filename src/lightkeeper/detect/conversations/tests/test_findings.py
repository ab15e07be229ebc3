"""What is found of a pair in the end is the same in any order; here by a judgement that counts asked secrets."""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from lightkeeper.detect.conversations import engine
from lightkeeper.detect.conversations.engine import PairFinding, Reading
from lightkeeper.detect.conversations.events import Account, Act, ActKind, AgeBand, Event
from lightkeeper.detect.conversations.tests.saying import (
    ALEX,
    BO,
    CAT,
    DAY,
    HOUR,
    NOON,
    PlainReader,
    Rows,
    changed,
    key,
    message,
    take,
)

CHILD = Account(key("child"), BO, NOON, AgeBand.FROM_13)
GROWN = Account(key("grown"), ALEX, NOON, AgeBand.ADULT)


def _assess(view: Any, settings: Any) -> Any:
    trace = view.traces.get("secrecy_request")
    score = float(trace.count) if trace else 0.0
    return SimpleNamespace(
        score=score, quiet=score < 2, reasons=trace.evidence if trace else (), peers=False, fast=False
    )


def _step(before: Any, assessment: Any, settings: Any) -> Any:
    over = before.over + 1 if assessment.score >= 2 else 0
    return SimpleNamespace(over=over, band="review" if over >= 3 else "watch" if over else "none")


@pytest.fixture(autouse=True)
def _counting(monkeypatch: pytest.MonkeyPatch) -> None:
    start = SimpleNamespace(over=0, band="none")
    place = "lightkeeper.detect.conversations"
    monkeypatch.setitem(sys.modules, f"{place}.assessing", SimpleNamespace(assess=_assess))
    monkeypatch.setitem(sys.modules, f"{place}.bands", SimpleNamespace(START=start, step=_step))


def last_findings(batches: Sequence[Sequence[Event]]) -> dict[tuple[bytes, bytes], Any]:
    """The last that was said of each pair; ``previous`` is of the way there."""
    rows: Rows = {}
    said: dict[tuple[bytes, bytes], Any] = {}
    for batch in batches:
        came = take(rows, batch)
        said |= {pair: (score, None) for pair, score in came.scores.items()}
        for found in came.findings:
            said[found.sender, found.recipient] = (found.score, found.band, found.at, found.reasons)
    return said


def test_the_last_findings_are_the_same_in_any_order_and_batches() -> None:
    talk: list[Event] = [message(str(n), n * HOUR, "secret" if n in {2, 4, 5} else "hello") for n in range(9)]
    talk += [message(f"b{n}", n * HOUR + 1, sender=BO, to=ALEX) for n in range(5)]
    expected = last_findings([[CHILD, GROWN], talk])
    assert expected[ALEX, BO][:3] == (3.0, "review", NOON + 8 * HOUR)
    assert (BO, ALEX) not in expected  # what a known adult is written is not judged
    for seed in range(6):
        shuffled = random.Random(seed).sample(talk, len(talk))
        assert last_findings([[CHILD, GROWN], *([one] for one in shuffled)]) == expected
        assert last_findings([[CHILD], [GROWN], shuffled[:5], shuffled[5:]]) == expected


def found_by(*batches: Sequence[Event], rows: Rows) -> list[PairFinding]:
    return [found for batch in batches for found in take(rows, batch).findings]


def test_a_suspicion_must_last_three_windows_and_the_band_before_is_named() -> None:
    rows: Rows = {}
    talk = [message(str(n), n * HOUR, "secret" if n < 2 else "hello") for n in range(4)]
    bands = [(found.band, found.previous) for found in found_by(*([one] for one in talk), rows=rows)]
    assert bands == [("watch", "none"), ("watch", "watch"), ("review", "watch")]
    (once,) = found_by(talk, rows={})
    assert (once.band, once.previous, once.conversation) == ("review", "none", key("talk"))


def test_repeated_words_are_repeated_pressure() -> None:
    assert found_by([message(str(n), n * HOUR, "secret") for n in range(4)], rows={})[0].score == 4.0


def test_a_finding_says_what_could_not_be_looked_at() -> None:
    (found,) = found_by([message(str(n), n, "secret") for n in range(2)], rows={})
    assert found.degraded == ("no_scorer",)
    assert (found.engine, found.settings) == (engine.ENGINE, "test")


class CountingScorer:
    """Everything is near to the exemplars of secrets."""

    version = "counting"

    def __init__(self) -> None:
        self.texts: list[str] = []

    def reads(self, language: str) -> bool:
        return language == "en"

    def score(self, texts: Sequence[str]) -> list[dict[str, float]]:
        self.texts += texts
        return [{"secrecy_request": 0.5, "alone_probe": -0.25} for _ in texts]


def test_the_scorer_is_asked_only_of_what_goes_to_a_child_or_shows_something_to_somebody_unknown() -> None:
    scorer = CountingScorer()
    rows: Rows = {}
    events = [
        message("1", 0, "to a child"),
        message("2", 1, "of a child", sender=BO, to=ALEX),
        message("3", 2, "to somebody unknown", to=CAT),
        message("4", 3, "secret for somebody unknown", to=CAT),
        message("5", 4, None),
    ]
    take(rows, [CHILD, GROWN, *events], Reading(PlainReader(), scorer))
    assert scorer.texts == ["to a child", "secret for somebody unknown"]
    from lightkeeper.detect.conversations.tests.viewed import view

    seen = view(rows)
    assert (seen.affinity.scored, seen.affinity.top, seen.affinity.signal) == (1, 0.5, "secrecy_request")
    assert seen.to.marked[0].affinity == 0.5


def test_a_finding_says_that_words_in_a_language_without_exemplars_were_not_compared() -> None:
    for language, unscored in (("en", False), ("de", True), ("", True)):
        talk = [changed(message(str(n), n, "secret"), language=language) for n in range(2)]
        (found,) = take({}, talk, Reading(PlainReader(), CountingScorer())).findings
        assert ("language_unscored" in found.degraded) is unscored


def test_a_pair_that_only_acted_is_judged() -> None:
    acts = [Act(key(str(n)), NOON + n, ActKind.FRIEND_REQUEST, ALEX, BO) for n in range(2)]
    rows: Rows = {}
    came = take(rows, [CHILD, *acts, Act(key("block"), NOON + DAY, ActKind.BLOCK, BO, ALEX)])
    assert set(came.scores) == {(ALEX, BO), (BO, ALEX)}
    from lightkeeper.detect.conversations.tests.viewed import view

    seen = view(rows)
    assert seen.acts_by_sender[ActKind.FRIEND_REQUEST].count == 2
    assert [(act.kind, act.by_sender) for act in seen.acts][-1] == (ActKind.BLOCK, False)
    assert (seen.contacts.requests, seen.contacts.blocking_minors, seen.contacts.minors_1d) == (1, 1, 0)
