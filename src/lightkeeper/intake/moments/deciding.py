"""What the platform is told at a moment: the rule gives prompt and decision, and a draw whether and how long it waits.

The draw is a keyed function of the moment, the two people and the day, so that asking again gives the same and cannot
be averaged out. Where a rule is slow, a few are held that nothing is known of, for as long as those whose case waits
for a person: being held says little of anybody. No rule and no text ever sees the risk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lightkeeper.intake.moments.rules import Asked, rule_for
from lightkeeper.intake.moments.types import Decision

PACE_SECONDS: Final = 20
"""The longest wait of a slow rule where nothing is held."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Two numbers, each at least 0 and below 1: whether it is held, and how long it waits."""

    held: float
    wait: float

    @classmethod
    def of(cls, random: bytes) -> Draw:
        """From 16 bytes or more that nobody can foretell."""
        return cls(int.from_bytes(random[:6]) / (1 << 48), int.from_bytes(random[6:12]) / (1 << 48))


@dataclass(frozen=True, slots=True)
class Holding:
    """What policy says: the longest hold in seconds, and which share from 0 to 1 is held at random."""

    seconds: int
    share: float


@dataclass(frozen=True, slots=True)
class Decided:
    """What comes of a moment. ``prompts``: whether a text is shown; ``wait``: seconds; then the platform goes on."""

    decision: Decision
    prompts: bool
    wait: int


def decide(asked: Asked, *, waits: bool, draw: Draw, holding: Holding) -> Decided:
    """``waits``: whether a case of this pair waits for a person; it can only hold where the rule is slow."""
    rule = rule_for(asked)
    prompts = rule.decision is not Decision.ALLOW
    if not rule.slow:
        return Decided(rule.decision, prompts, 0)
    if waits or draw.held < holding.share:
        half = holding.seconds // 2
        return Decided(Decision.HOLD_FOR_REVIEW, prompts, half + round(draw.wait * (holding.seconds - half)))
    return Decided(rule.decision, prompts, round(draw.wait * PACE_SECONDS))
