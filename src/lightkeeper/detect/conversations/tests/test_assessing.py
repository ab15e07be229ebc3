"""How signals add up: families agree or nobody is asked, words alone are not enough, threats stay threats."""

from __future__ import annotations

import dataclasses

import pytest

from lightkeeper.detect.conversations.assessing import Assessment, assess
from lightkeeper.detect.conversations.bands import Band
from lightkeeper.detect.conversations.events import ActKind, AgeBand, Relation
from lightkeeper.detect.conversations.explaining import SENTENCES
from lightkeeper.detect.conversations.families import CAPS, Family
from lightkeeper.detect.conversations.signals import SIGNALS
from lightkeeper.detect.conversations.tests.plain import NOW, ONE, PLAIN, TWO, acted, changed, saying, to_child, trace
from lightkeeper.detect.conversations.thresholds import (
    HIGHEST_REVIEW,
    EngineSettings,
    Thresholds,
    quantile_thresholds,
)
from lightkeeper.detect.conversations.view import PairView

SETTINGS = EngineSettings()
ASKING = ("secrecy_request", "alone_probe", "off_platform_move", "image_request")
MANY = {"minors_7d": 12, "people_30d": 20, "unanswered": 0.9}


def _of(view: PairView) -> Assessment:
    return assess(view, SETTINGS)


def test_a_plain_pair_of_adults_is_quiet() -> None:
    found = _of(PLAIN)
    assert (found.score, found.reasons, found.target, found.quiet) == (0, (), Band.NONE, True)


def test_two_families_one_not_of_words_reach_a_person() -> None:
    found = _of(saying(to_child(), *ASKING))
    assert found.families == {Family.METADATA, Family.PHRASE}
    assert found.target is Band.REVIEW


@pytest.mark.parametrize("words", [ASKING, (*ASKING, "isolation", "flattery", "meet_request")])
def test_words_alone_stay_at_watch_however_many(words: tuple[str, ...]) -> None:
    """Also what follows from words: their order."""
    found = _of(saying(PLAIN, *words))
    assert found.families == {Family.PHRASE}
    assert (found.ceiling, found.target) == (Band.WATCH, Band.WATCH)


def test_what_no_native_speaker_reviewed_stays_at_watch() -> None:
    found = _of(saying(to_child(), *ASKING, reviewed=False))
    assert found.target is Band.WATCH
    assert {reason.signal for reason in found.reasons} >= set(ASKING)  # but it is shown


def test_what_the_rest_carries_alone_is_not_held_down_by_unreviewed_words() -> None:
    rest = to_child(contacts=MANY, acts_by_sender=acted(ActKind.CAMERA_REQUEST, ONE), ties={"mutual": 0})
    assert _of(rest).target.height >= Band.REVIEW.height
    assert _of(saying(rest, "secrecy_request", reviewed=False)).target.height >= Band.REVIEW.height


def test_a_platform_that_reads_no_words_reaches_a_person_too() -> None:
    found = _of(to_child(contacts=MANY, ties={"mutual": 0}, acts_by_recipient=acted(ActKind.REPORT, TWO)))
    assert Family.PHRASE not in found.families
    assert found.target.height >= Band.REVIEW.height


@pytest.mark.parametrize("family", list(CAPS))
def test_a_family_adds_no_more_than_its_cap(family: Family) -> None:
    whole = sum(signal.weight * 1.5 for signal in SIGNALS if signal.family is family)
    loud = saying(to_child(), *(signal.name for signal in SIGNALS if signal.family is Family.PHRASE))
    found = _of(changed(loud, traces={name: trace(times=20) for name in loud.traces}))
    added = sum(reason.contribution for reason in found.reasons if reason.family is family)
    assert added <= whole
    others = sum(min(CAPS[one], _added(found, one)) for one in CAPS)
    assert found.score == pytest.approx(others, abs=0.01)


def _added(found: Assessment, family: Family) -> float:
    return sum(reason.contribution for reason in found.reasons if reason.family is family)


@pytest.mark.parametrize("relation", [Relation.FAMILY, Relation.SCHOOL])
def test_a_known_tie_takes_away_much_and_never_a_threat(relation: Relation) -> None:
    known = to_child(ties={"relation": relation})
    assert _of(saying(known, *ASKING)).target.height < Band.REVIEW.height
    threat = _of(saying(known, "pressure_or_threat", "money_demand"))
    assert threat.score >= 3.0


def test_an_unknown_age_never_lowers_to_safe() -> None:
    unknown = changed(PLAIN, sender={"age_band": AgeBand.UNKNOWN}, recipient={"age_band": AgeBand.FROM_13})
    child = changed(PLAIN, sender={"age_band": AgeBand.FROM_13}, recipient={"age_band": AgeBand.FROM_13})
    adults = PLAIN
    score = {name: _of(saying(view, *ASKING)).score for name, view in
             (("unknown", unknown), ("child", child), ("adults", adults))}  # fmt: skip
    assert score["unknown"] > score["adults"] > score["child"]


def test_a_threat_does_not_wait_where_something_that_is_not_words_agrees() -> None:
    found = _of(saying(to_child(), "pressure_or_threat"))
    assert (found.fast, found.target) == (True, Band.URGENT)
    assert not _of(saying(PLAIN, "pressure_or_threat")).fast
    assert not _of(saying(to_child(), "pressure_or_threat", reviewed=False)).fast


def test_arranging_to_meet_a_child_does_not_wait_and_meeting_alone_does() -> None:
    assert not _of(saying(to_child(), "meet_request")).fast
    found = _of(saying(to_child(), "meet_request", "secrecy_request"))
    assert (found.fast, found.target) == (True, Band.REVIEW)


def test_between_children_only_harm_comes_before_a_person_and_it_says_so() -> None:
    peers = changed(PLAIN, sender={"age_band": AgeBand.FROM_13}, recipient={"age_band": AgeBand.FROM_13})
    found = _of(saying(peers, *ASKING, "meet_request"))
    assert (found.peers, found.fast) == (True, False)
    assert found.target.height <= Band.WATCH.height
    blocked = changed(peers, acts_by_recipient=acted(ActKind.BLOCK, TWO))
    threat = _of(saying(blocked, "pressure_or_threat"))
    assert (threat.peers, threat.fast, threat.target) == (True, True, Band.URGENT)


def test_reasons_stand_by_what_they_add_and_name_messages() -> None:
    found = _of(saying(to_child(), *ASKING))
    added = [reason.contribution for reason in found.reasons if reason.family is not Family.PROTECTIVE]
    assert added == sorted(added, reverse=True)
    assert all(reason.evidence for reason in found.reasons if reason.family is Family.PHRASE)
    assert all(reason.first_at <= reason.last_at <= NOW for reason in found.reasons)


def test_every_signal_has_its_sentence() -> None:
    names = {signal.name for signal in SIGNALS} | {"known_relation", "long_mutual_history", "peers"}
    assert names == SENTENCES.keys()


def test_any_other_setting_has_another_version() -> None:
    others = [
        EngineSettings(),
        EngineSettings(thresholds=Thresholds(review=3.3)),
        EngineSettings(consecutive=4),
        EngineSettings(cool_down=4),
        EngineSettings(hysteresis=0.5),
        EngineSettings(surfaces={"chat": Thresholds()}),
    ]
    assert len({one.version for one in others}) == len(others)
    assert dataclasses.replace(others[0]).version == others[0].version


def test_a_surface_has_thresholds_of_its_own() -> None:
    strict = EngineSettings(surfaces={"strangers": Thresholds(watch=0.5, review=0.9)})
    view = saying(to_child(surface="strangers"), "secrecy_request")
    assert assess(view, strict).target is Band.REVIEW
    assert assess(changed(view, surface="chat"), strict).target is not Band.REVIEW


def test_thresholds_follow_how_many_people_can_look_at() -> None:
    scores = {float(score) / 10: 1 for score in range(100)}
    assert sum(CAPS.values()) < HIGHEST_REVIEW  # no score reaches what no surface may ask for
    found = quantile_thresholds(scores, days=1, capacity=10)
    assert sum(count for score, count in scores.items() if score > found.review) == 10
    assert found.watch < found.review < found.urgent
    idle = quantile_thresholds(scores, days=1, capacity=10_000)
    assert idle.review == 2.5
