"""The catalogue of signals: each is named, directed from sender to recipient, weighted, and shown with its evidence.

Weights are log-odds to start from, with the sources that name the sign; none was measured on children's conversations.
They are to be fitted to an operator's own reviewed cases. Each signal is a small function of a ``PairView``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from lightkeeper.detect.conversations import acting, contacts, timing
from lightkeeper.detect.conversations.families import OF_WORDS, Family
from lightkeeper.detect.conversations.knowing import age_deception, age_gap, new_account
from lightkeeper.detect.conversations.shown import Shown
from lightkeeper.detect.conversations.view import PHRASE_SIGNALS, PairView

Shows = Callable[[PairView], Shown | None]


@dataclass(frozen=True, slots=True)
class Signal:
    """One sign: its name, family, weight in log-odds at full strength, where it is described, and how it is seen."""

    name: str
    family: Family
    weight: float
    source: str
    shows: Shows


class _Phrase(NamedTuple):
    weight: float
    source: str


_PHRASES: Final[Mapping[str, _Phrase]] = {
    "secrecy_request": _Phrase(1.2, "O'Connell 2003; Lorenzo-Dus 2016"),
    "alone_probe": _Phrase(0.9, "O'Connell 2003; Cano 2014"),
    "off_platform_move": _Phrase(0.9, "NCMEC's pattern; Sentinel issue 20"),
    "image_request": _Phrase(1.0, "NCMEC's pattern; Black 2015"),
    "call_request": _Phrase(0.6, "NCMEC's pattern"),
    "isolation": _Phrase(0.7, "Olson 2007; Lorenzo-Dus 2016"),
    "personal_probe": _Phrase(0.4, "O'Connell 2003; Kontostathis"),
    "flattery": _Phrase(0.3, "Lorenzo-Dus 2016"),
    "gift_offer": _Phrase(0.6, "Whittle 2013"),
    "meet_request": _Phrase(1.0, "Cano 2014"),
    "pressure_or_threat": _Phrase(1.5, "Snap 2024"),
    "money_demand": _Phrase(1.5, "Snap 2024"),
}

REPEATED: Final = 1.5
"""The strength of a phrase that was said many times; the first time it is 1."""


def _phrase(name: str) -> Shows:
    def shows(view: PairView) -> Shown | None:
        trace = view.traces.get(name)
        if trace is None:
            return None
        # Every repetition counts, the month's most; said once long ago it fades to half and no further.
        strength = min(REPEATED, 0.5 + 0.5 * min(1.0, trace.month) + 0.1 * max(0.0, trace.month - 1))
        return Shown(strength, trace.evidence, trace.first_at, trace.last_at, trace.reviewed)

    return shows


def affinity(view: PairView) -> Shown | None:
    """The wording comes near to exemplars: the highest of three figures, at most once the weight."""
    figures = view.affinity
    strength = max(figures.mean, 0.6 * figures.top, 0.25 * figures.cusum)
    if not figures.scored or strength <= 0.05 or not figures.evidence:
        return None
    marked = [one for one in view.to.marked if one.id in figures.evidence]
    times = [one.at for one in marked] or [view.now]
    return Shown(min(1.0, 2 * strength), figures.evidence, min(times), max(times), reviewed=True)


SIGNALS: Final[tuple[Signal, ...]] = (
    Signal("age_gap_minor_contact", Family.METADATA, 1.0, "Razi 2023; Street 2024; Meta 2021", age_gap),
    Signal("age_deception", Family.METADATA, 0.8, "Street 2024", age_deception),
    Signal("new_account", Family.METADATA, 0.4, "standards 5.3", new_account),
    Signal("multi_minor_fanout", Family.CONTACT, 1.5, "Meta 2021", contacts.fanout),
    Signal("low_acceptance", Family.CONTACT, 0.8, "Snap 2024", contacts.low_acceptance),
    Signal("no_mutual_contact", Family.CONTACT, 0.4, "Snap 2024", contacts.no_mutual),
    Signal("region_mismatch", Family.CONTACT, 0.4, "Snap 2024", contacts.region_mismatch),
    Signal("blocked_or_reported_by_minors", Family.CONTACT, 1.5, "Meta 2022; Snap 2024", contacts.blocked),
    Signal("template_reuse", Family.CONTACT, 0.6, "conversation-risk 6.2", contacts.same_opener),
    Signal("gift_offer", Family.CONTACT, 0.6, "Whittle 2013", acting.gifts),
    Signal("call_request", Family.CONTACT, 0.6, "NCMEC's pattern", acting.calls),
    Signal("image_request", Family.CONTACT, 0.8, "NCMEC's pattern", acting.camera_requests),
    Signal("engagement_asymmetry", Family.TEMPORAL, 0.5, "Ali 2023; Milon-Flores 2022", timing.asymmetry),
    Signal("contact_burst", Family.TEMPORAL, 0.5, "Ali 2023", timing.burst),
    Signal("late_hours_contact", Family.TEMPORAL, 0.3, "practice; weak", timing.late_hours),
    Signal("persistence_after_refusal", Family.TEMPORAL, 0.8, "standards 5.3", timing.persistence),
    Signal("persistence_after_refusal", Family.PHRASE, 0.8, "standards 5.3", timing.persistence_in_words),
    Signal("stage_progression", Family.PHRASE, 0.8, "O'Connell 2003; An 2025", timing.stages),
    *(Signal(name, Family.PHRASE, *_PHRASES[name], _phrase(name)) for name in PHRASE_SIGNALS),
    Signal("exemplar_affinity", Family.EMBEDDING, 1.2, "Sentinel", affinity),
)
"""All of them, in the order of the documents. What speaks against a suspicion is in ``protective``."""
_WITHOUT_WORDS: Final = tuple([signal for signal in SIGNALS if signal.family not in OF_WORDS])


def seen(view: PairView) -> list[tuple[Signal, Shown]]:
    """The signals that show; those of words are not looked for where no word has shown anything."""
    spoken = bool(view.traces or view.affinity.scored)
    looked_for = SIGNALS if spoken else _WITHOUT_WORDS
    return [(signal, shown) for signal in looked_for if (shown := signal.shows(view)) is not None]
