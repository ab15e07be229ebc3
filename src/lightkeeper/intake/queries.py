"""What the room is asked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from lightkeeper.intake.conversations.degrading import degraded as conversations_degraded
from lightkeeper.intake.conversations.packs import all_packs as conversation_packs
from lightkeeper.intake.conversations.tallies import totals as conversation_totals
from lightkeeper.intake.correcting import left_of as left_of_correction
from lightkeeper.intake.corrections import Preview
from lightkeeper.intake.corrections import preview as rests_on
from lightkeeper.intake.corrections import reason_of as reason_of_correction
from lightkeeper.intake.corrections import standing as standing_corrections
from lightkeeper.intake.identity import reference_index
from lightkeeper.intake.lifecycle import find
from lightkeeper.intake.models import Correction, Submission, Surface
from lightkeeper.intake.public_reports.queries import waiting as public_reports_waiting
from lightkeeper.intake.resting import case_items as items_resting_on
from lightkeeper.intake.resting import opened_again, resting_alone
from lightkeeper.intake.resting import withheld as withheld_by
from lightkeeper.intake.states import State
from lightkeeper.people.models import Client

__all__ = [
    "Preview",
    "all_surfaces",
    "conversation_packs",
    "conversation_totals",
    "conversations_degraded",
    "corrections",
    "find",
    "items_resting_on",
    "left_of_correction",
    "public_reports_waiting",
    "reason_of_correction",
    "references",
    "rests_on",
    "standing_corrections",
    "to_be_opened_again",
    "to_be_reinstated",
    "waiting",
    "withheld_by",
]


def waiting() -> int:
    """How many submissions wait for their scan."""
    return Submission.objects.filter(state=State.RECEIVED).count()


def all_surfaces() -> list[Surface]:
    """All surfaces, by name."""
    return list(Surface.objects.all())


def references(callers_id: str) -> list[bytes]:
    """The blind indexes of an id that a platform gave, one for each client that may have used it."""
    return [reference_index(client, callers_id) for client in Client.objects.values_list("pk", flat=True)]


def corrections() -> QuerySet[Correction]:
    """Entries that were proved wrong, the last first."""
    return Correction.objects.select_related("entry__list", "person").defer("entry__sealed", "reason").order_by("-pk")


def to_be_opened_again(entry: int, before: datetime, among: Collection[int]) -> set[int]:
    """Which of these items a correction of the entry opens again."""
    return set(opened_again(entry, before).filter(pk__in=among).values_list("pk", flat=True))


def to_be_reinstated(entry: int, among: Collection[int]) -> set[int]:
    """Which of these submissions a correction of the entry reinstates."""
    return set(resting_alone(entry).filter(pk__in=among).values_list("pk", flat=True))
