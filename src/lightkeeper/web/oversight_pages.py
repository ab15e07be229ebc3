"""Pages for those who answer for the work: how precise detection is, how far reviewers agree, who saw what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
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
from lightkeeper.record.queries import Place, Wanted
from lightkeeper.record.types import Subject
from lightkeeper.review.models import Case
from lightkeeper.review.queries import (
    Agreement,
    Precision,
    Share,
    graded_unseen,
    page_of_views,
    precision,
    reviews,
    signal_precision,
    views_by,
    views_of_case,
)
from lightkeeper.review.services import export_views
from lightkeeper.runtime.services import csv_line, whole_number
from lightkeeper.web.charts.intervals import interval_bar, share_sentence
from lightkeeper.web.conversations.words import signal_words
from lightkeeper.web.quality_tables import TABLES, confusion

app_name = "oversight"
PERIODS: Final = (30, 90, 365, 0)
"""Days back from now; 0 is all there is."""
ROWS: Final = 200
"""Looks on one page; the export has all."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = 10**17
"""Microseconds since then that a place in the log can have: more than a thousand years."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A share as it is shown: a picture, and the sentence that says the same."""

    bar: SafeString
    says: str


def _drawn(share: Share | None) -> Drawn:
    return Drawn(interval_bar(share), share_sentence(share))


def _period(asked: str) -> tuple[int, datetime | None]:
    """The days of a period, and its beginning: None for all there is. What is no period is the one shown first."""
    days = whole_number(asked, most=max(PERIODS))
    days = days if days in PERIODS else PERIODS[1]
    return days, now() - timedelta(days=days) if days else None


@requires(Permission.QUALITY_READ)
@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """How precise detection is and how far reviewers agree; nothing about any of them."""
    days, since = _period(request.GET.get("days", ""))
    judged, found = reviews(since), precision(since)
    context = {
        "days": days,
        "periods": PERIODS,
        "precision": [
            (_("By list, detector and radius"), "", _shares(found.whole)),
            (_("The same by how near"), _("How near"), _shares(found.by_distance)),
            (_("The same by variant"), _("Variant"), _shares(found.by_variant)),
        ],
        "drew": bool(found.whole),
        "signals": [(signal_words(one.signal).name, one.few, _drawn(one.right)) for one in signal_precision(since)],
        "agreement": [
            (_("Drawn at random: stands for all"), [_row(one) for one in judged.drawn]),
            (_("All that was judged twice"), [_row(one) for one in judged.all]),
        ],
        "why": [(reason.label, _drawn(share)) for reason, share in judged.why.items()],
        "resolved": [(one, _drawn(one.overturned)) for one in judged.resolved],
    }
    return render(request, "oversight/quality.html", context)


def _shares(rows: list[Precision]) -> list[tuple[Precision, Drawn]]:
    return [(row, _drawn(row.right)) for row in rows]


def _row(one: Agreement) -> dict[str, Any]:
    labels = {"outcome": _("What it is"), "uk_category": _("UK category"), "industry_class": _("Industry class")}
    return {
        "label": labels[one.question],
        "one": one,
        "drawn": _drawn(one.same),
        "confusion": confusion(one) if one.pairs else None,
    }


@requires(Permission.QUALITY_READ)
@require_safe
def quality_csv(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """One table of the quality page, as CSV."""
    table = TABLES.get(name)
    if table is None:
        raise Http404
    days, since = _period(request.GET.get("days", ""))
    period = (since.isoformat() if since else "", now().isoformat())
    lines = [csv_line((*period, *row)) for row in table.rows(since)]
    return _csv(iter([csv_line(("since", "until", *table.headings)), *lines]), f"{name}-{days or 'all'}")


@requires(Permission.VIEWS_READ)
@require_safe
def views_of(request: HttpRequest, public: UUID) -> HttpResponse:
    """Who saw the items of a case, in any case."""
    case = get_object_or_404(Case, public=public)
    context = {"case": case, "unseen": graded_unseen(case), **_page(request, views_of_case(case))}
    return render(request, "oversight/views.html", context)


@requires(Permission.VIEWS_READ)
@require_safe
def views(request: HttpRequest) -> HttpResponse:
    """What one person saw in a period; without one, whom to choose from."""
    days, since = _period(request.GET.get("days", ""))
    chosen = _chosen(request.GET.get("person", ""))
    context = {
        "days": days,
        "periods": PERIODS,
        "people": Person.objects.order_by("name", "pk"),
        "chosen": chosen,
        **(_page(request, views_by(chosen.pk, since)) if chosen else {}),
    }
    return render(request, "oversight/views.html", context)


def _page(request: HttpRequest, wanted: Wanted) -> dict[str, Any]:
    before = _place(request.GET.get("before", ""))
    found = page_of_views(wanted, before=before, limit=ROWS)
    return {
        "views": found.views,
        "count": found.count,
        "older": _named(found.older) if found.older else "",
        "newest": before is None,
        "exports": may(person_of(request), Permission.VIEWS_EXPORT),
    }


def _named(place: Place) -> str:
    """A place in the log, as the address of a page names it: microseconds, and the number of its row."""
    return f"{(place.began_at - _EPOCH) // timedelta(microseconds=1)}-{place.number}"


def _place(text: str) -> Place | None:
    at, dash, number = text.partition("-")
    passed, row = whole_number(at, most=_LATEST), whole_number(number)
    if not dash or passed is None or row is None:
        return None
    return Place(_EPOCH + timedelta(microseconds=passed), row)


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
    _days, since = _period(request.POST.get("days", ""))
    subject = Subject("person", str(chosen.pk))
    return _csv(export_views(views_by(chosen.pk, since), subject=subject, actor=actor_of(request)), "views")


def _csv(lines: Iterator[str], name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _chosen(text: str) -> Person | None:
    number = whole_number(text)
    return None if number is None else Person.objects.filter(pk=number).first()


urlpatterns = [
    path("quality/", quality, name="quality"),
    path("quality/<slug:name>.csv", quality_csv, name="quality_csv"),
    path("views/", views, name="views"),
    path("views/export/", export_by, name="export_by"),
    path("cases/<uuid:public>/views/", views_of, name="views_of"),
    path("cases/<uuid:public>/views/export/", export_of, name="export_of"),
]
