"""The rules of one list: its status and radius, changed with a reason; its owner, and when it raises an alarm."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.lists.changes import next_change
from lightkeeper.lists.checking import check_radius, clean_reason, locked_list, subject_of
from lightkeeper.lists.models import HashList
from lightkeeper.lists.states import STATUS_MOVES
from lightkeeper.lists.types import ListRefused, ListStatus
from lightkeeper.people.models import Person
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Detail

LONGEST_STALE: Final = 3650
"""Days."""

MOST_UPLOADERS: Final = 1_000_000


def set_status(list_id: int, status: ListStatus, *, reason: str, actor: Actor) -> None:
    """Change what follows from matches of a list. Raises ListRefused: no such list, the same status, no reason."""
    reason = clean_reason(reason)
    with transaction.atomic():
        row = locked_list(list_id)
        old = ListStatus(row.status)
        if status not in STATUS_MOVES[old]:
            raise ListRefused(_("The list is %(status)s already.") % {"status": old})
        row.status, row.status_reason, row.updated_at = ListStatus(status), reason, now()
        row.save(update_fields=["status", "status_reason", "updated_at"])
        next_change()
        details = {"from": str(old), "to": str(row.status)}
        write_event(Event.LISTS_STATUS_CHANGED, actor=actor, subject=subject_of(list_id), details=details)


def set_radius(list_id: int, radius: int, *, reason: str, actor: Actor) -> None:
    """Change within how many bits a hash matches the list. Raises ListRefused: out of bounds, no reason, the same."""
    reason = clean_reason(reason)
    check_radius(radius)
    with transaction.atomic():
        row = locked_list(list_id)
        old = row.radius
        if old == radius:
            raise ListRefused(_("The radius of the list is %(radius)s already.") % {"radius": radius})
        row.radius, row.rationale, row.updated_at = radius, reason, now()
        row.save(update_fields=["radius", "rationale", "updated_at"])
        next_change()
        details = {"from": old, "to": radius}
        write_event(Event.LISTS_RADIUS_CHANGED, actor=actor, subject=subject_of(list_id), details=details)


@transaction.atomic
def set_owner(list_id: int, owner_id: int | None, *, actor: Actor) -> None:
    """Say who answers for a list, None for nobody. Raises ListRefused: no such list, or nobody who has an account."""
    row = locked_list(list_id)
    if owner_id is not None and not Person.objects.filter(pk=owner_id, is_active=True).exists():
        raise ListRefused(_("There is nobody with this account, or it is not active."))
    _set(row, "owner", "owner_id", owner_id, actor)


@transaction.atomic
def set_stale_days(list_id: int, days: int | None, *, actor: Actor) -> None:
    """Say after how many days without news an alert comes: 0 never, None as the setting says. Raises ListRefused."""
    if days is not None and not 0 <= days <= LONGEST_STALE:
        raise ListRefused(_("The days must be 0 to %(most)s.") % {"most": LONGEST_STALE})
    _set(locked_list(list_id), "stale_days", "stale_days", days, actor)


@transaction.atomic
def set_flood_uploaders(list_id: int, uploaders: int, *, actor: Actor) -> None:
    """Say how many uploaders within an hour have an entry quarantined, 0 never. Raises ListRefused."""
    if not 0 <= uploaders <= MOST_UPLOADERS:
        raise ListRefused(_("The number of uploaders must be 0 to %(most)s.") % {"most": MOST_UPLOADERS})
    _set(locked_list(list_id), "flood_uploaders", "flood_uploaders", uploaders, actor)


def _set(row: HashList, what: str, column: str, value: int | None, actor: Actor) -> None:
    """Set one column and say so; nothing is said where it is so already."""
    old = getattr(row, column)
    if old == value:
        return
    setattr(row, column, value)
    row.updated_at = now()
    row.save(update_fields=[column, "updated_at"])
    details: dict[str, Detail] = {"what": what, "from": old, "to": value}
    write_event(Event.LISTS_LIST_CHANGED, actor=actor, subject=subject_of(row.pk), details=details)
