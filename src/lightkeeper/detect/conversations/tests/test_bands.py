"""Bands rise slowly, fall more slowly, and never go above what an assessment allows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.detect.conversations.assessing import Assessment
from lightkeeper.detect.conversations.bands import START, Band, BandState, step
from lightkeeper.detect.conversations.thresholds import EngineSettings, Thresholds

SETTINGS = EngineSettings()
BEGINS = Thresholds()


def said(target: Band, *, fast: bool = False, score: float | None = None, ceiling: Band = Band.URGENT) -> Assessment:
    """An assessment that asks for a band."""
    value = {Band.NONE: 0.0}.get(target, BEGINS.of(target)) if score is None else score
    return Assessment(
        value, frozenset(), target, ceiling, fast, peers=False, quiet=False, thresholds=BEGINS,
        hysteresis=SETTINGS.hysteresis,
    )  # fmt: skip


def after(*assessments: Assessment, state: BandState = START) -> Band:
    """The band after these windows."""
    for one in assessments:
        state = step(state, one, SETTINGS)
    return state.band


REVIEW, URGENT, WATCH, NONE = (said(band) for band in (Band.REVIEW, Band.URGENT, Band.WATCH, Band.NONE))


def test_a_person_is_asked_after_three_windows_in_a_row() -> None:
    assert after(REVIEW) is after(REVIEW, REVIEW) is Band.WATCH
    assert after(REVIEW, REVIEW, REVIEW) is Band.REVIEW
    assert after(REVIEW, REVIEW, NONE, REVIEW) is Band.WATCH


def test_no_higher_than_all_three_asked_for() -> None:
    assert after(REVIEW, REVIEW, URGENT) is Band.REVIEW
    assert after(URGENT, URGENT, URGENT) is Band.URGENT


def test_danger_does_not_wait() -> None:
    assert after(said(Band.URGENT, fast=True)) is Band.URGENT
    assert after(said(Band.REVIEW, fast=True)) is Band.REVIEW


def test_watch_comes_and_goes_at_once_and_after_three() -> None:
    assert after(WATCH) is Band.WATCH
    assert after(WATCH, NONE, NONE) is Band.WATCH
    assert after(WATCH, NONE, NONE, NONE) is Band.NONE


def test_a_band_is_held_a_little_below_where_it_began() -> None:
    reviewed = BandState(Band.REVIEW)
    near = said(Band.WATCH, score=BEGINS.review - SETTINGS.hysteresis)
    below = said(Band.WATCH, score=BEGINS.review - SETTINGS.hysteresis - 0.01)
    assert after(*[near] * 10, state=reviewed) is Band.REVIEW
    assert after(below, below, state=reviewed) is Band.REVIEW
    assert after(below, below, below, state=reviewed) is Band.WATCH
    assert after(below, below, near, below, below, state=reviewed) is Band.REVIEW


_assessments = st.lists(
    st.builds(
        lambda band, fast: said(band, fast=fast and band.height >= 2), st.sampled_from(list(Band)), st.booleans()
    ),
    max_size=20,
)


@given(_assessments)
def test_a_band_is_never_above_what_was_asked_for(assessments: list[Assessment]) -> None:
    state, highest = START, 0
    for one in assessments:
        state = step(state, one, SETTINGS)
        highest = max(highest, one.target.height)
        assert state.band.height <= highest
        assert state.above < SETTINGS.consecutive
        assert state.below < SETTINGS.cool_down


@given(_assessments, _assessments)
def test_one_step_at_a_time_downward(before: list[Assessment], after_: list[Assessment]) -> None:
    state = START
    for one in [*before, *after_]:
        new = step(state, one, SETTINGS)
        assert new.band.height >= state.band.height - 1
        state = new


@given(_assessments)
def test_silence_ends_at_none(assessments: list[Assessment]) -> None:
    state = START
    for one in [*assessments, *[NONE] * 9]:
        state = step(state, one, SETTINGS)
    assert state.band is Band.NONE
