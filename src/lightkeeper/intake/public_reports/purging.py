"""What ends by itself: contacts after their days, what reports said some days after their end, or with a case."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import now

from lightkeeper.intake.public_reports.models import PublicReport
from lightkeeper.intake.public_reports.states import ReportState
from lightkeeper.record.events import Event
from lightkeeper.record.services import Destroyed, Keeper, Related, held, write_event
from lightkeeper.record.types import Actor, DestructionReason, Subject

BATCH: Final = 500


@transaction.atomic
def purge_public_reports() -> tuple[int, int]:
    """Destroy contacts and contents whose day has come, but for those on whose cases a hold stands. Gives how many."""
    at = now()
    closed_before = at - timedelta(days=settings.LIGHTKEEPER["public_report_days"])
    over = Q(state=ReportState.CLOSED, closed_at__lte=closed_before) | Q(into__closed_at__lte=closed_before)
    contacts = _free(PublicReport.objects.filter(contact__isnull=False, contact_until__lte=at))
    contents = _free(PublicReport.objects.filter(over, content__isnull=False))
    PublicReport.objects.filter(pk__in=contacts).update(contact=None)
    PublicReport.objects.filter(pk__in=contents).update(content=None, same_index=None)
    if contacts or contents:
        write_event(
            Event.INTAKE_PUBLIC_REPORTS_PURGED,
            actor=Actor.system(),
            details={"contacts": len(contacts), "contents": len(contents)},
        )
    return len(contacts), len(contents)


def _free(rows: QuerySet[PublicReport]) -> list[int]:
    """Of rows that are due those on whose cases no legal hold stands; the first of them, the rest another day."""
    found = []
    for row in rows.select_for_update(of=("self",)).order_by("pk")[:BATCH]:
        cases = row.addresses.exclude(case=None).values_list("case_id", flat=True)
        if all(held(Subject("case", str(number))) is None for number in cases):
            found.append(row.pk)
    return found


def related(number: int) -> Related:
    """The reports that brought a case, locked."""
    rows = PublicReport.objects.select_for_update(of=("self",)).filter(pk__in=_of_case(number)).order_by("pk")
    return Related(tuple(Subject("public_report", str(pk)) for pk in rows.values_list("pk", flat=True)))


def destroy_of_case(number: int, reason: DestructionReason) -> Destroyed:
    """Destroy what reports say that only this case came of; where another case is kept, they stay. Nothing, twice."""
    del reason
    rows = PublicReport.objects.filter(pk__in=_of_case(number)).exclude(content=None, contact=None)
    due = [row.pk for row in rows if not _kept_for_another(row, number)]
    PublicReport.objects.filter(pk__in=due).update(content=None, contact=None, same_index=None)
    return Destroyed({"public_reports": len(due)})


def _of_case(number: int) -> list[int]:
    brought = PublicReport.objects.filter(addresses__case_id=number)
    return list(brought.values_list("pk", flat=True).distinct())


def _kept_for_another(row: PublicReport, number: int) -> bool:
    return (
        row.addresses.exclude(case=None).exclude(case_id=number).filter(case__sightings__context__isnull=False).exists()
    )


KEEPER: Final = Keeper(related, destroy_of_case)
