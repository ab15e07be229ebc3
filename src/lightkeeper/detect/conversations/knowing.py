"""Signals of what is known of the two: ages, what is said of them, how old an account is.

What is not known is never taken for harmless: an unknown age counts half of an adult's.
"""

from __future__ import annotations

from typing import Final

from lightkeeper.detect.conversations.events import AgeBand, AgeSource, Relation
from lightkeeper.detect.conversations.shown import Shown, at_now
from lightkeeper.detect.conversations.view import PairView, Person

DAY: Final = 86_400_000
YOUNG_ACCOUNT: Final = 14 * DAY
KNOWN: Final = frozenset({Relation.FAMILY, Relation.SCHOOL})
_OLDER: Final = {AgeBand.UNDER_13: 0, AgeBand.FROM_13: 1, AgeBand.FROM_16: 2, AgeBand.ADULT: 3}


def is_peers(view: PairView) -> bool:
    """Whether both are known to be children, and nothing measured says that the sender is older."""
    measured = AgeBand.ADULT in view.sender.measured_bands
    return view.sender.age_band.minor and view.recipient.age_band.minor and not measured


def age_gap(view: PairView) -> Shown | None:
    """An adult, or somebody of unknown age, writes to a child to whom no tie of family or school is known.

    A child of unknown age counts half; between children a gap of two bands counts half.
    """
    if view.ties.relation in KNOWN:
        return None
    if is_peers(view):
        gap = _OLDER[view.sender.age_band] - _OLDER[view.recipient.age_band]
        return at_now(0.5, view.now) if gap >= 2 else None
    strength = _of_sender(view.sender) * _of_recipient(view.recipient)
    return at_now(strength, view.now) if strength >= 0.5 else None


def _of_sender(sender: Person) -> float:
    if sender.age_band is AgeBand.ADULT or AgeBand.ADULT in sender.measured_bands:
        return 1.0
    return 0.5 if sender.age_band is AgeBand.UNKNOWN else 0.0


def _of_recipient(recipient: Person) -> float:
    if recipient.age_band.minor:
        return 1.0
    return 0.5 if recipient.age_band is AgeBand.UNKNOWN else 0.0


def age_deception(view: PairView) -> Shown | None:
    """What the sender declared changed, or what was measured says otherwise."""
    sender = view.sender
    contradicted = bool(sender.measured_bands) and bool(sender.claimed_bands - sender.measured_bands)
    if contradicted and any(band.minor for band in sender.claimed_bands) and AgeBand.ADULT in sender.measured_bands:
        return at_now(1.0, view.now)
    younger = sender.claims_changed > 0 and any(band.minor for band in sender.claimed_bands)
    return at_now(0.6, view.now) if younger and AgeBand.ADULT in sender.claimed_bands else None


def new_account(view: PairView) -> Shown | None:
    """The sender's account was made within two weeks before the first contact, and is not verified."""
    created, first = view.sender.created, view.to.first_at
    if created is None or view.sender.verified or view.sender.age_source is AgeSource.VERIFIED:
        return None
    age = (view.now if first is None else first) - created
    return at_now(1.0, view.now) if 0 <= age < YOUNG_ACCOUNT else None
