"""What follows a case is destroyed with it, on its day: what reports said, names of accounts, what was written by hand.

What was done, when, by whom and how it ended stays; so do a report's number at the authority, its way and its receipt.
"""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from lightkeeper.act.action_models import CaseAction, NoticeDelay, Reversal
from lightkeeper.act.case_actions import withdraw_locked
from lightkeeper.act.parties.forgetting import empty_parties
from lightkeeper.act.reports.models import Report, ReportFile
from lightkeeper.act.reports.states import ENDED
from lightkeeper.act.requests.evidence import exports_wait_for
from lightkeeper.act.states import OPEN_ACTION, ActionEnd
from lightkeeper.act.takedowns.models import Takedown, TakedownReply
from lightkeeper.record.models import VaultObject
from lightkeeper.record.services import Blocked, Destroyed, Keeper, Related, destroy, proof_of
from lightkeeper.record.types import Actor, DestructionReason, Subject
from lightkeeper.review.models import Media
from lightkeeper.review.queries import earlier_cases


def belongs_to(number: int) -> list[Subject]:
    """What the clocks of a case are on: itself, the cases from which its items came, and the reports of all these."""
    cases = [number, *earlier_cases(number)]
    reports = Report.objects.filter(case_id__in=cases).order_by("pk").values_list("pk", flat=True)
    return [*(Subject("case", str(one)) for one in cases), *(Subject("report", str(one)) for one in reports)]


def related(number: int) -> Related:
    """The reports of a case, and of those from which its items came; it waits while one is on its way."""
    reports = Report.objects.filter(case_id__in=[number, *earlier_cases(number)]).order_by("pk")
    rows = list(reports.select_for_update().values_list("pk", "state"))
    waits = Blocked.REPORT if any(state not in ENDED for _pk, state in rows) else None
    if waits is None and exports_wait_for(number):
        waits = Blocked.EXPORT
    contents = tuple(bytes(obj.sha256) for obj in _files_alone(number))
    return Related(tuple(Subject("report", str(pk)) for pk, _state in rows), contents, waits)


def destroy_of_case(number: int, reason: DestructionReason) -> Destroyed:
    """Destroy what was said and written about a case. Nothing, done twice."""
    objects = _files_alone(number)
    for obj in objects:
        destroy(obj, reason=reason)
    counts = {"media": len(objects), **_destroy_reports(number)}
    accounts = list(CaseAction.objects.filter(case_id=number, account__isnull=False).select_for_update().order_by("pk"))
    for row in accounts:
        row.account = None
        row.save(update_fields=["account"])
        if row.state in OPEN_ACTION:
            withdraw_locked(row, ActionEnd.ERASED, Actor.system())
    counts["accounts"] = len(accounts)
    counts["notes"] = CaseAction.objects.filter(case_id=number, why__isnull=False).update(why=None)
    counts["notes"] += NoticeDelay.objects.filter(case_id=number).exclude(note=b"").update(note=b"")
    counts |= empty_parties(number)
    reversals = Reversal.objects.filter(decision__case_item__case_id=number)
    reversals |= Reversal.objects.filter(case_action__case_id=number)
    counts["notes"] += Reversal.objects.filter(pk__in=reversals.values("pk")).exclude(note=b"").update(note=b"")
    takedowns = Takedown.objects.filter(case_item__case_id=number)
    counts["takedowns"] = takedowns.exclude(content=b"").update(content=b"")
    counts["notes"] += TakedownReply.objects.filter(takedown__in=takedowns).exclude(note=b"").update(note=b"")
    return Destroyed(counts, tuple(map(proof_of, objects)))


def _files_alone(number: int) -> list[VaultObject]:
    """Files of reports that no case shows any more; those that one shows go with that case, which may be another."""
    objects = VaultObject.objects.filter(destroyed_at=None, pk__in=_objects_of_reports(number))
    return list(objects.exclude(pk__in=Media.objects.values("vault_object")).order_by("pk"))


def _objects_of_reports(number: int) -> QuerySet[ReportFile, int]:
    return ReportFile.objects.filter(report__case_id=number).values_list("vault_object", flat=True)


def _destroy_reports(number: int) -> dict[str, int]:
    rows = Report.objects.filter(case_id=number, destroyed_at=None)
    numbers = list(rows.values_list("pk", flat=True))
    files = ReportFile.objects.filter(report__in=numbers).exclude(details=b"").update(details=b"")
    rows = Report.objects.filter(pk__in=numbers)
    rows.filter(document__isnull=False).update(content=b"", document=b"", destroyed_at=timezone.now())
    rows.filter(document=None).update(content=b"", destroyed_at=timezone.now())
    return {"reports": len(numbers), "report_files": files}


KEEPER = Keeper(related, destroy_of_case)
