"""What nobody may forget: requests that are overdue, and preservations that run out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import now

from lightkeeper.act.requests.models import AuthorityRequest
from lightkeeper.act.requests.registering import path_of
from lightkeeper.act.requests.states import IN_VAIN, OPEN, URGENT
from lightkeeper.act.requests.terms import REMINDED
from lightkeeper.people.services import raise_alert
from lightkeeper.people.types import AlertKind
from lightkeeper.runtime.services import Later


@transaction.atomic
def look_if_overdue(request_id: int) -> None:
    """Tell whoever is on call, once a due date. Raises Later where it was put off."""
    request = AuthorityRequest.objects.filter(pk=request_id, state__in=OPEN).first()
    if request is None:
        return
    if request.due_at > now():
        raise Later(after=request.due_at - now())
    raise_alert(
        AlertKind.REQUEST_OVERDUE, key=f"request_overdue:{request.pk}:{request.due_at:%Y%m%d%H%M}",
        urgent=request.kind in URGENT, path=path_of(request), details={"request": request.pk},
    )  # fmt: skip


def look_if_running_out(request_id: int) -> None:
    """Tell whoever is on call before a preservation runs out, and again when it has, while a hold of it stands.

    Raises Later until then, and where it was renewed. Nothing is lifted: a person asks the authority, and decides.
    """
    again_at = _remind(request_id)
    if again_at is not None:
        raise Later(after=max(again_at - now(), timedelta(seconds=1)))


@transaction.atomic
def _remind(request_id: int) -> datetime | None:
    """Raise the alert where it is time; gives when to look again."""
    request = AuthorityRequest.objects.filter(pk=request_id).first()
    if request is None or request.until is None or request.state in IN_VAIN:
        return None
    if not request.subjects.filter(hold__isnull=False, hold__lifted_at=None).exists():
        return None
    if request.until - REMINDED > now():
        return request.until - REMINDED
    over = request.until <= now()
    raise_alert(
        AlertKind.REQUEST_RUNS_OUT,
        key=f"request_runs_out:{request.pk}:{request.until:%Y%m%d%H%M}:{'over' if over else 'soon'}",
        urgent=False, path=path_of(request), details={"request": request.pk},
    )  # fmt: skip
    return None if over else request.until
