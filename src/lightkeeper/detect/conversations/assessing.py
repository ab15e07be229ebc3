"""One assessment of one pair: what was seen, what it adds up to, and how high that may go.

The score is a sum of log-odds, family by family, each with a cap. It is never said of anybody by words alone: a person
is asked only where two families agree and one of them is not of words; what only unreviewed phrases say stays at
``watch``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from lightkeeper.detect.conversations.bands import Band
from lightkeeper.detect.conversations.families import CAPS, LEAST, OF_WORDS, Family
from lightkeeper.detect.conversations.knowing import is_peers
from lightkeeper.detect.conversations.protective import PEERS, protective
from lightkeeper.detect.conversations.shown import Shown
from lightkeeper.detect.conversations.signals import Signal, seen
from lightkeeper.detect.conversations.thresholds import EngineSettings, Thresholds
from lightkeeper.detect.conversations.view import PairView

DANGER: Final = frozenset({"pressure_or_threat", "money_demand"})
"""What may be over within hours, so it does not wait for more windows; nothing protective takes it away."""
AMONG_PEERS: Final = DANGER | {"blocked_or_reported_by_minors"}
"""What counts in full between two children: what harms, and that the other asked for it to stop."""
ARRANGING: Final = "meet_request"
WITH_MEETING: Final = frozenset({"secrecy_request", "alone_probe", "off_platform_move", "isolation", "gift_offer"})
"""What makes a proposal to meet one that does not wait."""


class Reason(NamedTuple):
    """One signal that was seen: what it adds, by which messages or acts, and between which times (ms since 1970)."""

    signal: str
    family: Family
    contribution: float
    evidence: tuple[bytes, ...]
    first_at: int
    last_at: int


class Assessment(NamedTuple):
    """What one window comes to. ``target``: the band that it asks for; ``ceiling``: the highest that it may.

    ``fast``: a threat, extortion, or arranging to meet a child: the band is taken at once. ``quiet``: nothing begins or
    holds at this score. ``peers``: both are children, whom a person supports and accuses of nothing. ``weighed``: the
    signals that show, with what each adds; ``against``: what speaks against a suspicion, at the time ``now``.
    """

    score: float
    families: frozenset[Family]
    target: Band
    ceiling: Band
    fast: bool
    peers: bool
    quiet: bool
    thresholds: Thresholds
    hysteresis: float = 0.0
    weighed: Sequence[tuple[Signal, Shown, float]] = ()
    against: Mapping[str, float] = {}
    now: int = 0

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What was seen, what adds most first; then what speaks against it."""
        found = [
            Reason(signal.name, signal.family, round(value, 3), shown.evidence, shown.first_at, shown.last_at)
            for signal, shown, value in self.weighed
        ]
        found.sort(key=lambda reason: (-reason.contribution, reason.signal, reason.family))
        spoken = [
            Reason(name, Family.PROTECTIVE, value, (), self.now, self.now)
            for name, value in sorted(self.against.items())
        ]
        return (*found, *spoken)

    def holds(self, band: Band) -> bool:
        """Whether a band that was reached is kept at this score."""
        capped = self.ceiling.height < band.height
        return not capped and self.score >= self.thresholds.of(band) - self.hysteresis


def assess(view: PairView, settings: EngineSettings) -> Assessment:
    """Assess a pair by all that is known of it."""
    thresholds, peers = settings.of(view.surface), is_peers(view)
    weighed = [(signal, shown, _weight(signal, shown, peers=peers)) for signal, shown in seen(view)]
    against = protective(view)
    sums = _sums(weighed)
    score = _score(weighed, sums, sum(against.values()))
    families = _agreeing(sums)
    fast = _fast(weighed, families, view)
    ceiling = _ceiling(weighed, families, thresholds, sum(against.values()), peers=peers)
    target = _target(score, thresholds, ceiling, fast=fast, dangerous=_dangerous(weighed))
    quiet = not fast and score < thresholds.watch - settings.hysteresis
    return Assessment(
        round(score, 3), families, target, ceiling, fast, peers, quiet, thresholds, settings.hysteresis,
        weighed, against, view.now,
    )  # fmt: skip


_Weighed = list[tuple[Signal, Shown, float]]


def _weight(signal: Signal, shown: Shown, *, peers: bool) -> float:
    less = PEERS if peers and signal.name not in AMONG_PEERS else 1.0
    return signal.weight * shown.strength * less


def _sums(weighed: _Weighed) -> dict[Family, float]:
    """What each family adds, up to its cap."""
    sums: dict[Family, float] = {}
    for signal, _shown, value in weighed:
        sums[signal.family] = sums.get(signal.family, 0.0) + value
    return {family: min(CAPS[family], value) for family, value in sums.items()}


def _agreeing(sums: Mapping[Family, float]) -> frozenset[Family]:
    return frozenset([family for family, value in sums.items() if value >= LEAST])


def _score(weighed: _Weighed, sums: Mapping[Family, float], against: float) -> float:
    """The sum by families, less what speaks against it, and never less than what threatens."""
    dangers = sum([value for signal, _shown, value in weighed if signal.name in DANGER])
    return max(sum(sums.values()) + against, dangers)


def _ceiling(
    weighed: _Weighed, families: frozenset[Family], thresholds: Thresholds, against: float, *, peers: bool
) -> Band:
    """The highest band that may be asked for: a person is asked where two families agree, one not of words."""
    if len(families) < 2 or not families - OF_WORDS:
        return Band.WATCH
    words = [shown for signal, shown, _value in weighed if signal.family is Family.PHRASE]
    if words and not any(shown.reviewed for shown in words):
        # What no native speaker has reviewed is left out of account: the rest must carry it alone.
        rest = [one for one in weighed if one[0].family is not Family.PHRASE and one[1].reviewed]
        sums = _sums(rest)
        left = _agreeing(sums)
        if len(left) < 2 or not left - OF_WORDS or _score(rest, sums, against) < thresholds.review:
            return Band.WATCH
    if peers and not _dangerous(weighed):
        return Band.WATCH
    return Band.URGENT


def _dangerous(weighed: _Weighed) -> bool:
    return any(signal.name in DANGER and shown.reviewed for signal, shown, _value in weighed)


def _fast(weighed: _Weighed, families: frozenset[Family], view: PairView) -> bool:
    """Whether it does not wait: a threat, a demand, or arranging to meet a child, and a sign that is not of words."""
    if not families - OF_WORDS:
        return False
    if _dangerous(weighed):
        return True
    said = {signal.name for signal, shown, _value in weighed if signal.family is Family.PHRASE and shown.reviewed}
    return ARRANGING in said and bool(said & WITH_MEETING) and view.recipient.age_band.minor and not is_peers(view)


def _target(score: float, thresholds: Thresholds, ceiling: Band, *, fast: bool, dangerous: bool) -> Band:
    reached = thresholds.reached(score)
    if fast:
        at_least = Band.URGENT if dangerous else Band.REVIEW
        reached = max(reached, at_least, key=lambda band: band.height)
    return min(reached, ceiling, key=lambda band: band.height)
