"""Whether a platform may tell its users of a consequence: delayed or withheld for a stated time, by a named person.

A delay counts for its case and for every other about the same content or the same account, for whoever is told of one
learns of the other. It always has an end; when it ends, or changes, the platforms that were told of a consequence are
told how it stands now.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.act.models import Action, CaseAction, NoticeDelay
from lightkeeper.act.notes import sealed_note
from lightkeeper.act.queueing import queue_callback
from lightkeeper.act.requests.models import AuthorityRequest
from lightkeeper.act.states import DONE_ACTION, DecisionState
from lightkeeper.act.telling import CONSEQUENTIAL, NOTICE_EVENT, account_names, account_order, content_names
from lightkeeper.act.types import ActionRefused, NoticeBasis, NoticeRule
from lightkeeper.people.matrix import Permission, require
from lightkeeper.people.models import Person
from lightkeeper.record.events import Event
from lightkeeper.record.services import current_policy, write_event
from lightkeeper.record.types import Actor, Details, Subject
from lightkeeper.review.models import Case
from lightkeeper.runtime.services import Later, add_work

END: Final = "act:notice"
"""The work of ending a delay at its time; its subject is the delay."""
LONGEST: Final[dict[NoticeBasis, timedelta]] = {
    NoticeBasis.SAFEGUARDING: timedelta(days=14),
    NoticeBasis.AUTHORITY: timedelta(days=90),
}
"""How far from now a delay may reach, when it is begun and each time it is extended."""


def notice_of(case: Case) -> dict[str, str | None]:
    """What a callback says: ``rule`` and ``until``; of several delays the strictest, and the latest end."""
    delays = list(_standing(case))
    if not delays:
        return {"rule": NoticeRule.NOW.value, "until": None}
    rules = {delay.rule for delay in delays}
    rule = NoticeRule.WITHHOLD if NoticeRule.WITHHOLD in rules else NoticeRule.NOT_BEFORE
    return {"rule": rule.value, "until": max(delay.until for delay in delays).isoformat()}


def delayed(case: Case) -> bool:
    """Whether users of the case are not to be told now."""
    return _standing(case).exists()


def begin_if_urgent(case: Case, person: Person) -> None:
    """Begin the delay that policy asks for where a child is in danger now; once a case, in the caller's transaction.

    ``person`` made the consequence that would be told of; they answer for the delay until somebody changes it.
    """
    hours = current_policy().notice_hours_imminent
    if case.imminent and hours and not NoticeDelay.objects.filter(case=case).exists():
        _begin(
            case, NoticeBasis.SAFEGUARDING, NoticeRule.WITHHOLD, now() + timedelta(hours=hours), person,
            note="policy", by_policy=True,
        )  # fmt: skip


@transaction.atomic
def begin_delay(
    case: Case, *, basis: NoticeBasis, rule: NoticeRule, until: datetime, note: str, person: Person
) -> NoticeDelay:
    """Have users of a case not be told until a time. Raises PermissionDenied, ActionRefused with a sentence."""
    require(person, Permission.NOTICE_DELAY)
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if rule not in {NoticeRule.NOT_BEFORE, NoticeRule.WITHHOLD}:
        raise ActionRefused(_("Say whether users may be told later, or must not be told."))
    if NoticeDelay.objects.filter(case=locked, basis=basis, ended_at=None).exists():
        raise ActionRefused(_("Notices of this case are delayed on this basis already: change that."))
    _check(NoticeBasis(basis), until)
    return _begin(locked, NoticeBasis(basis), NoticeRule(rule), until, person, note=note)


@transaction.atomic
def delay_for_request(
    case: Case, request: AuthorityRequest, *, until: datetime, note: str, person: Person
) -> NoticeDelay:
    """Have users of a case not be told until a time, as an authority asked.

    What an authority asked for before becomes this request's, and never ends sooner by that. A delay for safeguarding
    stands by itself beside it: users are told when both have ended. Raises PermissionDenied, ActionRefused.
    """
    require(person, Permission.NOTICE_DELAY)
    _check(NoticeBasis.AUTHORITY, until)
    locked = Case.objects.select_for_update().get(pk=case.pk)
    rows = NoticeDelay.objects.select_for_update(of=("self",))
    standing = rows.filter(case=locked, basis=NoticeBasis.AUTHORITY, ended_at=None).first()
    if standing is None:
        return _begin(locked, NoticeBasis.AUTHORITY, NoticeRule.WITHHOLD, until, person, note=note, request=request)
    standing.rule, standing.request = NoticeRule.WITHHOLD, request
    standing.until, standing.changed_by = max(standing.until, until), person
    standing.note = sealed_note(note, standing.public.bytes)
    standing.save(update_fields=["rule", "request", "until", "changed_by", "note"])
    _extended(standing, person)
    return standing


@transaction.atomic
def extend_delay(delay: NoticeDelay, *, until: datetime, person: Person) -> None:
    """Give a delay another end, later or earlier. Raises PermissionDenied, ActionRefused."""
    require(person, Permission.NOTICE_DELAY)
    locked = _locked(delay)
    if locked.ended_at is not None:
        raise ActionRefused(_("This delay has ended; begin another."))
    _check(NoticeBasis(locked.basis), until)
    locked.until, locked.changed_by = until, person
    locked.save(update_fields=["until", "changed_by"])
    _extended(locked, person)


@transaction.atomic
def end_delay(delay: NoticeDelay, *, person: Person) -> None:
    """Let users be told from now on. Raises PermissionDenied, ActionRefused."""
    require(person, Permission.NOTICE_DELAY)
    locked = _locked(delay)
    if locked.ended_at is not None:
        raise ActionRefused(_("This delay has ended already."))
    locked.changed_by = person
    _end(locked, person.actor, "person")


@transaction.atomic
def end_when_due(delay_id: int) -> None:
    """The work of ending a delay at its time. Raises Later where it was extended."""
    delay = NoticeDelay.objects.filter(pk=delay_id).select_related("case").first()
    if delay is None:
        return
    locked = _locked(delay)
    if locked.ended_at is not None:
        return
    if locked.until > now():
        raise Later(after=locked.until - now())
    _end(locked, Actor.system(), "expired")


def _extended(delay: NoticeDelay, person: Person) -> None:
    add_work(END, subject=delay.pk, due_at=delay.until)
    details: Details = {"delay": delay.pk, "until": _moment(delay.until), "told": _tell(delay.case)}
    write_event(Event.ACT_NOTICE_EXTENDED, actor=person.actor, subject=_subject(delay), details=details)


def _begin(
    case: Case, basis: NoticeBasis, rule: NoticeRule, until: datetime, person: Person, *, note: str,
    by_policy: bool = False, request: AuthorityRequest | None = None,
) -> NoticeDelay:  # fmt: skip
    delay = NoticeDelay(
        case=case, basis=basis, rule=rule, until=until, begun_by=person, begun_at=now(), by_policy=by_policy,
        request=request,
    )  # fmt: skip
    delay.note = sealed_note(note, delay.public.bytes)
    delay.save(force_insert=True)
    add_work(END, subject=delay.pk, due_at=until)
    details: Details = {
        "delay": delay.pk, "basis": basis.value, "rule": rule.value, "until": _moment(until), "by_policy": by_policy,
        "told": _tell(case),
    }  # fmt: skip
    write_event(Event.ACT_NOTICE_DELAYED, actor=person.actor, subject=_subject(delay), details=details)
    return delay


def _end(delay: NoticeDelay, actor: Actor, why: str) -> None:
    delay.ended_at = now()
    delay.save(update_fields=["ended_at", "changed_by"])
    details: Details = {"delay": delay.pk, "why": why, "told": _tell(delay.case)}
    write_event(Event.ACT_NOTICE_ENDED, actor=actor, subject=_subject(delay), details=details)


def _tell(case: Case) -> int:
    """Tell platforms how it stands now with what they were told of; gives how many messages were queued."""
    told = 0
    for one in _together(case):
        rule = {"notify_user": notice_of(one)}
        for client_id, order_key, names in _messages(one):
            payload = {**names, **rule}
            sent = queue_callback(client_id=client_id, order_key=order_key, event=NOTICE_EVENT, payload=payload)
            told += sent is not None
    return told


def _messages(case: Case) -> Iterator[tuple[int, bytes, dict[str, Any]]]:
    """What platforms were told of in a case: to whom, in which order, by which names. What was erased is left out."""
    done = [DecisionState.CARRIED_OUT, DecisionState.REVERSED]
    actions = Action.objects.filter(
        decision__case_item__case=case, decision__state__in=done, decision__kind__in=CONSEQUENTIAL, reversal=None,
        sighting__erased_at=None,
    )  # fmt: skip
    for action in actions.select_related("sighting__case_item__item").order_by("pk"):
        place = content_names(action.sighting)
        if place is not None:
            yield place[0], bytes(action.sighting.source), place[1]
    for row in CaseAction.objects.filter(case=case, state__in=DONE_ACTION, account__isnull=False).order_by("pk"):
        names = account_names(row)
        if names is not None and row.client_id is not None:
            yield row.client_id, account_order(row), names


def _standing(case: Case) -> QuerySet[NoticeDelay]:
    return NoticeDelay.objects.filter(case__in=_together(case), ended_at=None, until__gt=now())


def _together(case: Case) -> QuerySet[Case]:
    """The case, and every other about the same content or the same account."""
    same = Q(pk=case.pk) | Q(pk__in=Case.objects.filter(items__item__in=case.items.values("item")).values("pk"))
    return Case.objects.filter(same | Q(person=case.person) if case.person is not None else same)


def _check(basis: NoticeBasis, until: datetime) -> None:
    longest = LONGEST[basis]
    if not now() < until <= now() + longest:
        raise ActionRefused(
            _("A delay on this basis ends at most %(days)d days from now; it can be extended then.")
            % {"days": longest.days}
        )


def _locked(delay: NoticeDelay) -> NoticeDelay:
    Case.objects.select_for_update().get(pk=delay.case_id)
    return NoticeDelay.objects.select_for_update(of=("self",)).select_related("case").get(pk=delay.pk)


def _moment(at: datetime) -> str:
    """A time as a detail of an event, which is a code: ``20261123t091500z``."""
    return at.strftime("%Y%m%dt%H%M%Sz")


def _subject(delay: NoticeDelay) -> Subject:
    return Subject("case", str(delay.case_id))
