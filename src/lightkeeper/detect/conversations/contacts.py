"""Signals of whom the sender approaches, and how that is taken."""

from __future__ import annotations

from typing import Final

from lightkeeper.detect.conversations.events import ActKind
from lightkeeper.detect.conversations.knowing import KNOWN, is_peers
from lightkeeper.detect.conversations.shown import Shown, at_now
from lightkeeper.detect.conversations.view import PairView

SEVERAL: Final = 4
"""Children approached within a week from which on it is a sign; three times as many are the whole of it."""
FEW: Final = 0.4
ASKED: Final = 5


def fanout(view: PairView) -> Shown | None:
    """Many children approached within days. Between children it is a sign of popularity, and none."""
    found = max(view.contacts.minors_1d * 2, view.contacts.minors_7d, view.contacts.minors_30d // 3)
    if found < SEVERAL or is_peers(view) or view.ties.relation in KNOWN:
        return None
    return at_now(min(1.0, found / (3 * SEVERAL) + 1 / 3), view.now)


def low_acceptance(view: PairView) -> Shown | None:
    """Few of at least five who were asked to be friends accepted, or few who were written to answered."""
    figures = view.contacts
    refused = figures.requests >= ASKED and figures.accepted is not None and figures.accepted < FEW
    unanswered = figures.people_30d >= ASKED and figures.unanswered is not None and figures.unanswered > 1 - FEW
    if not (refused or unanswered):
        return None
    asked = view.acts_by_sender.get(ActKind.FRIEND_REQUEST)
    return at_now(1.0 if refused and unanswered else 0.7, view.now, asked.evidence if asked else ())


def no_mutual(view: PairView) -> Shown | None:
    """The platform knows that they have no contact in common."""
    if view.ties.mutual != 0 or view.ties.relation in KNOWN:
        return None
    return at_now(1.0, view.now)


def region_mismatch(view: PairView) -> Shown | None:
    """Their accounts are of different regions."""
    sender, recipient = view.sender.region, view.recipient.region
    return at_now(1.0, view.now) if sender and recipient and sender != recipient else None


def blocked(view: PairView) -> Shown | None:
    """This child, or others whom the sender approached, blocked or reported them."""
    own = [view.acts_by_recipient[kind] for kind in (ActKind.BLOCK, ActKind.REPORT) if kind in view.acts_by_recipient]
    others = view.contacts.blocking_minors + view.contacts.reporting_minors
    if not own and not others:
        return None
    strength = min(1.0, 0.6 * bool(own) + 0.25 * others)
    if not own:
        return at_now(strength, view.now)
    evidence = tuple(one for trace in own for one in trace.evidence)
    return Shown(strength, evidence, min(one.first_at for one in own), max(one.last_at for one in own))


def same_opener(view: PairView) -> Shown | None:
    """The sender began with nearly the same words with at least two others."""
    found = view.contacts.same_opener
    return at_now(min(1.0, found / 5 + 0.2), view.now) if found >= 2 else None
