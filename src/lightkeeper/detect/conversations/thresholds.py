"""Thresholds: as shipped, of one surface, or following how many conversations people can look at.

Thresholds do not travel between communities. Those shipped are a start; before an operator has labels, the quantile of
their own recent scores is taken at which so many pairs a day come before a person as people can look at.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Final

from lightkeeper.detect.conversations.bands import Band

LOWEST_REVIEW: Final = 2.5
"""Capacity never lowers ``review`` below this: idle reviewers are no reason to look at people."""
HIGHEST_REVIEW: Final = 12.0
"""No surface may ask for more: all families at their caps come to less, so that more would be no other threshold."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Scores (log-odds) from which on a band begins."""

    watch: float = 1.8
    review: float = 3.2
    urgent: float = 6.0

    def of(self, band: Band) -> float:
        """Where a band begins."""
        return (float("-inf"), self.watch, self.review, self.urgent)[band.height]

    def reached(self, score: float) -> Band:
        """The highest band that begins at or below a score."""
        if score >= self.urgent:
            return Band.URGENT
        if score >= self.review:
            return Band.REVIEW
        return Band.WATCH if score >= self.watch else Band.NONE


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """How the engine judges. ``surfaces``: places with thresholds of their own. ``version`` names all of it.

    ``consecutive``: windows in a row before a pair comes before a person; ``cool_down``: windows before it goes down.
    """

    thresholds: Thresholds = field(default_factory=Thresholds)
    surfaces: Mapping[str, Thresholds] = field(default_factory=dict)
    hysteresis: float = 0.4
    consecutive: int = 3
    cool_down: int = 3

    @property
    def version(self) -> str:
        """The first 12 digits of a digest of everything here."""
        said = {**asdict(self), "surfaces": {name: asdict(one) for name, one in sorted(self.surfaces.items())}}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:12]

    def of(self, surface: str) -> Thresholds:
        """The thresholds of a surface."""
        return self.surfaces.get(surface, self.thresholds)


def quantile_thresholds(
    scores: Mapping[float, int], *, days: int, capacity: int, start: Thresholds | None = None
) -> Thresholds:
    """Thresholds by which about ``capacity`` pairs a day reach ``review``.

    ``scores``: how many pairs had which highest score, over so many days. ``urgent`` and ``watch`` keep their distance
    from it. ValueError where no day is given or nobody can look.
    """
    if days < 1 or capacity < 1:
        raise ValueError("days and capacity are at least 1")
    start = start or Thresholds()
    left, review = capacity * days, LOWEST_REVIEW
    for score, count in sorted(scores.items(), reverse=True):
        left -= count
        if left < 0:
            review = score
            break
    review = max(LOWEST_REVIEW, review)
    shift = review - start.review
    return replace(start, review=review, urgent=start.urgent + shift, watch=min(start.watch, review - 0.5))
