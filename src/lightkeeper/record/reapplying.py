"""Erasing again, in a restored database, the rows that the destruction log names. Each room erases its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from lightkeeper.record.events import Event

Again = Callable[[str], bool]
"""Erases what has this id; False where nothing is left of it. HeldError: a legal hold keeps it, or a part of it."""


@dataclass(frozen=True, slots=True)
class Reapplied:
    """How an erasure is applied again.

    ``lasting``: its id means the same after any restore, as a keyed index does; a number is given anew behind one.
    """

    again: Again
    lasting: bool


_REAPPLIED: Final[dict[str, Reapplied]] = {}


def reapplied_by(event: Event, again: Again, *, lasting: bool = False) -> None:
    """From now on this erases again what such an event says was erased. Called when a room is loaded.

    Erasures that nobody names here follow from others, or run out of time again by themselves.
    """
    _REAPPLIED[event.value] = Reapplied(again, lasting)


def how_reapplied(what: str) -> Reapplied | None:
    """How the erasure that an event of this name tells of is applied again; None where it need not be."""
    return _REAPPLIED.get(what)
