"""Ways in which words are written so that they are not found: the evasion suite, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from lightkeeper.detect.conversations.evaluation.streams import Labelled

SHARE: Final = 0.3
"""The share of words that is attacked."""
_LEET: Final = str.maketrans("aeiost", "431057")
_LOOK_ALIKE: Final = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")  # Cyrillic


def _leet(word: str, _: random.Random) -> str:
    return word.translate(_LEET)


def _look_alike(word: str, _: random.Random) -> str:
    return word.translate(_LOOK_ALIKE)


def _dotted(word: str, _: random.Random) -> str:
    return ".".join(word)


def _typo(word: str, source: random.Random) -> str:
    if len(word) < 4:
        return word
    place = source.randrange(1, len(word) - 2)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


ATTACKS: Final[dict[str, Callable[[str, random.Random], str]]] = {
    "leet": _leet,
    "look-alike letters": _look_alike,
    "dotted words": _dotted,
    "typing errors": _typo,
}


def attacked(conversation: Labelled, attack: str, seed: int = 1) -> Labelled:
    """The conversation with every third word or so attacked."""
    source = random.Random(f"{seed}/{attack}/{conversation.id}")  # no secret
    change = ATTACKS[attack]

    def changed(text: str) -> str:
        return " ".join(change(word, source) if source.random() < SHARE else word for word in text.split(" "))

    return rewritten(conversation, changed)


def rewritten(conversation: Labelled, change: Callable[[str], str]) -> Labelled:
    """The conversation with every text changed."""
    turns = (turn if turn.text is None else turn._replace(text=change(turn.text)) for turn in conversation.turns)
    return replace(conversation, turns=tuple(turns))
