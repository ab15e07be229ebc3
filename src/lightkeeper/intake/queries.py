"""What the room is asked."""

from __future__ import annotations

from lightkeeper.intake.lifecycle import find
from lightkeeper.intake.models import Submission, Surface
from lightkeeper.intake.states import State

__all__ = ["all_surfaces", "find", "waiting"]


def waiting() -> int:
    """How many submissions wait for their scan."""
    return Submission.objects.filter(state=State.RECEIVED).count()


def all_surfaces() -> list[Surface]:
    """All surfaces, by name."""
    return list(Surface.objects.all())
