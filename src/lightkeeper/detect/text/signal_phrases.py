"""What a pack of signals' phrases consists of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from lightkeeper.detect.conversations.view import PHRASE_SIGNALS

REFUSAL: Final = "refusal"
"""What a phrase shows by which somebody says no or stop: a refusal is no sign, but what goes on after it may be."""
SIGNALS: Final = frozenset({*PHRASE_SIGNALS, REFUSAL})


@dataclass(frozen=True, slots=True)
class SignalPhrase:
    """One phrase. ``near_misses`` of it are texts that must not show its signal, ``examples`` texts that must.

    ``unless``: patterns of contexts in which it says nothing; ``line``: where it stands in its file, from 1.
    """

    id: str
    signal: str
    pattern: str = field(repr=False)
    unless: tuple[str, ...] = field(repr=False)
    examples: tuple[str, ...] = field(repr=False)
    near_misses: tuple[str, ...] = field(repr=False)
    line: int


@dataclass(frozen=True, slots=True)
class SignalPack:
    """Phrases of one language. ``reviewed_by``: the native speaker who reviewed them, "" for nobody."""

    language: str
    version: str
    reviewed_by: str
    phrases: tuple[SignalPhrase, ...]
    digest: str
    """The SHA-256 of the file, so that what was read by can be told exactly."""
