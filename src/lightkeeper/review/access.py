"""Who saw what, when, which part, at what level, for how long and why; and who judged without looking."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from lightkeeper.people.models import Person
from lightkeeper.record.events import Event
from lightkeeper.record.queries import Seen, seen_by, seen_of_item
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, RevealEnd, RevealLevel, RevealPurpose, Subject, Track
from lightkeeper.review.models import Case, CaseItem, Grade
from lightkeeper.review.states import GradeState, ItemState

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


def views_of_case(case: Case) -> list[View]:
    """Who saw any of the items of a case, in this case or in any other, the newest first."""
    items = case.items.values_list("item_id", flat=True)
    rows = [seen for item in items for seen in seen_of_item(item)]
    return _views(sorted(rows, key=lambda seen: seen.began_at, reverse=True))


def views_by(person: int, since: datetime | None = None) -> list[View]:
    """What one person saw, the newest first."""
    return _views(seen_by(person, since=since))


def graded_unseen(case: Case) -> list[Grade]:
    """The standing grades of a case's settled items that were given without any look.

    Of an item that is not settled nobody learns who graded it: ``seeing`` has the rule.
    """
    rows = Grade.objects.filter(
        case_item__case=case, case_item__state=ItemState.SETTLED, state=GradeState.STANDING, seen=""
    )
    return list(rows.select_related("person", "case_item").order_by("pk"))


def export_views(views: Iterable[View], *, subject: Subject, actor: Actor) -> Iterator[str]:
    """Give views as lines of CSV, the headings first. That they were exported is recorded before the first line."""
    rows = list(views)
    with transaction.atomic():
        write_event(Event.RECORD_VIEWS_EXPORTED, actor=actor, subject=subject, details={"views": len(rows)})
    return _lines(rows)


def _lines(rows: list[View]) -> Iterator[str]:
    yield _line(HEADINGS)
    for row in rows:
        seen = row.seen
        lasted = "" if seen.seconds is None else seen.seconds  # its end was not heard of
        yield _line((
            seen.public, seen.person, row.name, seen.role, row.case or "", row.position, seen.track, seen.level,
            seen.part, seen.purpose, seen.policy, seen.began_at.isoformat(), lasted, seen.how or "",
        ))  # fmt: skip


def _line(cells: Iterable[object]) -> str:
    """One line of CSV. A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    text = io.StringIO()
    csv.writer(text).writerow([_harmless(str(cell)) for cell in cells])
    return text.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.lstrip()[:1] in {"=", "+", "-", "@"} or cell[:1] in {"\t", "\r", "\n"} else cell


def _views(rows: list[Seen]) -> list[View]:
    names = dict(Person.objects.filter(pk__in={row.person for row in rows}).values_list("pk", "name"))
    items = CaseItem.objects.filter(pk__in={row.case_item for row in rows}).select_related("case")
    places = {item.pk: (item.case.public, item.position) for item in items}
    return [View(row, names.get(row.person, str(row.person)), *places.get(row.case_item, (None, 0))) for row in rows]
