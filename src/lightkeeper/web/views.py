"""The pages that no single room owns."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lightkeeper.people.permissions import Permission, requires
from lightkeeper.web import status


@requires(Permission.STATUS_READ)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page: what is degraded, and who must do what about it."""
    checks = status.checks()
    context = {"troubled": [check for check in checks if not check.ok], "fine": [check for check in checks if check.ok]}
    return render(request, "home.html", context)
