"""Pages for those who answer for the work: how precise detection is, how far reviewers agree, who saw what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, actor_of, may, person_of, requires
from lightkeeper.record.types import Subject
from lightkeeper.review.models import Case
from lightkeeper.review.queries import (
    Agreement,
    Share,
    graded_unseen,
    precision,
    reviews,
    views_by,
    views_of_case,
)
from lightkeeper.review.services import export_views
from lightkeeper.web.charts.intervals import interval_bar, share_sentence

app_name = "oversight"
PERIODS: Final = (30, 90, 365, 0)
"""Days back from now; 0 is all there is."""
MOST: Final = 500
"""Rows of the view log on one page; the export has all."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A share as it is shown: a picture, and the sentence that says the same."""

    bar: SafeString
    says: str


def _drawn(share: Share | None) -> Drawn:
    return Drawn(interval_bar(share), share_sentence(share))


def _period(request: HttpRequest) -> tuple[int, datetime | None]:
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(days) for days in PERIODS} else PERIODS[1]
    return days, now() - timedelta(days=days) if days else None


@requires(Permission.QUALITY_READ)
@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """How precise detection is and how far reviewers agree; nothing about any of them."""
    days, since = _period(request)
    judged = reviews(since)
    context = {
        "days": days,
        "periods": PERIODS,
        "precision": [(row, _drawn(row.right)) for row in precision(since)],
        "agreement": [
            (_("Drawn at random: stands for all"), [_row(one) for one in judged.drawn]),
            (_("All that was judged twice"), [_row(one) for one in judged.all]),
        ],
        "why": [(label, _drawn(share)) for label, share in judged.why.items()],
        "overturned": judged.overturned and _drawn(judged.overturned),
    }
    return render(request, "oversight/quality.html", context)


def _row(one: Agreement) -> tuple[str, Agreement, Drawn, list[tuple[str, str, int]]]:
    label = {"outcome": _("What it is"), "uk_category": _("UK category")}.get(one.question, _("Industry class"))
    apart = sorted(
        ((first, second, count) for (first, second), count in one.pairs.items() if first != second),
        key=lambda row: -row[2],
    )
    return label, one, _drawn(one.same), apart


@requires(Permission.VIEWS_READ)
@require_safe
def views_of(request: HttpRequest, public: UUID) -> HttpResponse:
    """Who saw the items of a case, in any case."""
    case = get_object_or_404(Case, public=public)
    rows = views_of_case(case)
    context = {"case": case, "views": rows[:MOST], "count": len(rows), "unseen": graded_unseen(case)}
    return render(request, "oversight/views.html", {**context, "exports": _exports(request)})


@requires(Permission.VIEWS_READ)
@require_safe
def views(request: HttpRequest) -> HttpResponse:
    """What one person saw in a period; without one, whom to choose from."""
    days, since = _period(request)
    chosen = _chosen(request.GET.get("person", ""))
    rows = views_by(chosen.pk, since) if chosen else []
    context = {
        "days": days,
        "periods": PERIODS,
        "people": Person.objects.order_by("name", "pk"),
        "chosen": chosen,
        "views": rows[:MOST],
        "count": len(rows),
        "exports": _exports(request),
    }
    return render(request, "oversight/views.html", context)


@requires(Permission.VIEWS_EXPORT)
@require_POST
def export_of(request: HttpRequest, public: UUID) -> StreamingHttpResponse:
    """The views of a case's items, as CSV."""
    case = get_object_or_404(Case, public=public)
    lines = export_views(views_of_case(case), subject=Subject("case", str(case.pk)), actor=actor_of(request))
    return _csv(lines, f"views-{case.public}")


@requires(Permission.VIEWS_EXPORT)
@require_POST
def export_by(request: HttpRequest) -> StreamingHttpResponse:
    """What one person saw, as CSV."""
    chosen = _chosen(request.POST.get("person", ""))
    if chosen is None:
        raise Http404
    asked = request.POST.get("days", "")
    since = now() - timedelta(days=int(asked)) if asked in {"30", "90", "365"} else None
    subject = Subject("person", str(chosen.pk))
    return _csv(export_views(views_by(chosen.pk, since), subject=subject, actor=actor_of(request)), "views")


def _csv(lines: object, name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")  # type: ignore[arg-type]
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _chosen(text: str) -> Person | None:
    return Person.objects.filter(pk=int(text)).first() if text.isdecimal() and len(text) < 16 else None


def _exports(request: HttpRequest) -> bool:
    return may(person_of(request), Permission.VIEWS_EXPORT)


urlpatterns = [
    path("quality/", quality, name="quality"),
    path("views/", views, name="views"),
    path("views/export/", export_by, name="export_by"),
    path("cases/<uuid:public>/views/", views_of, name="views_of"),
    path("cases/<uuid:public>/views/export/", export_of, name="export_of"),
]
