"""Clocks and proofs as pages show them: what is due when, by which rule, what keeps it, what was destroyed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from lightkeeper.record.clocks import clocks_on, day_of, limits, note_of
from lightkeeper.record.models import DestructionProof, RetentionClock
from lightkeeper.record.retention_rules import BY_CODE, title_of
from lightkeeper.record.retention_types import Blocked, Bound, ClockState, ExtensionBasis
from lightkeeper.record.types import Subject
from lightkeeper.runtime.services import SealError


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock in words. ``hold``: the number of the hold that keeps what is due; ``by``: who keeps it longer."""

    subject: Subject
    title: str
    says: str
    law: str
    law_confirmed: bool
    began_at: datetime
    due_at: datetime
    running: bool
    over: bool
    at_most: bool
    blocked: str
    hold: int | None
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class Retention:
    """How long something is kept: the day on which its content is destroyed (None: no rule asks for it), and why."""

    day: datetime | None
    clocks: Sequence[ClockLine]
    proofs: Sequence[DestructionProof]

    @property
    def runs(self) -> bool:
        """Whether there is a day that could be moved."""
        return self.day is not None


def retention_of(subjects: Iterable[Subject]) -> Retention:
    """The clocks and proofs of a case or report, and of what belongs to it."""
    subjects = list(subjects)
    clocks = clocks_on(subjects)
    proofs = DestructionProof.objects.filter(
        subject_kind="case", subject_id__in=[one.id for one in subjects if one.kind == "case"]
    )
    return Retention(day_of(clocks), [line_of(clock) for clock in clocks], list(proofs.order_by("-pk")))


def line_of(clock: RetentionClock) -> ClockLine:
    """One clock in words."""
    rule = BY_CODE.get(clock.rule)
    at_most = clock.bound == Bound.AT_MOST
    says = _("destroyed on %(day)s UTC at the latest") if at_most else _("kept until %(day)s UTC at least")
    law = rule.law if rule is not None else str(ExtensionBasis(clock.basis).label) if clock.basis else ""
    return ClockLine(
        subject=Subject(clock.subject_kind, clock.subject_id),
        title=str(title_of(clock.rule)),
        says=says % {"day": f"{clock.due_at:%Y-%m-%d %H:%M}"},
        law=law,
        law_confirmed=rule is None or rule.confirmed,
        began_at=clock.began_at,
        due_at=clock.due_at,
        running=clock.state == ClockState.RUNNING,
        over=clock.due_at <= timezone.now(),
        at_most=at_most,
        blocked=str(Blocked(clock.blocked).label) if clock.blocked else "",
        hold=clock.hold_id,
        by=clock.placed_by,
        note=_note(clock),
    )


def kept_back(limit: int) -> list[RetentionClock]:
    """Cases that are due and were not destroyed, the longest due first, each by one clock; unseen by a run yet, too."""
    return _one_each(limits().filter(due_at__lte=timezone.now()), limit)


def due_next(limit: int) -> list[RetentionClock]:
    """Cases whose day is still to come, the next first, each by the clock that is over first."""
    return _one_each(limits().filter(due_at__gt=timezone.now()), limit)


def newest_proofs(limit: int) -> list[DestructionProof]:
    """What was destroyed, the last first."""
    return list(DestructionProof.objects.order_by("-pk")[:limit])


def counts_of(proof: DestructionProof) -> Mapping[str, int]:
    """How many of each kind were destroyed."""
    counts: Mapping[str, int] = json.loads(proof.counts)
    return counts


def objects_of(proof: DestructionProof) -> Sequence[tuple[str, str]]:
    """Which objects of the vault were destroyed: the UUID and the keyed index of each."""
    objects: Sequence[tuple[str, str]] = json.loads(proof.objects_destroyed)
    return objects


def _one_each(clocks: QuerySet[RetentionClock], limit: int) -> list[RetentionClock]:
    """The first clock of each subject; a few rules run about one at the most."""
    found: dict[str, RetentionClock] = {}
    for clock in clocks.select_related("hold").order_by("due_at", "pk")[: 3 * limit]:
        found.setdefault(clock.subject_id, clock)
    return list(found.values())[:limit]


def _note(clock: RetentionClock) -> str:
    try:
        return note_of(clock)
    except SealError:
        return _("what was written cannot be opened any more")
