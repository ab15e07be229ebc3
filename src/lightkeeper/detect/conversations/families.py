"""Families of signals: what each is taken from. A person is asked only where two agree, one of them not of words."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Final


class Family(enum.StrEnum):
    """What a signal is taken from."""

    METADATA = "metadata"
    """What is known of the two accounts."""
    CONTACT = "contact"
    """Whom somebody approaches, how that is taken, and what they do without words."""
    TEMPORAL = "temporal"
    """When and how often somebody writes."""
    PHRASE = "phrase"
    """Phrases of a pack, and what follows from them."""
    EMBEDDING = "embedding"
    """Likeness to exemplars."""
    PROTECTIVE = "protective"
    """What speaks against a suspicion."""

    __hash__ = str.__hash__  # an enumeration's own is slow


OF_WORDS: Final = frozenset({Family.PHRASE, Family.EMBEDDING})
"""Families that see words only: they recognise how children talk as readily as how they are talked to."""

CAPS: Final[Mapping[Family, float]] = {
    Family.METADATA: 2.0,
    Family.CONTACT: 3.0,
    Family.TEMPORAL: 1.5,
    Family.PHRASE: 4.0,
    Family.EMBEDDING: 1.2,
}
"""What all signals of a family together add at most (log-odds; conversation-risk 6.3, unmeasured)."""

LEAST: Final = 0.3
"""What a family must add to count as one that agrees."""
