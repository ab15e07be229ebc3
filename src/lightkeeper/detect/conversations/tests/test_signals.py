"""Each signal shows where it should, is silent where it should be, and names the messages or acts that show it."""

from __future__ import annotations

import pytest

from lightkeeper.detect.conversations.events import ActKind, AgeBand, Relation
from lightkeeper.detect.conversations.families import Family
from lightkeeper.detect.conversations.shown import Shown
from lightkeeper.detect.conversations.signals import SIGNALS, Signal
from lightkeeper.detect.conversations.tests.plain import (
    NOW,
    ONE,
    PLAIN,
    THREE,
    TWO,
    acted,
    changed,
    marked,
    saying,
    to_child,
    trace,
)
from lightkeeper.detect.conversations.tests.saying import DAY, HOUR, MINUTE, NOON
from lightkeeper.detect.conversations.view import PHRASE_SIGNALS, ActFact, AffinityFigures, PairView

A, C, K = Family.METADATA, Family.CONTACT, Family.TEMPORAL
ADULT, CHILD, UNKNOWN = AgeBand.ADULT, AgeBand.FROM_13, AgeBand.UNKNOWN
FAMILY = {"relation": Relation.FAMILY}
RAPID = tuple(NOON + n * MINUTE for n in range(10))
STAGED = ("flattery", "alone_probe", "secrecy_request", "image_request")


def shown(name: str, family: Family, view: PairView) -> Shown | None:
    (signal,) = (one for one in SIGNALS if (one.name, one.family) == (name, family))
    return signal.shows(view)


def _refused(*after: bytes) -> PairView:
    acts = [ActFact(ONE, NOON, ActKind.DECLINE, False)]
    acts += [ActFact(id_, NOON + n * HOUR, ActKind.CALL, True) for n, id_ in enumerate(after, 1)]
    return changed(to={"times": ()}, acts=tuple(acts))


SHOWS: list[tuple[str, Family, PairView, tuple[bytes, ...]]] = [
    ("age_gap_minor_contact", A, to_child(), ()),
    ("age_gap_minor_contact", A, to_child(sender={"age_band": UNKNOWN}), ()),
    ("age_gap_minor_contact", A, changed(recipient={"age_band": UNKNOWN}), ()),
    ("age_deception", A, changed(sender={"claimed_bands": {CHILD}, "measured_bands": {ADULT}}), ()),
    ("age_deception", A, changed(sender={"claimed_bands": {CHILD, ADULT}}), ()),
    ("new_account", A, changed(sender={"created": NOON - DAY}), ()),
    ("multi_minor_fanout", C, to_child(contacts={"minors_7d": 5}), ()),
    ("low_acceptance", C, changed(contacts={"requests": 9, "accepted": 0.1}), ()),
    ("low_acceptance", C, changed(contacts={"people_30d": 9, "unanswered": 0.9}), ()),
    ("no_mutual_contact", C, changed(ties={"mutual": 0}), ()),
    ("region_mismatch", C, changed(sender={"region": 1}, recipient={"region": 2}), ()),
    ("blocked_or_reported_by_minors", C, changed(contacts={"blocking_minors": 2}), ()),
    ("blocked_or_reported_by_minors", C, changed(acts_by_recipient=acted(ActKind.BLOCK, TWO)), (TWO,)),
    ("template_reuse", C, changed(contacts={"same_opener": 3}), ()),
    ("gift_offer", C, changed(acts_by_sender=acted(ActKind.GIFT, ONE, TWO)), (ONE, TWO)),
    ("call_request", C, changed(acts_by_sender=acted(ActKind.CALL, ONE)), (ONE,)),
    ("image_request", C, changed(acts_by_sender=acted(ActKind.CAMERA_REQUEST, THREE)), (THREE,)),
    ("engagement_asymmetry", K, changed(to={"total": 20}, back={"total": 3}), ()),
    ("contact_burst", K, changed(now=RAPID[-1], to={"times": RAPID, "first_at": NOON}), ()),
    (
        "late_hours_contact",
        K,
        changed(recipient={"utc_offset": 0}, to={"times": tuple(23 * HOUR + n * DAY for n in range(8))}),
        (),
    ),
    ("persistence_after_refusal", K, _refused(TWO, THREE), (TWO, THREE)),
    (
        "persistence_after_refusal",
        Family.PHRASE,
        changed(
            back={"refusals": ((NOON, ONE),)},
            to={
                "marked": (marked(TWO, NOON - 1, "flattery"), marked(THREE, NOON + 1, "flattery")),
            },
        ),
        (THREE,),
    ),
    (
        "exemplar_affinity",
        Family.EMBEDDING,
        changed(to={"marked": (marked(TWO, NOON),)}, affinity=AffinityFigures(4, 0.3, 0.4, 0.5, "flattery", (TWO,))),
        (TWO,),
    ),
]

SILENT: list[tuple[str, Family, PairView]] = [
    ("age_gap_minor_contact", A, PLAIN),
    ("age_gap_minor_contact", A, to_child(ties=FAMILY)),
    ("age_gap_minor_contact", A, to_child(sender={"age_band": AgeBand.FROM_16})),
    ("age_gap_minor_contact", A, changed(sender={"age_band": UNKNOWN}, recipient={"age_band": UNKNOWN})),
    ("age_deception", A, changed(sender={"claimed_bands": {ADULT}, "measured_bands": {CHILD}})),
    ("new_account", A, changed(sender={"created": NOON - 20 * DAY})),
    ("new_account", A, changed(sender={"created": NOON - DAY, "verified": True})),
    ("multi_minor_fanout", C, to_child(contacts={"minors_7d": 3})),
    ("multi_minor_fanout", C, to_child(contacts={"minors_7d": 30}, sender={"age_band": CHILD})),
    ("low_acceptance", C, changed(contacts={"requests": 4, "accepted": 0.0})),
    ("low_acceptance", C, changed(contacts={"requests": 9, "accepted": None})),
    ("no_mutual_contact", C, changed(ties={"mutual": None})),
    ("region_mismatch", C, changed(sender={"region": 1})),
    ("template_reuse", C, changed(contacts={"same_opener": 1})),
    ("gift_offer", C, changed(acts_by_sender=acted(ActKind.GIFT, ONE), ties=FAMILY)),
    (
        "call_request",
        C,
        changed(acts_by_sender=acted(ActKind.CALL, ONE), acts_by_recipient=acted(ActKind.CALL, TWO)),
    ),
    ("engagement_asymmetry", K, changed(to={"total": 7}, back={"total": 0})),
    ("contact_burst", K, changed(now=NOON + 3 * DAY, to={"times": RAPID, "first_at": NOON})),
    ("late_hours_contact", K, changed(to={"times": tuple(23 * HOUR + n * DAY for n in range(8))})),
    ("persistence_after_refusal", K, _refused()),
    ("persistence_after_refusal", Family.PHRASE, changed(to={"marked": (marked(TWO, NOON, "flattery"),)})),
    ("stage_progression", Family.PHRASE, saying(PLAIN, *STAGED[:3])),
    ("exemplar_affinity", Family.EMBEDDING, PLAIN),
]


@pytest.mark.parametrize(("name", "family", "view", "evidence"), SHOWS)
def test_a_signal_shows_and_names_its_evidence(
    name: str, family: Family, view: PairView, evidence: tuple[bytes, ...]
) -> None:
    found = shown(name, family, view)
    assert found is not None
    assert 0 < found.strength <= 1
    assert found.evidence == evidence
    assert found.first_at <= found.last_at


@pytest.mark.parametrize(("name", "family", "view"), SILENT)
def test_a_signal_is_silent(name: str, family: Family, view: PairView) -> None:
    assert shown(name, family, view) is None


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda one: f"{one.name}-{one.family}")
def test_nothing_shows_between_two_adults_who_write_now_and_then(signal: Signal) -> None:
    assert signal.shows(PLAIN) is None


@pytest.mark.parametrize("name", PHRASE_SIGNALS)
def test_a_phrase_shows_by_its_messages_and_repetition_counts_within_bounds(name: str) -> None:
    once = shown(name, Family.PHRASE, changed(traces={name: trace(TWO)}))
    often = shown(name, Family.PHRASE, changed(traces={name: trace(TWO, THREE, times=4)}))
    flood = shown(name, Family.PHRASE, changed(traces={name: trace(TWO, times=400)}))
    assert once
    assert often
    assert flood
    assert (once.strength, once.evidence, often.evidence) == (1.0, (TWO,), (TWO, THREE))
    assert once.strength < often.strength < flood.strength == 1.5
    assert shown(name, Family.PHRASE, PLAIN) is None


def test_stages_in_order_count_twice_as_much_as_out_of_order() -> None:
    ordered = shown("stage_progression", Family.PHRASE, saying(PLAIN, *STAGED))
    mixed = shown("stage_progression", Family.PHRASE, saying(PLAIN, *reversed(STAGED)))
    assert ordered
    assert mixed
    assert (ordered.strength, mixed.strength, len(ordered.evidence)) == (1.0, 0.5, 4)


def test_what_is_seen_in_unreviewed_phrases_says_so() -> None:
    staged = shown("stage_progression", Family.PHRASE, saying(PLAIN, *STAGED, reviewed=False))
    signs = {"marked": (marked(TWO, NOW, "flattery", reviewed=False),)}
    went_on = shown("persistence_after_refusal", Family.PHRASE, changed(back={"refusals": ((NOON, ONE),)}, to=signs))
    assert staged
    assert went_on
    assert not staged.reviewed
    assert not went_on.reviewed


def test_every_signal_was_tried_here() -> None:
    tried = {name for name, *_rest in SHOWS} | set(PHRASE_SIGNALS) | {"stage_progression"}
    assert tried == {signal.name for signal in SIGNALS}
