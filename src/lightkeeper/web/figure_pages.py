"""Pages of figures: the years that there are, and the report of each as a file."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lightkeeper.figures.queries import yearly, years
from lightkeeper.figures.rendering.files import FORMATS
from lightkeeper.people.permissions import Permission, requires

app_name = "figures"
FILES: Final = {"html": ("html", 0), "pdf": ("pdf", 0), "csv": ("csv", 0), "dictionary": ("csv", 1)}
"""The names in addresses: the format, and which of its files."""


@requires(Permission.FIGURES_READ)
@require_safe
@never_cache
def all_years(request: HttpRequest) -> HttpResponse:
    """The years, the newest first, with their reports."""
    rows = [{"label": str(year.number), "closed_at": year.closed_at} for year in years()]
    return render(request, "figures/years.html", {"years": rows})


@requires(Permission.FIGURES_READ)
@require_safe
@never_cache
def file(request: HttpRequest, year: int, name: str) -> HttpResponse:
    """One file of a report, to be kept; the browser does not open it as a page of this console."""
    del request
    if name not in FILES or year not in {one.number for one in years()}:
        raise Http404
    kind, place = FILES[name]
    made = list(FORMATS[kind](yearly(year)))[place]
    answer = HttpResponse(made.content, content_type=made.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return answer


urlpatterns = [
    path("figures/", all_years, name="years"),
    path("figures/<int:year>/<str:name>/", file, name="file"),
]
