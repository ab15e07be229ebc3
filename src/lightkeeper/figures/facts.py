"""Facts: what people judged, as plain rows that can be counted; written as a judgement becomes final."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from lightkeeper.act.models import Takedown
from lightkeeper.act.queries import TakedownState, takedown_took
from lightkeeper.figures.kinds import Unit
from lightkeeper.figures.models import Fact
from lightkeeper.record.types import EventRow, ItemKind
from lightkeeper.review.models import CaseItem, Grade
from lightkeeper.review.queries import GradeState, ItemState, agreed, outcome_of, url_assessment_of
from lightkeeper.review.types import SecondReason, UrlAssessment

UNITS: Final = {ItemKind.PICTURE: Unit.IMAGE, ItemKind.VIDEO: Unit.VIDEO}
CREATION: Final = (
    "non_photographic", "ai_generated", "coerced_extortion", "self_generated", "contact_abuse",
)  # fmt: skip
"""Of several ways in which something was made the first of these counts: a fact has one."""
HOUR: Final = timedelta(hours=1)
BATCH: Final = 500


def item_settled(event: EventRow) -> None:
    """Write the facts of an item whose judgement is final; what was written of it before goes."""
    if event.subject is None:
        raise ValueError("an item is settled, but not said which")
    row = CaseItem.objects.select_related("item", "case").filter(pk=int(event.subject.id)).first()
    if row is not None:
        write_facts(row)


def case_reopened(event: EventRow) -> None:
    """What was judged of an item that is judged again counts no more."""
    del event
    judged_again = CaseItem.objects.filter(reopened_as__isnull=False)
    _of_items().filter(subject__in=judged_again.values("pk")).delete()


def notice_changed(event: EventRow) -> None:
    """Write the fact of a takedown notice: of each that was sent and not taken back there is one."""
    if event.subject is None:
        raise ValueError("a notice changed, but not said which")
    row = Takedown.objects.select_related("recipient").filter(pk=int(event.subject.id)).first()
    if row is not None:
        write_notice(row)


@transaction.atomic
def write_notice(row: Takedown) -> int:
    """Write what is counted of a notice; gives how many facts. The same again gives the same."""
    Fact.objects.filter(unit=Unit.NOTICE, subject=row.pk).delete()
    if row.sent_at is None or row.state == TakedownState.WITHDRAWN:
        return 0
    gone, after = row.state == TakedownState.GONE, takedown_took(row)
    outcome = "returned" if row.returned_at is not None else "removed" if gone else "there"
    hours = None if after is None else int(after / HOUR)
    Fact.objects.create(
        unit=Unit.NOTICE, subject=row.pk, at=row.sent_at, outcome=outcome, source=row.recipient.kind, hours=hours
    )
    return 1


@transaction.atomic
def write_facts(row: CaseItem) -> int:
    """Write what is counted of a settled item; gives how many facts. The same again gives the same."""
    _of_items().filter(subject=row.pk).delete()
    if CaseItem.objects.filter(reopens=row).exists():
        return 0
    return len(Fact.objects.bulk_create(facts_of(row)))


def write_all() -> int:
    """Write the facts of all settled items anew, as after an upgrade from a version without them; gives how many."""
    rows = CaseItem.objects.filter(state=ItemState.SETTLED).select_related("item", "case").order_by("pk")
    notices = Takedown.objects.select_related("recipient").order_by("pk")
    return sum(write_facts(row) for row in rows.iterator(chunk_size=BATCH)) + sum(
        write_notice(row) for row in notices.iterator(chunk_size=BATCH)
    )


def facts_of(row: CaseItem) -> list[Fact]:
    """What is counted of a settled item: an address and each report of it, a picture, a video; that two judged it."""
    return [] if row.settled_at is None else [*_of_content(row, row.settled_at), *_of_two(row, row.settled_at)]


def _of_items() -> QuerySet[Fact]:
    return Fact.objects.exclude(unit=Unit.NOTICE)


def _of_two(row: CaseItem, at: datetime) -> Iterator[Fact]:
    same = agreed(row)
    if same is not None:
        source = "drawn" if SecondReason.RANDOM in row.second_because.split(",") else "asked"
        yield Fact(unit=Unit.PAIR, subject=row.pk, at=at, outcome="agreed" if same else "differed", source=source)


def _of_content(row: CaseItem, at: datetime) -> list[Fact]:
    if row.item.kind == ItemKind.URL:
        assessment = url_assessment_of(row)
        return [] if assessment is None else list(_of_address(row, assessment))
    unit = UNITS.get(ItemKind(row.item.kind))
    grade = Grade.objects.filter(case_item=row, state=GradeState.STANDING).order_by("-pk").first()
    if unit is None or grade is None:
        return []
    outcome = outcome_of(grade)
    found = grade.outcome if outcome is None or not outcome.illegal else "actioned"
    return [_fact(unit, row, at, found, str(row.case.reason), grade)]


def _of_address(row: CaseItem, one: UrlAssessment) -> Iterator[Fact]:
    grade = Grade.objects.get(pk=one.grade_id)
    source = "proactive" if one.proactive else one.reporter or "unknown"
    known = {
        "site_type": one.site_type, "access": one.access, "commercial": one.commercial,
        "hosting_country": one.hosting_country, "tld": one.tld,
    }  # fmt: skip
    yield _fact(Unit.URL, row, one.settled_at, one.outcome, source, grade, domain=one.domain, **known)
    for _ in range(row.sightings.filter(withdrawn_at=None).count()):
        yield _fact(Unit.REPORT, row, one.settled_at, one.outcome, source, grade)


def _fact(
    unit: Unit, row: CaseItem, at: datetime, outcome: str, source: str, grade: Grade, **known: str | bytes | None
) -> Fact:  # fmt: skip
    return Fact(
        unit=unit, subject=row.pk, at=at, outcome=outcome, source=source, category=grade.uk_category,
        age_bracket=grade.age_bracket, sex=grade.sex, creation=_creation(grade.creation), **known,
    )  # fmt: skip


def _creation(said: list[str]) -> str:
    return next((one for one in CREATION if one in said), "unknown" if said else "")
