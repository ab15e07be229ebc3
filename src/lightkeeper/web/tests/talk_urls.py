"""The installation's addresses and a conversation that needs no rows: for tests of its script."""

from __future__ import annotations

import dataclasses
import uuid
from types import SimpleNamespace
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache

from lightkeeper.people.permissions import Permission, requires
from lightkeeper.review.models import Case
from lightkeeper.web.conversations.standing import TextStanding
from lightkeeper.web.tests.talks_made import START, talk
from lightkeeper.web.urls import handler400, handler403, handler404, handler500
from lightkeeper.web.urls import urlpatterns as real

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

TOLD: Final[list[dict[str, str]]] = []
"""What the page sent, in its order."""


def _page(request: HttpRequest, standing: TextStanding) -> HttpResponse:
    made = talk(standing, ask="/talk/text/", evidence_url="/talk/evidence/")
    text = dataclasses.replace(made.text, reveal="r", end_url="/talk/end/", limit=60, idle=30)
    shown: dict[str, Any] = {
        "case": Case(public=uuid.UUID(int=1), reason="user_report", severity=4, opened_at=START, due_at=START),
        "item": SimpleNamespace(position=1),
        "talk": dataclasses.replace(made, text=text),
        "held": SimpleNamespace(mine=True, name="", silent=False),
        "may": {"grade": True},
        "turn": "reading",
        "count": 1,
    }
    return render(request, "conversation/page.html", shown)


@requires(Permission.CASE_READ)
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Veiled."""
    return _page(request, TextStanding.VEILED)


@requires(Permission.CASE_READ)
@never_cache
def text(request: HttpRequest) -> HttpResponse:
    """With its words."""
    TOLD.append({"asked": request.method or ""})
    return _page(request, TextStanding.SHOWN)


@requires(Permission.CASE_READ)
def told(request: HttpRequest) -> HttpResponse:
    """What the page tells beside that."""
    TOLD.append({name: str(value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"})
    return HttpResponse(status=204)


urlpatterns = [
    *real,
    path("talk/", page),
    path("talk/text/", text),
    path("talk/end/", told),
    path("talk/evidence/", told),
]
