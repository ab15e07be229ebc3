"""Who may see the page of background work, whose room lies below the people; and retries, with their audit event."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lightkeeper.people.permissions import Permission, actor_of, may, person_of, requires
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.runtime import services, views

app_name = "runtime"


@requires(Permission.WORK_READ)
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """How background work stands."""
    return views.work(request, may_retry=may(person_of(request), Permission.WORK_RETRY))


@requires(Permission.WORK_RETRY)
@require_POST
def retry(request: HttpRequest, number: int) -> HttpResponse:
    """Have one dead row tried again."""
    with transaction.atomic():
        kind = services.retry_dead(number)
        _record(request, kind or "", 1 if kind else 0)
    return redirect("runtime:work")


@requires(Permission.WORK_RETRY)
@require_POST
def retry_kind(request: HttpRequest) -> HttpResponse:
    """Have all dead rows of a kind tried again."""
    kind = request.POST.get("kind", "")
    with transaction.atomic():
        _record(request, kind, services.retry_dead_kind(kind))
    return redirect("runtime:work")


def _record(request: HttpRequest, kind: str, count: int) -> None:
    if not count:
        messages.info(request, _("There is nothing left to try again."))
        return
    write_event(Event.RUNTIME_WORK_RETRIED, actor=actor_of(request), details={"kind": kind, "count": count})
    messages.success(
        request, _("It is tried again.") if count == 1 else _("%(count)s are tried again.") % {"count": count}
    )


urlpatterns = [
    path("work/", work, name="work"),
    path("work/<int:number>/retry/", retry, name="retry"),
    path("work/retry/", retry_kind, name="retry_kind"),
]
