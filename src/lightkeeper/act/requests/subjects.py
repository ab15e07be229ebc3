"""What a request is about: things by number, accounts by keyed index and the cases that are known of them.

With a preservation request each gets a legal hold, with a request not to tell the user each case a delay: in the same
transaction, so that what was registered is preserved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from lightkeeper.act.account_names import account_index
from lightkeeper.act.models import CaseAction
from lightkeeper.act.notices import delay_for_request
from lightkeeper.act.requests.models import ACCOUNT, AuthorityRequest, RequestSubject
from lightkeeper.act.requests.sealed import Says
from lightkeeper.act.requests.states import RequestKind, RequestRefused
from lightkeeper.act.types import ActionRefused
from lightkeeper.people.models import Client, Person
from lightkeeper.record.services import checked_subject, place_hold
from lightkeeper.record.types import HoldBasis, HoldSubject, Subject
from lightkeeper.review.models import Case

Finder = Callable[[int, str], Iterable[int]]
"""Gives the numbers of the cases of a client's account."""

MOST: Final = 200
"""Things that a request may name at once."""
_finders: Final[list[Finder]] = []


@dataclass(frozen=True, slots=True)
class About:
    """What somebody says that a request is about; an account is the client and its own name of it."""

    cases: tuple[int, ...] = ()
    items: tuple[int, ...] = ()
    submissions: tuple[int, ...] = ()
    accounts: tuple[tuple[int, str], ...] = field(default=(), repr=False)

    def numbers(self) -> list[tuple[HoldSubject, int]]:
        """All that is named by number."""
        named = (
            (HoldSubject.CASE, self.cases), (HoldSubject.ITEM, self.items), (HoldSubject.SUBMISSION, self.submissions)
        )  # fmt: skip
        return [(kind, number) for kind, numbers in named for number in numbers]


@dataclass(slots=True)
class Added:
    """How many subjects, legal holds and delays of notices there are more."""

    subjects: int = 0
    holds: int = 0
    delays: int = 0


def cases_found_by(finder: Finder) -> None:
    """Let a room above say which cases are known of an account. Called when the room is loaded."""
    if finder not in _finders:
        _finders.append(finder)


def add(request: AuthorityRequest, about: About, says: Says, person: Person) -> Added:
    """Note what a request is about, in the caller's transaction; what is noted already stays as it is.

    RequestRefused: something is not there, or cannot be held or delayed.
    """
    named = about.numbers()
    if len(named) + len(about.accounts) > MOST:
        raise RequestRefused(_("Name at most %(most)d things at once.") % {"most": MOST})
    added = Added()
    for kind, number in named:
        _add_number(request, kind, number, says, person, added)
    for client_id, name in about.accounts:
        _add_account(request, client_id, name, added)
        for number in _cases_of(client_id, name):
            _add_number(request, HoldSubject.CASE, number, says, person, added, found=True)
    return added


def _add_number(
    request: AuthorityRequest, kind: HoldSubject, number: int, says: Says, person: Person, added: Added, *,
    found: bool = False,
) -> None:  # fmt: skip
    if request.subjects.filter(kind=kind, number=number).exists():
        return
    row = RequestSubject(request=request, kind=kind, number=number, found=found)
    try:
        subject = checked_subject(Subject(kind.value, str(number)))
        if request.kind == RequestKind.PRESERVATION:
            row.hold = place_hold(
                subject=subject, basis=HoldBasis.PRESERVATION_REQUEST, reference=says.reference, by=person.actor
            )
            added.holds += 1
    except ValueError as error:
        raise RequestRefused(f"{str(kind.label).capitalize()} {number}: {error}") from None
    row.save(force_insert=True)
    added.subjects += 1
    if request.kind == RequestKind.DELAY and kind is HoldSubject.CASE:
        delay(request, Case.objects.get(pk=number), says, person)
        added.delays += 1


def delay(request: AuthorityRequest, case: Case, says: Says, person: Person) -> None:
    """Have users of a case not be told as long as a request asks for it. RequestRefused."""
    if request.until is None:
        raise ValueError("only a request that names a time delays notices")
    try:
        delay_for_request(case, request, until=request.until, note=says.reference, person=person)
    except ActionRefused as refused:
        raise RequestRefused(str(refused)) from None


def _add_account(request: AuthorityRequest, client_id: int, name: str, added: Added) -> None:
    if not Client.objects.filter(pk=client_id).exists():
        raise RequestRefused(_("There is no such client."))
    _row, new = RequestSubject.objects.get_or_create(
        request=request,
        account_index=account_index(client_id, name),
        defaults={"kind": ACCOUNT, "client_id": client_id},
    )
    added.subjects += new


def _cases_of(client_id: int, name: str) -> list[int]:
    acted_on = CaseAction.objects.filter(account_index=account_index(client_id, name)).values_list("case_id", flat=True)
    return sorted({*acted_on, *(number for finder in _finders for number in finder(client_id, name))})
