"""How a signal shows in a pair."""

from __future__ import annotations

from typing import NamedTuple


class Shown(NamedTuple):
    """A signal that is there: how strongly (1 is its whole weight), by which messages or acts, and between which times.

    ``reviewed``: not by phrases alone that no native speaker has reviewed.
    """

    strength: float
    evidence: tuple[bytes, ...]
    first_at: int
    last_at: int
    reviewed: bool = True


def at_now(strength: float, now: int, evidence: tuple[bytes, ...] = ()) -> Shown:
    """What is so now, and has no message or act of its own."""
    return Shown(strength, evidence, now, now)
