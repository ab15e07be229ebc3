"""The queue's page, whose search by what a platform calls a submission needs two rooms; beside it all of ``review``."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from lightkeeper.intake import queries as intake
from lightkeeper.people.permissions import Permission, requires
from lightkeeper.review import queue_views, urls

app_name = "review"


@requires(Permission.CASE_READ)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The open cases, and those that are searched by an id."""
    return queue_views.queue_page(request, sources=intake.references)


urlpatterns = [path("cases/", queue, name="queue"), *urls.urlpatterns]
