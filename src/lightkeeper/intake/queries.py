"""What the room is asked."""

from __future__ import annotations

from lightkeeper.intake.identity import reference_index
from lightkeeper.intake.lifecycle import find
from lightkeeper.intake.models import Submission, Surface
from lightkeeper.intake.states import State
from lightkeeper.people.models import Client

__all__ = ["all_surfaces", "find", "references", "waiting"]


def waiting() -> int:
    """How many submissions wait for their scan."""
    return Submission.objects.filter(state=State.RECEIVED).count()


def all_surfaces() -> list[Surface]:
    """All surfaces, by name."""
    return list(Surface.objects.all())


def references(callers_id: str) -> list[bytes]:
    """The blind indexes of an id that a platform gave, one for each client that may have used it."""
    return [reference_index(client, callers_id) for client in Client.objects.values_list("pk", flat=True)]
