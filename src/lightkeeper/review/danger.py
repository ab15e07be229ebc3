"""A child in danger now: the case comes before all others and people are called; and when nobody says so any more."""

from __future__ import annotations

from django.utils.timezone import now

from lightkeeper.people.alert_types import AlertKind
from lightkeeper.people.services import raise_alert
from lightkeeper.record.policy import current_policy
from lightkeeper.review.models import Case, Grade, Sighting
from lightkeeper.review.severity import due
from lightkeeper.review.states import GradeState
from lightkeeper.review.types import Severity


def call_for_help(case: Case) -> None:
    """Mark a case as imminent, and tell whoever is on call: once a day, lest one forgotten alert silences the next."""
    if not case.imminent:
        case.imminent = True
        case.save(update_fields=["imminent"])
    raise_alert(
        AlertKind.URGENT_CASE,
        key=f"urgent_case:{case.pk}:{now().date()}",
        urgent=True,
        path="/alerts/",
        details={"case": case.pk},
    )


def hurry(case: Case) -> None:
    """A grade says so: besides the mark and the call, the case is due as such by policy."""
    at = due(current_policy(), Severity(case.severity), imminent=True, at=now())
    if at < case.due_at:
        case.due_at = at
        case.save(update_fields=["due_at"])
    call_for_help(case)


def calm(case: Case) -> None:
    """Take the mark from a case if nobody says so any more; the case is locked, and whoever was called stays called.

    It is then due as its severity asks from when it was opened, unless that is sooner than it is due now.
    """
    if not case.imminent or _somebody_says_so(case):
        return
    calmly = due(current_policy(), Severity(case.severity), imminent=False, at=case.opened_at)
    case.imminent, case.due_at = False, max(case.due_at, calmly)
    case.save(update_fields=["imminent", "due_at"])


def _somebody_says_so(case: Case) -> bool:
    """Whether a sighting does, or a grade of any of its items that was not undone."""
    grades = Grade.objects.filter(case_item__case=case, imminent=True).exclude(state=GradeState.UNDONE)
    return grades.exists() or Sighting.objects.filter(case=case, imminent=True).exists()
