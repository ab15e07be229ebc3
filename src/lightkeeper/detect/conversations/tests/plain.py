"""A plain view of a pair, in which nothing shows, and the pieces that tests put into it."""

from __future__ import annotations

from typing import Any

from lightkeeper.detect.conversations.events import ActKind, AgeBand, MediaKind
from lightkeeper.detect.conversations.tests.saying import ALEX, BO, DAY, HOUR, NOON, key
from lightkeeper.detect.conversations.view import ActTrace as _ActTrace
from lightkeeper.detect.conversations.view import (
    AffinityFigures,
    ContactFigures,
    Direction,
    MessageFeatures,
    PairView,
    Person,
    Ties,
    Trace,
)

NOW = NOON + 10 * DAY
ONE, TWO, THREE = key("one"), key("two"), key("three")

PLAIN = PairView(
    now=NOW,
    surface="",
    sender=Person(ALEX, AgeBand.ADULT),
    recipient=Person(BO, AgeBand.ADULT),
    ties=Ties(),
    to=Direction(total=4, first_at=NOON, times=tuple(NOON + n * 48 * HOUR for n in range(4))),
    back=Direction(total=4, first_at=NOON),
    traces={},
    stages=(),
    acts=(),
    acts_by_sender={},
    acts_by_recipient={},
    contacts=ContactFigures(),
    affinity=AffinityFigures(0, 0.0, 0.0, 0.0, "", ()),
)
"""Two adults who write to each other now and then."""


def changed(view: PairView = PLAIN, **what: Any) -> PairView:
    """Another view; ``sender``, ``recipient``, ``ties``, ``to``, ``back``, ``contacts`` may be mappings of changes."""
    whole = {
        name: getattr(view, name)._replace(**value)
        if isinstance(value, dict) and not isinstance(getattr(view, name), dict)
        else value
        for name, value in what.items()
    }
    return view._replace(**whole)


def to_child(view: PairView = PLAIN, **what: Any) -> PairView:
    """The same, written to a child by an adult."""
    return changed(changed(view, recipient={"age_band": AgeBand.FROM_13}), **what)


def trace(*evidence: bytes, reviewed: bool = True, at: int = NOW - HOUR, times: int = 1) -> Trace:
    """A phrase that was said so often within the month."""
    return Trace(times, times, at, at, reviewed, evidence or (ONE,))


def saying(view: PairView, *signals: str, reviewed: bool = True) -> PairView:
    """The same with phrases, each said once, an hour after the other."""
    added = {name: trace(key(name), reviewed=reviewed, at=NOON + n * HOUR) for n, name in enumerate(signals)}
    return changed(view, traces={**view.traces, **added}, stages=(*view.stages, *signals))


def acted(kind: ActKind, *evidence: bytes) -> dict[ActKind, _ActTrace]:
    """Acts of one kind."""
    return {kind: _ActTrace(len(evidence), NOON, NOON + HOUR, evidence)}


def marked(id_: bytes, at: int, *signals: str, reviewed: bool = True) -> MessageFeatures:
    """A message with phrases."""
    return MessageFeatures(id_, at, signals, signals if reviewed else (), False, MediaKind.NONE, None, "", False)
