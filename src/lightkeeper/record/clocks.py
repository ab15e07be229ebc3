"""Retention clocks: how they start, how a person makes something be kept longer, what they come to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from lightkeeper.record.events import Event
from lightkeeper.record.holds import lock_subjects
from lightkeeper.record.models import RetentionClock
from lightkeeper.record.policy import current_policy
from lightkeeper.record.retention_rules import EXTENSION, due, rules_for
from lightkeeper.record.retention_types import Bound, Cause, ClockState, ClockSubject, Covers, ExtensionBasis
from lightkeeper.record.trail import write_event
from lightkeeper.record.types import Actor, ActorKind, Details, Subject
from lightkeeper.runtime.services import seal, unseal

_PURPOSE: Final = "record:clock"
LONGEST_NOTE: Final = 1000
LONGEST_EXTENSION: Final = timedelta(days=5 * 366)
"""A person's word keeps something for five years at most; then another is asked for."""


@transaction.atomic
def start_clocks(
    subject: Subject, cause: Cause, *, authority: str = "", at: datetime | None = None
) -> list[RetentionClock]:
    """Start the clocks of all rules that such a moment starts; those that run already go on as they are.

    For rooms above, in the transaction of what happened: a case was closed, a receipt was stored.
    """
    policy, began = current_policy(), at or timezone.now()
    started = []
    for rule in rules_for(Cause(cause), policy, authority):
        if running(subject).filter(rule=rule.code).exists():
            continue
        clock = RetentionClock.objects.create(
            subject_kind=ClockSubject(subject.kind), subject_id=subject.id, rule=rule.code, cause=rule.cause,
            covers=rule.covers, bound=rule.bound, policy=policy.version, began_at=began,
            due_at=due(rule, began, policy),
        )  # fmt: skip
        details: Details = {"clock": clock.pk, "rule": rule.code, "policy": policy.version}
        write_event(Event.RECORD_CLOCK_STARTED, actor=Actor.system(), subject=subject, details=details)
        started.append(clock)
    return started


@transaction.atomic
def keep_longer(*, case: int, until: datetime, basis: ExtensionBasis, note: str, by: Actor) -> RetentionClock:
    """Keep a case until a later day, by somebody's name: a clock of its own, beside those that there are.

    ``note`` is why; it is sealed. ValueError, a sentence: no person, no reason, nothing left to keep, or no later day.
    """
    if by.kind is not ActorKind.PERSON or not by.id:
        raise ValueError(_("Something is kept longer by a person, by name."))
    note = note.strip()
    if not note or len(note) > LONGEST_NOTE:
        raise ValueError(_("Say why it is kept longer, in at most %(most)d characters.") % {"most": LONGEST_NOTE})
    subject = Subject(ClockSubject.CASE.value, str(case))
    lock_subjects([subject])
    there = list(running(subject))
    if not there:
        raise ValueError(_("No clock runs about this case, so there is no day that could be moved."))
    now, present = timezone.now(), day_of(there)
    if until <= max(now, present or now):
        raise ValueError(_("The new day must be later than the one there is."))
    if until > now + LONGEST_EXTENSION:
        raise ValueError(_("It can be kept for five years from now at most; somebody can extend it again then."))
    clock = RetentionClock(
        subject_kind=subject.kind, subject_id=subject.id, rule=EXTENSION, cause=Cause.PERSON, covers=Covers.CONTENT,
        bound=Bound.AT_LEAST, policy=current_policy().version, began_at=now, due_at=until, placed_by=by.id,
        basis=ExtensionBasis(basis),
    )  # fmt: skip
    clock.note = seal(_PURPOSE, note.encode(), context=clock.public.bytes)
    clock.save(force_insert=True)
    details: Details = {"clock": clock.pk, "basis": clock.basis, "until": f"{until:%Y-%m-%d}", "policy": clock.policy}
    write_event(Event.RECORD_CLOCK_EXTENDED, actor=by, subject=subject, details=details)
    return clock


def note_of(clock: RetentionClock) -> str:
    """Why a person keeps something longer; "" of any other clock. SealError."""
    return "" if clock.note is None else unseal(_PURPOSE, bytes(clock.note), context=clock.public.bytes).decode()


def clocks_on(subjects: Iterable[Subject]) -> list[RetentionClock]:
    """All clocks about any of these, the first due first."""
    wanted = Q(pk__in=())
    for subject in subjects:
        wanted |= Q(subject_kind=subject.kind, subject_id=subject.id)
    return list(RetentionClock.objects.filter(wanted).select_related("hold").order_by("due_at", "pk"))


def day_of(clocks: Iterable[RetentionClock]) -> datetime | None:
    """When content is destroyed by these clocks: at the first *at most*, but not before the last *at least*.

    None where none of them says *at most*. A legal hold may keep it for longer.
    """
    about = [clock for clock in clocks if clock.state == ClockState.RUNNING and clock.covers == Covers.CONTENT]
    most = [clock.due_at for clock in about if clock.bound == Bound.AT_MOST]
    least = [clock.due_at for clock in about if clock.bound == Bound.AT_LEAST]
    return max([min(most), *least]) if most else None


def running(subject: Subject) -> QuerySet[RetentionClock]:
    """The clocks that run about this."""
    return RetentionClock.objects.filter(subject_kind=subject.kind, subject_id=subject.id, state=ClockState.RUNNING)


def limits() -> QuerySet[RetentionClock]:
    """The clocks that say until when content may be kept at most, about whatever case."""
    return RetentionClock.objects.filter(state=ClockState.RUNNING, bound=Bound.AT_MOST, covers=Covers.CONTENT)
