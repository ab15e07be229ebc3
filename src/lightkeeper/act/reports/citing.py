"""How long the words of a judged conversation are kept for a report that is to cite them.

Words go when their case closes. Where a person judged that a child was enticed, and reports are filed from here, they
stay until a report of the case is filed or discarded, and for thirty days at most: what was filed is in the report.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils.timezone import now

from lightkeeper.act.reports.models import Report
from lightkeeper.act.reports.queries import modes
from lightkeeper.act.reports.states import ENDED
from lightkeeper.review.models import CaseItem
from lightkeeper.review.queries import GradeState, outcome_of

WAITS: Final = timedelta(days=30)


def cites(case_item_id: int) -> bool:
    """Whether a report may still have to cite the words of an item."""
    if not modes():
        return False
    item = CaseItem.objects.select_related("case").get(pk=case_item_id)
    reports = Report.objects.filter(case_id=item.case_id)
    if reports.exclude(state__in=ENDED).exists():
        return True
    closed_at = item.case.closed_at
    if reports.exists() or (closed_at is not None and now() - closed_at > WAITS):
        return False
    standing = item.grades.filter(state=GradeState.STANDING).order_by("-pk").first()
    outcome = outcome_of(standing) if standing is not None else None
    return outcome is not None and outcome.illegal
