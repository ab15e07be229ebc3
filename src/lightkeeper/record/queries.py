"""What the pages and the rooms above ask of the record."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from lightkeeper.record.event_specs import EVENTS
from lightkeeper.record.events import Event
from lightkeeper.record.holds import lift_reference_of, reference_of
from lightkeeper.record.models import AuditEvent, Checkpoint, Hold, Seal, Unsealed
from lightkeeper.record.preservation import term_of
from lightkeeper.record.proofs import event_of as event_of_proof
from lightkeeper.record.proofs import exported as exported_proof
from lightkeeper.record.retention_dates import ends_at
from lightkeeper.record.retention_queries import (
    ClockLine,
    Retention,
    counts_of,
    due_next,
    kept_back,
    line_of,
    newest_proofs,
    objects_of,
    retention_of,
)
from lightkeeper.record.retention_rules import RULES, title_of
from lightkeeper.record.types import Detail, Details, HoldBasis, HoldSubject, LiftReason, Subject
from lightkeeper.record.vault_files import find as open_stored
from lightkeeper.record.viewlog import Place, Seen, Wanted, count_looks, looks, open_reveals, seen_in

__all__ = [
    "PAGE",
    "RULES",
    "ClockLine",
    "Filter",
    "Place",
    "ReadEvent",
    "ReadHold",
    "Retention",
    "Seen",
    "TrailState",
    "Wanted",
    "count_looks",
    "counts_of",
    "due_next",
    "event_of_proof",
    "events",
    "events_about",
    "exported_proof",
    "holds",
    "holds_on",
    "kept_back",
    "last_backup_at",
    "line_of",
    "looks",
    "newest_proofs",
    "objects_of",
    "open_reveals",
    "open_stored",
    "read_hold",
    "retention_of",
    "seen_in",
    "title_of",
    "trail_state",
]

PAGE = 50
"""Events on a page."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events are wanted; what is empty does not matter. ``before`` is the id of an event: only earlier ones."""

    event: str = ""
    actor_kind: str = ""
    actor_id: str = ""
    subject_kind: str = ""
    subject_id: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """An event for a reader; ``position`` is its place in the chain, None while it is not sealed."""

    id: int
    at: datetime
    event: str
    says: str
    actor_kind: str
    actor_id: str
    actor_role: str
    subject: Subject | None
    details: Details
    position: int | None

    @property
    def pairs(self) -> list[tuple[str, Detail]]:
        """Names and values of the details. In a template ``details.items`` would be the detail of that name."""
        return list(self.details.items())


@dataclass(frozen=True, slots=True)
class TrailState:
    """How the trail stands, without walking it: sealed events, the tail, the newest checkpoint, the last verifying."""

    sealed: int
    unsealed: int
    unsealed_since: datetime | None
    checkpoint_at: datetime | None
    verified: ReadEvent | None

    @property
    def unsealed_seconds(self) -> int:
        """How long the oldest unsealed event has waited."""
        return max(int((timezone.now() - self.unsealed_since).total_seconds()), 0) if self.unsealed_since else 0

    @property
    def sound(self) -> bool | None:
        """Whether the last verifying found nothing wrong; None if there was none."""
        return None if self.verified is None else self.verified.event == Event.RECORD_AUDIT_VERIFIED


@dataclass(frozen=True, slots=True)
class ReadHold:
    """A legal hold for a reader, with its references opened."""

    id: int
    subject: Subject
    basis: str
    reference: str
    placed_at: datetime
    placed_by: str
    lifted_at: datetime | None
    lifted_by: str
    lift_reason: str
    lift_reference: str
    term_ends_at: datetime | None
    law: str
    law_confirmed: bool

    @property
    def what(self) -> str:
        """What it is on, in words."""
        return f"{HoldSubject(self.subject.kind).label} {self.subject.id}"


def events(wanted: Filter, *, limit: int = PAGE) -> list[ReadEvent]:
    """The newest events that are wanted, newest first."""
    fields = {name: value for name in ("event", "actor_kind", "actor_id") if (value := getattr(wanted, name))}
    fields |= {name: value for name in ("subject_kind", "subject_id") if (value := getattr(wanted, name))}
    rows: QuerySet[AuditEvent] = AuditEvent.objects.filter(**fields).order_by("-id")
    if wanted.before is not None:
        rows = rows.filter(id__lt=wanted.before)
    found = [_read(row) for row in rows[:limit]]
    seals = Seal.objects.filter(event_id__in=[row.id for row in found])
    positions = dict(seals.values_list("event_id", "position"))
    return [replace(row, position=positions.get(row.id)) for row in found]


def trail_state() -> TrailState:
    """How the trail stands."""
    waiting = list(Unsealed.objects.order_by("event_id").values_list("event_id", flat=True)[:1000])
    since = AuditEvent.objects.filter(id__in=waiting).aggregate(at=Min("at"))["at"]
    checked = [Event.RECORD_AUDIT_VERIFIED.value, Event.RECORD_AUDIT_BROKEN.value]
    last = AuditEvent.objects.filter(event__in=checked).order_by("-id").first()
    return TrailState(
        sealed=Seal.objects.order_by("-position").values_list("position", flat=True).first() or 0,
        unsealed=Unsealed.objects.count() if len(waiting) == 1000 else len(waiting),
        unsealed_since=since,
        checkpoint_at=Checkpoint.objects.order_by("-id").values_list("signed_at", flat=True).first(),
        verified=_read(last) if last else None,
    )


def last_backup_at() -> datetime | None:
    """When `lightkeeper backup` last made one; None if it never has, or the trail was restored from before."""
    newest = AuditEvent.objects.filter(event=Event.RECORD_BACKUP_MADE).order_by("-id").first()
    return newest.at if newest else None


def holds(*, lifted: bool, limit: int = 200) -> list[ReadHold]:
    """Open legal holds, oldest first, or lifted ones, the last lifted first. SealError."""
    rows = Hold.objects.filter(lifted_at__isnull=not lifted).order_by("-lifted_at" if lifted else "id")
    return [read_hold(row) for row in rows[:limit]]


def holds_on(subjects: Mapping[str, Iterable[int]]) -> list[ReadHold]:
    """The legal holds on these, kinds of subject with their numbers: open or lifted, the newest first. SealError."""
    return [read_hold(row) for row in Hold.objects.filter(_about(subjects)).order_by("-id")]


def events_about(subjects: Mapping[str, Iterable[int]], *, limit: int) -> list[ReadEvent]:
    """The newest events about any of these, kinds of subject with their numbers, newest first; without positions."""
    return [_read(row) for row in AuditEvent.objects.filter(_about(subjects)).order_by("-id")[:limit]]


def _about(subjects: Mapping[str, Iterable[int]]) -> Q:
    wanted = Q(pk__in=())
    for kind, numbers in subjects.items():
        wanted |= Q(subject_kind=kind, subject_id__in=[str(number) for number in numbers])
    return wanted


def _read(row: AuditEvent) -> ReadEvent:
    subject = Subject(row.subject_kind, row.subject_id) if row.subject_kind else None
    known = EVENTS.get(Event(row.event)) if row.event in set(Event) else None
    says = gettext(known.says) if known else gettext("an event that this version does not know")
    return ReadEvent(
        row.id, row.at, row.event, says, row.actor_kind, row.actor_id, row.actor_role, subject, _details(row.details),
        None,
    )  # fmt: skip


def _details(text: str) -> Details:
    try:
        details = json.loads(text)
    except ValueError:  # somebody laid hands on it; verifying says so, the page must still come
        return {"unreadable": True}
    return details if isinstance(details, dict) else {"unreadable": True}


def read_hold(row: Hold) -> ReadHold:
    """A legal hold with its references opened. SealError."""
    reference = reference_of(row)
    term = term_of(row.basis, reference)
    return ReadHold(
        row.pk, Subject(row.subject_kind, row.subject_id), str(HoldBasis(row.basis).label), reference,
        row.placed_at, row.placed_by, row.lifted_at, row.lifted_by,
        str(LiftReason(row.lift_reason).label) if row.lift_reason else "", lift_reference_of(row) or "",
        None if term is None else ends_at(row.placed_at, term.years), "" if term is None else term.law,
        term is None or term.confirmed,
    )  # fmt: skip
