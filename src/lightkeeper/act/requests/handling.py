"""What people do about a request: take it up, put its dates off, end it with a second person where policy says so.

No end of a request lifts a legal hold: that is an act of its own, by name, on the page of holds.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.act.models import NoticeDelay
from lightkeeper.act.notices import end_delay
from lightkeeper.act.requests import subjects
from lightkeeper.act.requests.models import AuthorityRequest
from lightkeeper.act.requests.registering import (
    OVERDUE,
    locked_request,
    note_step,
    subject_of,
    watch_until,
)
from lightkeeper.act.requests.sealed import says_of
from lightkeeper.act.requests.states import (
    DATED,
    ENDS,
    IN_VAIN,
    MOVES,
    OPEN,
    RequestKind,
    RequestRefused,
    RequestState,
    StepKind,
)
from lightkeeper.act.requests.terms import term_of
from lightkeeper.people.matrix import Permission, require
from lightkeeper.people.models import Person
from lightkeeper.record.events import Event
from lightkeeper.record.services import current_policy, write_event
from lightkeeper.record.types import Details, HoldSubject
from lightkeeper.review.models import Case
from lightkeeper.runtime.services import add_work

_ENDS_BY = {RequestState.ANSWERED: StepKind.ANSWERED, RequestState.REFUSED: StepKind.REFUSED}
_PROPOSES = {RequestState.ANSWERED: StepKind.PROPOSED_ANSWER, RequestState.REFUSED: StepKind.PROPOSED_REFUSAL}


def needs_second(request: AuthorityRequest) -> bool:
    """Whether two people end it, as the policy in force says."""
    policy = current_policy()
    return policy.request_second_in_emergency if request.kind == RequestKind.EMERGENCY else policy.request_second


@transaction.atomic
def take_up(request: AuthorityRequest, person: Person) -> None:
    """Somebody looks at it from now on. Raises PermissionDenied, RequestRefused."""
    require(person, Permission.REQUEST_HANDLE)
    locked = locked_request(request)
    _move(locked, RequestState.LOOKED_AT, allowed={RequestState.RECEIVED})
    locked.handler = person
    locked.save(update_fields=["state", "handler"])
    note_step(locked, StepKind.TAKEN_UP, person)
    _tell(Event.ACT_REQUEST_TAKEN_UP, locked, person)


@transaction.atomic
def confirm_receipt(request: AuthorityRequest, person: Person) -> None:
    """Note that the authority was told that it was received. Raises PermissionDenied, RequestRefused."""
    require(person, Permission.REQUEST_HANDLE)
    locked = locked_request(request)
    if locked.confirmed_at is not None:
        raise RequestRefused(_("The authority was told already."))
    locked.confirmed_at = now()
    locked.save(update_fields=["confirmed_at"])
    note_step(locked, StepKind.CONFIRMED, person)
    _tell(Event.ACT_REQUEST_CONFIRMED, locked, person)


@transaction.atomic
def extend_due(request: AuthorityRequest, *, due_at: datetime, note: str, person: Person) -> None:
    """Note another due date, and why it is that. Raises PermissionDenied, RequestRefused."""
    require(person, Permission.REQUEST_HANDLE)
    locked = locked_request(request)
    if locked.state not in OPEN:
        raise RequestRefused(_("This request has ended."))
    if due_at <= now():
        raise RequestRefused(_("Name a time that is still to come."))
    locked.due_at = due_at
    locked.save(update_fields=["due_at"])
    add_work(OVERDUE, subject=locked.pk, due_at=due_at)
    note_step(locked, StepKind.EXTENDED, person, note=note, required=True, until=due_at)
    _tell(Event.ACT_REQUEST_EXTENDED, locked, person, {"due": _moment(due_at)})


@transaction.atomic
def renew(request: AuthorityRequest, *, until: datetime | None, note: str, person: Person) -> None:
    """The authority asked to preserve, or not to tell, for longer: until a time, or for its country's term.

    It may be renewed after it was answered. Raises PermissionDenied, RequestRefused.
    """
    require(person, Permission.REQUEST_HANDLE)
    locked = locked_request(request)
    if locked.kind not in DATED or locked.until is None:
        raise RequestRefused(_("Only what is asked for until a time can be renewed."))
    if locked.state in IN_VAIN:
        raise RequestRefused(_("This request has ended; register the new one, and say that it follows this one."))
    if until is None and locked.kind == RequestKind.PRESERVATION:
        until = max(locked.until, now()) + term_of(locked.country).more
    if until is None or until <= max(locked.until, now()):
        raise RequestRefused(_("Say until when: later than now, and than it was asked for before."))
    locked.until, locked.renewals = until, locked.renewals + 1
    locked.save(update_fields=["until", "renewals"])
    if locked.kind == RequestKind.DELAY:
        says = says_of(locked.content, locked.public)
        for case in _cases(locked):
            subjects.delay(locked, case, says, person)
    watch_until(locked)
    note_step(locked, StepKind.RENEWED, person, note=note, required=True, until=until)
    _tell(Event.ACT_REQUEST_RENEWED, locked, person, {"until": _moment(until)})


@transaction.atomic
def propose_end(request: AuthorityRequest, end: RequestState, *, note: str, person: Person) -> bool:
    """Say that it is answered (and with what) or refused (and why); True where that waits for a second person.

    Where policy asks for no second person it ends so at once. Raises PermissionDenied, RequestRefused.
    """
    require(person, Permission.REQUEST_HANDLE)
    if end not in ENDS:
        raise RequestRefused(_("A request is answered or refused."))
    locked = locked_request(request)
    waits = needs_second(locked)
    _move(locked, RequestState.WAITING if waits else end, allowed={RequestState.LOOKED_AT})
    locked.proposed, locked.proposed_by = end, person
    if not waits:
        note_step(locked, _ENDS_BY[end], person, note=note, required=True)
        _end(locked, person, second=False)
        return False
    locked.save(update_fields=["state", "proposed", "proposed_by"])
    note_step(locked, _PROPOSES[end], person, note=note, required=True)
    _tell(Event.ACT_REQUEST_PROPOSED, locked, person, {"end": end.value})
    return True


@transaction.atomic
def approve_end(request: AuthorityRequest, *, note: str = "", person: Person) -> None:
    """Agree, as the second person: it ends as was proposed. Raises PermissionDenied, RequestRefused."""
    require(person, Permission.REQUEST_APPROVE)
    locked = locked_request(request)
    if locked.state != RequestState.WAITING:
        raise RequestRefused(_("This request does not wait for a second person."))
    if locked.proposed_by_id == person.pk:
        raise RequestRefused(_("You proposed it: another person agrees."))
    end = RequestState(locked.proposed)
    _move(locked, end, allowed={RequestState.WAITING})
    note_step(locked, _ENDS_BY[end], person, note=note)
    _end(locked, person, second=True)


@transaction.atomic
def send_back(request: AuthorityRequest, *, note: str, person: Person) -> None:
    """Do not agree, or take one's own proposal back, and say why. Raises PermissionDenied, RequestRefused."""
    require(person, Permission.REQUEST_APPROVE)
    locked = locked_request(request)
    _move(locked, RequestState.LOOKED_AT, allowed={RequestState.WAITING})
    locked.proposed, locked.proposed_by = "", None
    locked.save(update_fields=["state", "proposed", "proposed_by"])
    note_step(locked, StepKind.SENT_BACK, person, note=note, required=True)
    _tell(Event.ACT_REQUEST_SENT_BACK, locked, person)


@transaction.atomic
def withdraw(request: AuthorityRequest, *, note: str, person: Person) -> None:
    """Note that the authority withdrew it. Raises PermissionDenied, RequestRefused."""
    require(person, Permission.REQUEST_HANDLE)
    locked = locked_request(request)
    _move(locked, RequestState.WITHDRAWN, allowed=set(OPEN))
    locked.proposed, locked.proposed_by = "", None
    note_step(locked, StepKind.WITHDRAWN, person, note=note, required=True)
    _end(locked, person, second=False)


def _end(request: AuthorityRequest, person: Person, *, second: bool) -> None:
    request.ended_by, request.ended_at, request.second = person, now(), second
    request.policy = current_policy().version
    request.save()
    delays = _end_delays(request, person) if request.state == RequestState.ANSWERED else 0
    standing = request.subjects.filter(hold__isnull=False, hold__lifted_at=None).count()
    details: Details = {
        "kind": request.kind, "end": str(request.state), "second": second, "holds": standing, "delays": delays
    }  # fmt: skip
    _tell(Event.ACT_REQUEST_ENDED, request, person, details)


def _end_delays(request: AuthorityRequest, person: Person) -> int:
    """Let users be told again, where that is what was asked for and agreed to; gives of how many cases."""
    if request.kind != RequestKind.END_DELAY:
        return 0
    delays = list(NoticeDelay.objects.filter(request=request.follows_id, ended_at=None))
    for delay in delays:
        end_delay(delay, person=person)
    return len(delays)


def _cases(request: AuthorityRequest) -> list[Case]:
    numbers = request.subjects.filter(kind=HoldSubject.CASE).values_list("number", flat=True)
    return list(Case.objects.filter(pk__in=list(numbers)).order_by("pk"))


def _move(request: AuthorityRequest, state: RequestState, *, allowed: set[RequestState]) -> None:
    before = RequestState(request.state)
    if before not in allowed or state not in MOVES[before]:
        raise RequestRefused(
            _("This cannot be done with a request that is “%(state)s”. Load the page again.") % {"state": before.label}
        )
    request.state = state


def _tell(event: Event, request: AuthorityRequest, person: Person, details: Details | None = None) -> None:
    write_event(event, actor=person.actor, subject=subject_of(request), details=details or {})


def _moment(at: datetime) -> str:
    """A time as a detail of an event, which is a code: ``20261123t091500z``."""
    return at.strftime("%Y%m%dt%H%M%Sz")
