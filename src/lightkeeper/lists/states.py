"""The states of lists and entries, and the moves between them that are allowed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.db.models import TextChoices


class ListStatus(TextChoices):
    """What follows from a match: an answer, a count only, or nothing because the list is not searched."""

    VETTED = "vetted"
    TRIAL = "trial"
    QUARANTINED = "quarantined"


class EntryState(TextChoices):
    """Whether an entry is searched for; a ``staged`` one belongs to an import that has not ended."""

    STAGED = "staged"
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


STATUS_MOVES: Mapping[ListStatus, frozenset[ListStatus]] = MappingProxyType(
    {status: frozenset(ListStatus) - {status} for status in ListStatus}
)
"""A person who may change lists may put any list in any other status, with a reason."""

ENTRY_MOVES: Mapping[EntryState, frozenset[EntryState]] = MappingProxyType(
    {
        EntryState.STAGED: frozenset({EntryState.ACTIVE}),
        EntryState.ACTIVE: frozenset({EntryState.WITHDRAWN}),
        EntryState.WITHDRAWN: frozenset({EntryState.ACTIVE}),
    }
)
"""An import makes staged and withdrawn entries active; nothing is deleted but what an import staged and left."""
