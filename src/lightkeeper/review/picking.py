"""The next case for somebody: what comes first, what suits them, and why nothing does.

Every fifth case that the organisation takes is the oldest of those drawn at random for review, unless a child may be
in danger somewhere: else a full queue would never let one be seen, and precision could not be measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime, make_aware, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, at_one_moment, may
from lightkeeper.review.case_state import open_items
from lightkeeper.review.leasing import SILENT_AFTER, NotYours, beat, give, lease_held_by
from lightkeeper.review.models import Case, CaseItem, Grade, Lease
from lightkeeper.review.offers import offered
from lightkeeper.review.parts import awaits
from lightkeeper.review.protection import Budget, Protecting, budget
from lightkeeper.review.states import CaseState, GradeState, ItemState
from lightkeeper.review.types import Exposure, LeaseEnd, Severity

RULE: Final = gettext_lazy(
    "A child in danger comes first, then what is due soonest, then what is gravest. Every fifth case taken is one"
    " drawn at random, unless a child may be in danger."
)
ORDER: Final = ("-imminent", "due_at", "-severity", "pk")
OPEN: Final = (CaseState.WAITING, CaseState.SECOND, CaseState.DISAGREED)
SAMPLED_EVERY: Final = 5
_LOOKED_AT: Final = 200
"""Cases that are looked at one by one for somebody before it is said that nothing suits them."""
_NO_VIEW: Final = (Exposure.NONE, Exposure.TEXT)
_SEVERITIES: Final = {"critical": Severity.CRITICAL, "high": Severity.HIGH}


class NothingNow(Exception):  # noqa: N818  # what it says
    """This person gets no case now; the message is a sentence that says why."""


def take_next(person: Person) -> Case | None:
    """Give somebody the next case that suits them, or the one that they have; None where nothing does.

    Raises PermissionDenied, and NothingNow where they must rest.
    """
    with at_one_moment(person):
        return _next(person)


def _next(person: Person) -> Case | None:
    if not may(person, Permission.CASE_GRADE):
        raise PermissionDenied(Permission.CASE_GRADE.value)
    held = lease_held_by(person)
    if held is not None:
        beat(held.case, person)
        return held.case
    left = budget(person)
    if left.rests_until is not None:
        until = date_format(localtime(left.rests_until), "H:i")
        raise NothingNow(_("You have looked for long enough; rest until %(time)s.") % {"time": until})
    return next(filter(None, (_first_of(rows, person) for rows in _suitable(person, left))), None)


def _first_of(rows: QuerySet[Case], person: Person) -> Case | None:
    """Take the first of these that nobody else is taking at this moment.

    It is looked for and locked in one query: people who come at once get one after the other, and nobody tries in vain
    what all the others try too.
    """
    skip = connection.features.has_select_for_update_skip_locked
    passed: list[int] = []
    while len(passed) < _LOOKED_AT:
        try:
            with transaction.atomic():
                case = rows.exclude(pk__in=passed).select_for_update(of=("self",), skip_locked=skip).first()
                if case is None:
                    return None
                passed.append(case.pk)
                if any(awaits(item, person) for item in open_items(case)):
                    give(case, person, how="next")
                    return case
        except (IntegrityError, NotYours):
            continue  # somebody was quicker by a moment
    return None


def _suitable(person: Person, left: Budget) -> Iterator[QuerySet[Case]]:
    """Cases that suit somebody, in the order in which they are offered."""
    fitting = _without_what_they_refuse(_nobodys(person), left.protecting)
    rows = _waiting_for(fitting, person).order_by(*ORDER)
    if _turn_of_a_sampled_one() and not rows.filter(imminent=True).exists():
        rows_sampled = rows.filter(sampled=True, state=CaseState.WAITING).order_by("opened_at", "pk")
        yield from _viewable(rows_sampled, left)
    yield from _viewable(rows, left)


def _viewable(rows: QuerySet[Case], left: Budget) -> Iterator[QuerySet[Case]]:
    """All of them; where a cap is reached only those that can be graded without looking."""
    if not left.spent:
        yield rows
        return
    for case in rows[:_LOOKED_AT]:
        if case.exposure in _NO_VIEW or all(_needs_no_view(item) for item in open_items(case)):
            yield rows.filter(pk=case.pk)


def _needs_no_view(item: CaseItem) -> bool:
    offer = offered(item)
    return offer is not None and not offer.needs_view


def _turn_of_a_sampled_one() -> bool:
    last = Lease.objects.order_by("-pk").values_list("pk", flat=True).first()
    return ((last or 0) + 1) % SAMPLED_EVERY == 0


def _nobodys(person: Person) -> QuerySet[Case]:
    """Open cases that nobody has, and that this person did not hand over today."""
    leases = Lease.objects.filter(case=OuterRef("pk"))
    passed_on = leases.filter(person=person, ended=LeaseEnd.HANDED_OVER, ended_at__gte=_today())
    return Case.objects.filter(state__in=OPEN).exclude(_somebody_has_it()).exclude(Exists(passed_on))


def _without_what_they_refuse(rows: QuerySet[Case], protecting: Protecting) -> QuerySet[Case]:
    refused = [kind for kind in Exposure.values if kind in protecting.opt_outs]
    grave = [severity for name, severity in _SEVERITIES.items() if name in protecting.opt_outs]
    return rows.exclude(exposure__in=refused).exclude(severity__in=grave)


def _waiting_for(rows: QuerySet[Case], person: Person) -> QuerySet[Case]:
    """Those with an item for which this person's judgement is asked; ``awaits`` looks again at the one that is taken.

    Anybody can give a first judgement, and the case's state says that one is missing. Whoever gave it is not asked for
    the second; where two disagree, these two and who may resolve are.
    """
    items = CaseItem.objects.filter(case=OuterRef("pk"))
    standing = Grade.objects.filter(case_item=OuterRef("pk"), state=GradeState.STANDING, person=person)
    theirs = Exists(standing)
    pending = Exists(Grade.objects.filter(case_item=OuterRef("pk"), state=GradeState.PENDING))
    second = items.filter(state=ItemState.SECOND).exclude(pending).exclude(theirs)
    disagreed = items.filter(state=ItemState.DISAGREED).exclude(pending)
    if not may(person, Permission.CASE_RESOLVE):
        disagreed = disagreed.filter(theirs)
    return rows.filter(
        Q(state=CaseState.WAITING)
        | Q(Exists(second), state=CaseState.SECOND)
        | Q(Exists(disagreed), state=CaseState.DISAGREED)
    )


def why_nothing(person: Person) -> list[str]:
    """Why somebody gets no case: a sentence for each kind of case that waits and does not suit them."""
    waiting = Case.objects.filter(state__in=OPEN)
    if not waiting.exists():
        return [_("No case waits.")]
    nobodys, left = _nobodys(person), budget(person)
    suits = _without_what_they_refuse(nobodys, left.protecting)
    mine = _waiting_for(suits, person)
    counts = (
        (waiting.count() - nobodys.count(), _others_have),
        (nobodys.count() - suits.count(), _opted_out),
        (suits.count() - mine.count(), _another_person),
        (mine.exclude(exposure__in=_NO_VIEW).count() if left.spent else 0, _capped),
    )
    return [says(count) for count, says in counts if count]


def suits_nobody() -> QuerySet[Case]:
    """Cases that waited past their due time and that nobody has: for leads, who look why."""
    return Case.objects.filter(state__in=OPEN, due_at__lt=now()).exclude(_somebody_has_it()).order_by(*ORDER)


def _somebody_has_it() -> Exists:
    """Of a row of cases: somebody has it and is heard of."""
    return Exists(Lease.objects.filter(case=OuterRef("pk"), ended_at=None, beat_at__gte=now() - SILENT_AFTER))


def _others_have(count: int) -> str:
    words = ngettext("%(n)d case is with somebody, or you handed it over today.",
                     "%(n)d cases are with somebody, or you handed them over today.", count)  # fmt: skip
    return words % {"n": count}


def _opted_out(count: int) -> str:
    words = ngettext("%(n)d case waits that you opted out of.", "%(n)d cases wait that you opted out of.", count)
    return words % {"n": count}


def _another_person(count: int) -> str:
    words = ngettext("%(n)d case waits for another person than you.",
                     "%(n)d cases wait for another person than you.", count)  # fmt: skip
    return words % {"n": count}


def _capped(count: int) -> str:
    words = ngettext("%(n)d case waits, and you have seen as much today as you may.",
                     "%(n)d cases wait, and you have seen as much today as you may.", count)  # fmt: skip
    return words % {"n": count}


def _today() -> datetime:
    return make_aware(datetime.combine(localtime(now()).date(), time.min))
