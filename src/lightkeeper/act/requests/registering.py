"""Registering a request: from this moment it has a due date, and what it asks to preserve is preserved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.act.requests import subjects
from lightkeeper.act.requests.models import AuthorityRequest, RequestStep
from lightkeeper.act.requests.sealed import Says, reference_index, says_of, sealed_note, sealed_says
from lightkeeper.act.requests.states import (
    DATED,
    DUE,
    OPEN,
    Authority,
    RequestKind,
    RequestRefused,
    StepKind,
    Way,
)
from lightkeeper.act.requests.subjects import About, Added
from lightkeeper.act.requests.terms import REMINDED, term_of
from lightkeeper.people.matrix import Permission, require
from lightkeeper.people.models import Person
from lightkeeper.people.services import raise_alert
from lightkeeper.people.types import AlertKind
from lightkeeper.record.events import Event
from lightkeeper.record.services import COUNTRIES, write_event
from lightkeeper.record.types import Details, Subject
from lightkeeper.runtime.services import add_work

OVERDUE: Final = "act:request-due"
"""The work of looking whether a request is overdue; its subject is the request."""
RUNS_OUT: Final = "act:request-runs-out"
"""The work of reminding that a preservation runs out."""
_CLOCKS: Final = timedelta(minutes=5)
"""So far ahead of ours another clock may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """What is known of a request when it comes.

    Without ``due_at`` it is due as ``DUE`` says, without ``until`` a preservation is for the term of its country.
    """

    kind: RequestKind
    authority: Authority
    country: str
    way: Way
    received_at: datetime
    says: Says
    about: About
    due_at: datetime | None = None
    until: datetime | None = None
    follows: AuthorityRequest | None = None


@transaction.atomic
def register(new: NewRequest, person: Person) -> AuthorityRequest:
    """Note a request, and preserve or delay what it asks for. Raises PermissionDenied, RequestRefused."""
    require(person, Permission.REQUEST_HANDLE)
    if new.kind == RequestKind.PRESERVATION:
        require(person, Permission.HOLD_PLACE)
    says, at = new.says.checked(), now()
    due, until = _times(new, at)
    _check_what_follows(new)
    request = AuthorityRequest(
        kind=new.kind, authority=new.authority, country=new.country.upper(), way=new.way, follows=new.follows,
        received_at=new.received_at, due_at=due, until=until, registered_by=person, registered_at=at,
        reference_index=reference_index(says.reference),
    )  # fmt: skip
    request.content = sealed_says(says, request.public)
    request.save(force_insert=True)
    note_step(request, StepKind.REGISTERED, person, until=until)
    added = subjects.add(request, new.about, says, person)
    details: Details = {
        "kind": request.kind, "authority": request.authority, "country": request.country.lower(),
        "subjects": added.subjects, "holds": added.holds, "delays": added.delays,
    }  # fmt: skip
    write_event(Event.ACT_REQUEST_REGISTERED, actor=person.actor, subject=subject_of(request), details=details)
    add_work(OVERDUE, subject=request.pk, due_at=due)
    watch_until(request)
    if request.kind == RequestKind.EMERGENCY:
        raise_alert(
            AlertKind.REQUEST_EMERGENCY, key=f"request_emergency:{request.pk}", urgent=True, path=path_of(request),
            details={"request": request.pk},
        )  # fmt: skip
    return request


@transaction.atomic
def add_subjects(request: AuthorityRequest, about: About, person: Person) -> Added:
    """Note what else a request is about; preserved or delayed as the rest. PermissionDenied, RequestRefused."""
    require(person, Permission.REQUEST_HANDLE)
    locked = locked_request(request)
    if locked.state not in OPEN:
        raise RequestRefused(_("This request has ended; register another that follows it."))
    added = subjects.add(locked, about, says_of(locked.content, locked.public), person)
    if not added.subjects:
        raise RequestRefused(_("That is noted already, or nothing was named."))
    note_step(locked, StepKind.ADDED, person)
    details: Details = {"subjects": added.subjects, "holds": added.holds, "delays": added.delays}
    write_event(Event.ACT_REQUEST_WIDENED, actor=person.actor, subject=subject_of(locked), details=details)
    return added


def locked_request(request: AuthorityRequest) -> AuthorityRequest:
    """The request as it is now, which nobody else changes until the transaction ends."""
    return AuthorityRequest.objects.select_for_update().get(pk=request.pk)


def note_step(
    request: AuthorityRequest, kind: StepKind, person: Person, *, note: str = "", required: bool = False,
    until: datetime | None = None,
) -> None:  # fmt: skip
    """Note what somebody did about a request. RequestRefused: a reason is ``required`` and there is none."""
    step = RequestStep(request=request, kind=kind, person=person, at=now(), until=until)
    step.note = sealed_note(note, step.public, required=required)
    step.save(force_insert=True)


def watch_until(request: AuthorityRequest) -> None:
    """Have somebody reminded before a preservation runs out, and when it has."""
    if request.kind == RequestKind.PRESERVATION and request.until is not None:
        add_work(RUNS_OUT, subject=request.pk, due_at=max(request.until - REMINDED, now()))


def subject_of(request: AuthorityRequest) -> Subject:
    """How the audit trail names a request."""
    return Subject("request", str(request.pk))


def path_of(request: AuthorityRequest) -> str:
    """Where the request stands in the console."""
    return f"/requests/{request.public}/"


def _times(new: NewRequest, at: datetime) -> tuple[datetime, datetime | None]:
    if new.country.upper() not in COUNTRIES:
        raise RequestRefused(_("The country must be two letters of ISO 3166, such as GB or DE."))
    if new.received_at > at + _CLOCKS:
        raise RequestRefused(_("It cannot have been received later than now."))
    due = new.due_at or new.received_at + DUE[new.kind]
    if due < new.received_at:
        raise RequestRefused(_("It cannot be due before it was received."))
    if new.kind not in DATED:
        return due, None
    until = new.until
    if until is None and new.kind == RequestKind.PRESERVATION:
        until = new.received_at + term_of(new.country.upper()).first
    if until is None or until <= at:
        raise RequestRefused(_("Say until when, a time that is still to come."))
    return due, until


def _check_what_follows(new: NewRequest) -> None:
    if new.kind == RequestKind.END_DELAY and (new.follows is None or new.follows.kind != RequestKind.DELAY):
        raise RequestRefused(_("Say which request not to tell the user this one ends."))
