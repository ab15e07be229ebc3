"""What speaks against a suspicion. It never takes away a threat: family and friends threaten too."""

from __future__ import annotations

from typing import Final

from lightkeeper.detect.conversations.events import Relation
from lightkeeper.detect.conversations.knowing import DAY, is_peers
from lightkeeper.detect.conversations.view import PairView

KNOWN_RELATION: Final = -1.5
FRIEND: Final = -0.5
LONG_HISTORY: Final = -1.0
LONG: Final = 90 * DAY
MUCH: Final = 100
PEERS: Final = 0.3
"""What a sign between children counts of its weight, unless it is a threat or a demand."""


def known_relation(view: PairView) -> float:
    """The platform knows a tie of family or school: it takes away most; a friend a little."""
    if view.ties.relation in {Relation.FAMILY, Relation.SCHOOL}:
        return KNOWN_RELATION
    return FRIEND if view.ties.relation is Relation.FRIEND and (view.ties.mutual or 0) > 0 else 0.0


def long_mutual_history(view: PairView) -> float:
    """Both have written much, for three months at least, before anything was seen."""
    first = view.to.first_at
    if first is None or view.now - first < LONG or min(view.to.total, view.back.total) < MUCH:
        return 0.0
    earliest = min((trace.first_at for trace in view.traces.values()), default=view.now)
    return LONG_HISTORY if earliest - first >= LONG else 0.0


def protective(view: PairView) -> dict[str, float]:
    """What speaks against a suspicion, by name, in log-odds below 0."""
    found = {"known_relation": known_relation(view), "long_mutual_history": long_mutual_history(view)}
    if is_peers(view):
        found["peers"] = -0.5
    return {name: value for name, value in found.items() if value}
