"""The break timer: since when somebody looks without a break, and until when they rest.

The row is also what everything that somebody sees goes through: whoever has locked it is alone with that person's
exposure, on whichever device. Where a lease is locked too, the shift comes first, as for a pause.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from lightkeeper.people.models import Person
from lightkeeper.record.policy import PolicyValues
from lightkeeper.review.models import Shift


def locked_shift(person: Person) -> Shift:
    """A person's shift, locked until the transaction ends."""
    Shift.objects.get_or_create(person=person)
    return Shift.objects.select_for_update().get(person=person)


def looked(shift: Shift, policy: PolicyValues, at: datetime) -> None:
    """Note that the person looked at something at this moment: after a pause that was long enough it begins anew."""
    if shift.looking_since is None or _had_a_break(shift, policy, at):
        shift.looking_since = at
    shift.last_looked_at = at
    shift.rests_until = _rest(shift, policy, at)
    shift.save(update_fields=["looking_since", "last_looked_at", "rests_until", "reveal"])


def rests_until(shift: Shift | None, policy: PolicyValues, at: datetime) -> datetime | None:
    """Until when this person must rest; None if they need not. Time since the last look counts as rest."""
    if shift is None or _had_a_break(shift, policy, at):
        return None
    return _rest(shift, policy, at)


def break_due_at(shift: Shift | None, policy: PolicyValues, at: datetime) -> datetime | None:
    """When the next break is due if they go on looking; None before the first look, and after a break."""
    if shift is None or shift.looking_since is None or _had_a_break(shift, policy, at):
        return None
    return shift.looking_since + timedelta(minutes=policy.looking_minutes)


def _had_a_break(shift: Shift, policy: PolicyValues, at: datetime) -> bool:
    last = shift.last_looked_at
    return last is None or at - last >= timedelta(minutes=policy.break_minutes)


def _rest(shift: Shift, policy: PolicyValues, at: datetime) -> datetime | None:
    if shift.looking_since is None or shift.last_looked_at is None:
        return None
    if at - shift.looking_since < timedelta(minutes=policy.looking_minutes):
        return None
    return shift.last_looked_at + timedelta(minutes=policy.break_minutes)
