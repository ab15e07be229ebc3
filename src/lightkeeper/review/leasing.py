"""Leases: a person's temporary sole claim on a case.

A case has one open lease at most and a person one, whatever happens at the same moment: the database says so, and
whoever takes a case holds its row locked. A lease lives as long as its holder's page is heard of; one that was silent
for a minute is ended by whoever takes the case next.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import EventRow, Subject
from lightkeeper.review.models import Case, Lease, Shift
from lightkeeper.review.states import CaseState
from lightkeeper.review.types import LeaseEnd

SILENT_AFTER: Final = timedelta(seconds=60)


class NotYours(Exception):  # noqa: N818  # what it says
    """The case is not this person's now; the message is a sentence for them."""


def lease_of(case: Case) -> Lease | None:
    """Who has a case, None where nobody has it. A silent holder has it until somebody else takes it."""
    return Lease.objects.select_related("person").filter(case=case, ended_at=None).first()


def locked_lease(case: Case) -> Lease | None:
    """The same, locked until the transaction ends; the case is locked already."""
    rows = Lease.objects.select_for_update(of=("self",)).select_related("person")
    return rows.filter(case=case, ended_at=None).first()


def lease_held_by(person: Person) -> Lease | None:
    """The lease that somebody has, None where they have none."""
    return Lease.objects.select_related("case").filter(person=person, ended_at=None).first()


def is_silent(lease: Lease) -> bool:
    """Whether a lease's holder was not heard of for so long that anybody may take the case."""
    return lease.beat_at < now() - SILENT_AFTER


def require_lease(case: Case, person: Person) -> Lease:
    """Lock this person's lease of a case until the transaction ends. Raises NotYours, which says who has it."""
    lease = Lease.objects.select_for_update().filter(case=case, person=person, ended_at=None).first()
    if lease is not None:
        return lease
    other = lease_of(case)
    if other is None:
        raise NotYours(_("You do not have this case any more. Take it again to go on."))
    raise NotYours(_("%(name)s has this case now.") % {"name": other.person.name})


@transaction.atomic
def take(case: Case, person: Person, *, how: str = "picked") -> Lease:
    """Give a case to somebody; what else they had they give back. A case that is theirs stays theirs.

    Raises PermissionDenied, and NotYours where somebody else has it and is heard of, or nothing in it waits any more.
    """
    if not may(person, Permission.CASE_GRADE):
        raise PermissionDenied(Permission.CASE_GRADE.value)
    return give(Case.objects.select_for_update().get(pk=case.pk), person, how=how)


def give(locked: Case, person: Person, *, how: str) -> Lease:
    """The same for who was asked whether they may, of a case that the caller holds locked in a transaction."""
    lease = locked_lease(locked)
    if lease is not None and lease.person_id == person.pk:
        beat(locked, person)
        return lease
    if lease is not None and not is_silent(lease):
        raise NotYours(_("%(name)s has this case now.") % {"name": lease.person.name})
    if locked.state == CaseState.CLOSED:
        raise NotYours(_("This case is closed."))
    if lease is not None:
        end(lease, LeaseEnd.SILENT)
    return _begin(locked, person, how)


@transaction.atomic
def take_over(case: Case, person: Person) -> Lease:
    """Take a case from whoever has it, as a lead. Raises PermissionDenied, and NotYours where it is closed."""
    if not may(person, Permission.CASE_TAKE_OVER):
        raise PermissionDenied(Permission.CASE_TAKE_OVER.value)
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if locked.state == CaseState.CLOSED:
        raise NotYours(_("This case is closed."))
    lease = locked_lease(locked)
    if lease is not None and lease.person_id == person.pk:
        return lease
    if lease is not None:
        end(lease, LeaseEnd.TAKEN_OVER)
    return _begin(locked, person, "taken_over")


def beat(case: Case, person: Person) -> bool:
    """Note that the holder of a case is there. False where it is not theirs any more. Writes no event: no act."""
    return bool(Lease.objects.filter(case=case, person=person, ended_at=None).update(beat_at=now()))


@transaction.atomic(savepoint=False)
def release(person: Person, why: LeaseEnd) -> Case | None:
    """Give back what somebody has, and give that case; None where they had none."""
    lease = Lease.objects.select_for_update(of=("self",)).select_related("case", "person")
    held = lease.filter(person=person, ended_at=None).first()
    if held is None:
        return None
    end(held, why)
    return held.case


@transaction.atomic
def pause(person: Person) -> Case | None:
    """Stop for a while, without a reason: what they have is given back. Taking a case ends the pause."""
    Shift.objects.update_or_create(person=person, defaults={"paused_at": now()})
    return release(person, LeaseEnd.PAUSED)


def signed_out(event: EventRow) -> None:
    """Give back what somebody had who signed out, or whose time was over; in the transaction of the event."""
    person = Person.objects.filter(pk=int(event.actor.id)).first() if event.actor.id.isdecimal() else None
    if person is not None:
        release(person, LeaseEnd.SIGNED_OUT)


def _begin(case: Case, person: Person, how: str) -> Lease:
    # Locks are taken in one order everywhere: case, item, shift, lease.
    Shift.objects.filter(person=person).exclude(paused_at=None).update(paused_at=None)
    release(person, LeaseEnd.RELEASED)
    at = now()
    lease = Lease.objects.create(case=case, person=person, taken_at=at, beat_at=at)
    write_event(
        Event.REVIEW_LEASE_TAKEN, actor=person.actor, subject=Subject("case", str(case.pk)), details={"how": how}
    )
    return lease


def end(lease: Lease, why: LeaseEnd) -> None:
    """End a lease that the caller holds locked, and write its event."""
    lease.ended_at, lease.ended = now(), why
    lease.save(update_fields=["ended_at", "ended"])
    write_event(
        Event.REVIEW_LEASE_ENDED,
        actor=lease.person.actor,
        subject=Subject("case", str(lease.case_id)),
        details={"why": why.value, "person": lease.person_id},
    )
