"""The installation's addresses and some that do what none may: the walk through all of them must notice each."""

from __future__ import annotations

import base64
import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from lightkeeper.people.permissions import Permission, actor_of, public, requires
from lightkeeper.record.events import Event
from lightkeeper.record.models import VaultObject
from lightkeeper.record.services import read_object, write_event
from lightkeeper.record.types import Subject
from lightkeeper.review.models import CaseItem, Grade
from lightkeeper.web.urls import handler400, handler403, handler404, handler500
from lightkeeper.web.urls import urlpatterns as real

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def _bytes() -> bytes:
    return read_object(VaultObject.objects.order_by("pk")[0])


@public
def as_text(request: HttpRequest) -> HttpResponse:
    """An original within a page."""
    return HttpResponse(b"<p>" + _bytes() + b"</p>", content_type="text/html")


@requires(Permission.CASE_READ)
def as_json(request: HttpRequest) -> HttpResponse:
    """An original in base64, within something else."""
    return JsonResponse({"thumbnail": base64.b64encode(b"x" + _bytes()).decode("ascii")})


@requires(Permission.STATUS_READ)
def any_picture(request: HttpRequest) -> HttpResponse:
    """What calls itself a picture."""
    return HttpResponse(b"<svg/>", content_type="image/svg+xml")


@requires(Permission.STATUS_READ)
def change_policy(request: HttpRequest) -> HttpResponse:
    """What only a supervisor may do, done for everybody."""
    write_event(Event.RECORD_POLICY_CHANGED, actor=actor_of(request), subject=Subject("policy", "1"))
    return HttpResponse(status=204)


@requires(Permission.CASE_GRADE)
def hint(request: HttpRequest, case: uuid.UUID) -> HttpResponse:
    """A header that depends on the first grade."""
    grade = Grade.objects.order_by("pk")[0]
    return HttpResponse(CaseItem.objects.count(), headers={"X-Sort": str(len(grade.uk_category))})


urlpatterns = [
    *real,
    path("planted/text/", as_text, name="planted_text"),
    path("planted/json/", as_json, name="planted_json"),
    path("planted/picture/", any_picture, name="planted_picture"),
    path("planted/act/", change_policy, name="planted_act"),
    path("planted/<uuid:case>/hint/", hint, name="planted_hint"),
]
