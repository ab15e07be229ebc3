"""Labelled conversations, one at a time, whatever file they came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class InputError(ValueError):
    """A file is not what it should be; the message names file and line or element, and never a word of the text."""


class Turn(NamedTuple):
    """One message.

    ``at``: milliseconds, made up one minute apart where the file has no times. ``text`` None: nobody can read it.
    ``media``: what came with it, as ``events.MediaKind`` names it.
    """

    author: str
    at: int
    text: str | None
    media: str = "none"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A conversation with what is known of it.

    ``risky`` None: unlabelled. ``offenders`` and ``children``: authors whose role the truth files tell. ``marked``:
    places of ``turns`` that the truth marks, None where there is no such truth. ``slices``: groups compared for
    fairness. ``language`` as BCP 47, "" unknown. ``same_authors``: a name is the same person in the whole corpus.
    ``silent``: who is written to and writes nothing.
    """

    id: str
    corpus: str
    turns: tuple[Turn, ...]
    risky: bool | None = None
    offenders: frozenset[str] = frozenset()
    children: frozenset[str] = frozenset()
    marked: frozenset[int] | None = None
    slices: tuple[str, ...] = field(default=())
    language: str = ""
    same_authors: bool = False
    silent: frozenset[str] = frozenset()


_RISKY = {"1", "true", "yes", "risky", "positive", "predator"}
_BENIGN = {"0", "false", "no", "benign", "negative", "non-predator", "nonpredator"}

MINUTE = 60_000


def as_label(value: object, where: str) -> bool:
    """Read a label; ``where`` names file and line. Raises InputError."""
    word = str(value).strip().lower()
    word = word.removesuffix(".0")
    if word in _RISKY:
        return True
    if word in _BENIGN:
        return False
    raise InputError(f"{where}: the label is none of 1, 0, predator, non-predator, risky, benign")
