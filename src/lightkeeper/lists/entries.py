"""Moving entries between their states: disputed, quarantined, withdrawn, restored; each time with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.lists.changes import next_change
from lightkeeper.lists.checking import LONGEST_ENTRY_REASON, clean_reason, locked_list
from lightkeeper.lists.models import Entry
from lightkeeper.lists.states import ENTRY_MOVES
from lightkeeper.lists.types import EntryState, ListRefused
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Detail, Subject

_BY_IMPORT: Final = frozenset({EntryState.STAGED})


@transaction.atomic
def move_entry(entry_id: int, state: EntryState, *, reason: str, actor: Actor) -> None:
    """Put an entry in another state; every process follows within seconds. ``ACTIVE`` restores it.

    What is moved here has a reason, and no source makes it active again. Raises ListRefused: no such entry, a move
    that is not allowed, no reason.
    """
    reason = clean_reason(reason, longest=LONGEST_ENTRY_REASON)
    list_id = Entry.objects.filter(pk=entry_id).values_list("list_id", flat=True).first()
    if list_id is None:
        raise ListRefused(_("There is no such entry."))
    locked_list(list_id)
    entry = Entry.objects.select_for_update().get(pk=entry_id)
    old = EntryState(entry.state)
    if old in _BY_IMPORT or state in _BY_IMPORT:
        raise ListRefused(_("The entry belongs to an import that has not ended."))
    if state not in ENTRY_MOVES[old]:
        raise ListRefused(_("The entry is %(state)s already.") % {"state": old})
    put(entry, state, reason=reason, actor=actor, details={})


def put(entry: Entry, state: EntryState, *, reason: str, actor: Actor, details: Mapping[str, Detail]) -> None:
    """Move a locked entry, as one change and one event, in the caller's transaction."""
    old = entry.state
    entry.state, entry.state_reason, entry.state_at = state, reason, now()
    entry.changed = next_change()
    entry.save(update_fields=["state", "state_reason", "state_at", "changed"])
    subject = Subject("entry", str(entry.pk))
    said: dict[str, Detail] = {"list": entry.list_id, "from": str(old), "to": str(state), **details}
    write_event(Event.LISTS_ENTRY_MOVED, actor=actor, subject=subject, details=said)
