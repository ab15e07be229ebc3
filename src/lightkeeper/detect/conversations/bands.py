"""Bands, and how a pair moves between them: slowly up, more slowly down, at once where there is danger.

``none`` and ``watch`` show nothing to anybody. ``review`` puts the conversation before a person, ``urgent`` at once.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from lightkeeper.detect.conversations.assessing import Assessment
    from lightkeeper.detect.conversations.thresholds import EngineSettings


class Band(enum.StrEnum):
    """How soon a person looks."""

    NONE = "none"
    WATCH = "watch"
    REVIEW = "review"
    URGENT = "urgent"

    __hash__ = str.__hash__  # an enumeration's own is slow

    @property
    def height(self) -> int:
        """0 to 3."""
        return _HEIGHTS[self]


_ORDER: Final = (Band.NONE, Band.WATCH, Band.REVIEW, Band.URGENT)
_HEIGHTS: Final = {band: height for height, band in enumerate(_ORDER)}


class BandState(NamedTuple):
    """A band; for how many windows in a row the assessments asked for more (``least``: what all asked for), or less."""

    band: Band
    above: int = 0
    below: int = 0
    least: Band = Band.URGENT


START: Final = BandState(Band.NONE)


def step(state: BandState, assessment: Assessment, settings: EngineSettings) -> BandState:
    """The state after one more window.

    Up to ``watch`` at once; above it after ``consecutive`` windows that ask for it, or at once by the fast path. Down
    by one band after ``cool_down`` windows whose score is below what holds the band (threshold less hysteresis).
    """
    target = assessment.target
    if target.height > state.band.height:
        return _rising(state, target, fast=assessment.fast, consecutive=settings.consecutive)
    if state.band is Band.NONE or assessment.holds(state.band):
        return BandState(state.band)
    below = state.below + 1
    if below < settings.cool_down:
        return BandState(state.band, below=below)
    return BandState(max(target, _ORDER[state.band.height - 1], key=lambda band: band.height))


def _rising(state: BandState, target: Band, *, fast: bool, consecutive: int) -> BandState:
    if fast or target is Band.WATCH:
        return BandState(target)
    above, least = state.above + 1, min(state.least, target, key=lambda band: band.height)
    if above >= consecutive:
        return BandState(least)
    return BandState(max(state.band, Band.WATCH, key=lambda band: band.height), above=above, least=least)
