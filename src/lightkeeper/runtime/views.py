"""The page of background work: workers, what waits, what fails, what is dead. Who sees it is said in ``web``."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lightkeeper.runtime import queries

SHOWN: Final = 50


def work(request: HttpRequest, *, may_retry: bool) -> HttpResponse:
    """Show how background work stands."""
    context = {
        "workers": queries.alive_workers(),
        "backlog": queries.backlog(),
        "failing": queries.failing_schedules(),
        "dead": [(kind, queries.dead_rows(kind.kind, limit=SHOWN)) for kind in queries.dead_kinds()],
        "may_retry": may_retry,
    }
    return render(request, "runtime/work.html", context)
