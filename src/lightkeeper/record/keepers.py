"""Who destroys what of a case whose day has come: each room its own, in the one transaction of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from lightkeeper.record.models import VaultObject
from lightkeeper.record.retention_types import Blocked, ClockSubject, Destroyed, Related
from lightkeeper.record.types import DestructionReason, Subject


@dataclass(frozen=True, slots=True)
class Keeper:
    """A room that keeps something of a case (by its number).

    ``related`` locks what it will change and says what belongs to the case; ``destroy`` destroys all that the room
    keeps of it, and does nothing where nothing is left.
    """

    related: Callable[[int], Related]
    destroy: Callable[[int, DestructionReason], Destroyed]


_KEEPERS: Final[dict[str, Keeper]] = {}


def kept_by(room: str, keeper: Keeper) -> None:
    """From now on this room is asked too. Called when a room is loaded, the lowest first: it locks the case."""
    _KEEPERS[room] = keeper


def related_to(number: int) -> Related:
    """All that belongs to a case, of every room; what is to be changed is locked until the transaction ends."""
    subjects, contents = [Subject(ClockSubject.CASE.value, str(number))], list[bytes]()
    waits: Blocked | None = None
    for keeper in _KEEPERS.values():
        found = keeper.related(number)
        subjects += [one for one in found.subjects if one not in subjects]
        contents += found.contents
        waits = waits or found.waits
    return Related(tuple(subjects), tuple(contents), waits)


def destroy_all(number: int, reason: DestructionReason) -> Destroyed:
    """Let every room destroy what it keeps of a case; gives what that was."""
    counts: Counter[str] = Counter()
    objects: list[tuple[str, str]] = []
    for keeper in _KEEPERS.values():
        done = keeper.destroy(number, reason)
        counts.update(done.counts)
        objects += done.objects
    return Destroyed({name: count for name, count in sorted(counts.items()) if count}, tuple(objects))


def proof_of(obj: VaultObject) -> tuple[str, str]:
    """An object as a proof names it: its UUID and its keyed index, never a plain digest."""
    return str(obj.uuid), bytes(obj.sha256).hex()
