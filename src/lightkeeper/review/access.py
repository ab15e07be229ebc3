"""Who saw what, when, which part, at what level, for how long and why; and who judged without looking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now

from lightkeeper.people.models import Person
from lightkeeper.record.events import Event
from lightkeeper.record.queries import Place, Seen, Wanted, count_looks, looks
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, RevealEnd, RevealLevel, RevealPurpose, Subject, Track
from lightkeeper.review.models import Case, CaseItem, Grade
from lightkeeper.review.states import GradeState, ItemState
from lightkeeper.runtime.services import csv_line

HEADINGS: Final = (
    "reveal", "person", "name", "role", "case", "item", "track", "level", "part", "purpose", "policy", "began_at",
    "seconds", "ended",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """One reveal, with the names that it has elsewhere. ``position`` is the item's place in its case."""

    seen: Seen
    name: str
    case: UUID | None
    position: int

    @property
    def track(self) -> str:
        """What was shown, in words."""
        return str(Track(self.seen.track).label)

    @property
    def level(self) -> str:
        """How much of it, in words."""
        return str(RevealLevel(self.seen.level).label)

    @property
    def purpose(self) -> str:
        """Why, in words."""
        return str(RevealPurpose(self.seen.purpose).label)

    @property
    def how(self) -> str:
        """How it ended, in words; "" while that was not heard of."""
        return str(RevealEnd(self.seen.how).label) if self.seen.how else ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some views, the newest first, of ``count`` in all; ``older`` is where the next page begins, None on the last."""

    views: list[View]
    count: int
    older: Place | None


def views_of_case(case: Case) -> Wanted:
    """Who saw any of the items of a case, in this case or in any other."""
    return Wanted(items=tuple(case.items.values_list("item_id", flat=True)))


def views_by(person: int, since: datetime | None = None) -> Wanted:
    """What one person saw."""
    return Wanted(person=person, since=since)


def page_of_views(wanted: Wanted, *, before: Place | None = None, limit: int = 100) -> Page:
    """One page of who saw what; its queries are as many, however many rows, items and people there are."""
    rows = looks(wanted, before=before, limit=limit + 1)
    shown = rows[:limit]
    older = _place(shown[-1]) if len(rows) > limit else None
    return Page(_views(shown), count_looks(wanted), older)


def graded_unseen(case: Case) -> list[Grade]:
    """The standing grades of a case's settled items that were given without any look.

    Of an item that is not settled nobody learns who graded it: ``seeing`` has the rule.
    """
    rows = Grade.objects.filter(
        case_item__case=case, case_item__state=ItemState.SETTLED, state=GradeState.STANDING, seen=""
    )
    return list(rows.select_related("person", "case_item").order_by("pk"))


def export_views(wanted: Wanted, *, subject: Subject, actor: Actor) -> Iterator[str]:
    """Give views as lines of CSV, the headings first, of all that began until now.

    That they were exported is recorded before the first line. The lines are read as they are asked for, some at a
    time, so that a long log needs no more memory than a short one.
    """
    until_now = replace(wanted, until=now())
    with transaction.atomic():
        details = {"views": count_looks(until_now)}
        write_event(Event.RECORD_VIEWS_EXPORTED, actor=actor, subject=subject, details=details)
    return _lines(until_now)


def _lines(wanted: Wanted) -> Iterator[str]:
    yield csv_line(HEADINGS)
    rows = looks(wanted)
    while rows:
        yield from map(_line, _views(rows))
        rows = looks(wanted, before=_place(rows[-1]))


def _line(view: View) -> str:
    seen = view.seen
    lasted = "" if seen.seconds is None else seen.seconds  # its end was not heard of
    return csv_line((
        seen.public, seen.person, view.name, seen.role, view.case or "", view.position, seen.track, seen.level,
        seen.part, seen.purpose, seen.policy, seen.began_at.isoformat(), lasted, seen.how or "",
    ))  # fmt: skip


def _place(seen: Seen) -> Place:
    return Place(seen.began_at, seen.number)


def _views(rows: list[Seen]) -> list[View]:
    names = dict(Person.objects.filter(pk__in={row.person for row in rows}).values_list("pk", "name"))
    items = CaseItem.objects.filter(pk__in={row.case_item for row in rows}).select_related("case")
    places = {item.pk: (item.case.public, item.position) for item in items}
    return [View(row, names.get(row.person, str(row.person)), *places.get(row.case_item, (None, 0))) for row in rows]
