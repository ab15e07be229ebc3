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
    """Whether an entry is searched for; a ``staged`` one belongs to an import that has not ended.

    ``disputed``: somebody of ours doubts it; it is found, and withholds nothing by itself. ``quarantined``: it matched
    too much at once, and is not searched for until a person looked. ``withdrawn``: not searched for.
    """

    STAGED = "staged"
    ACTIVE = "active"
    DISPUTED = "disputed"
    QUARANTINED = "quarantined"
    WITHDRAWN = "withdrawn"


SEARCHED = frozenset({EntryState.ACTIVE, EntryState.DISPUTED})
"""The states in which an entry is in the index."""

STATUS_MOVES: Mapping[ListStatus, frozenset[ListStatus]] = MappingProxyType(
    {status: frozenset(ListStatus) - {status} for status in ListStatus}
)
"""A person who may change lists may put any list in any other status, with a reason."""

_HELD = frozenset({EntryState.ACTIVE, EntryState.DISPUTED, EntryState.QUARANTINED, EntryState.WITHDRAWN})
ENTRY_MOVES: Mapping[EntryState, frozenset[EntryState]] = MappingProxyType(
    {EntryState.STAGED: frozenset({EntryState.ACTIVE}), **{state: _HELD - {state} for state in _HELD}}
)
"""Who may change lists may move an entry, with a reason; a source withdraws what it deletes and brings it back.

What a person disputed, quarantined or withdrew a source does not make active again. Nothing is deleted but what an
import staged and left.
"""
