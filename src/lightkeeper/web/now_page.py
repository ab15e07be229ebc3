"""The dashboard of now: what waits, what is late, what came and went in four weeks; the way to the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lightkeeper.act.queries import overdue_requests, reports_needing_a_person, takedowns_overdue
from lightkeeper.figures.queries import daily
from lightkeeper.intake.queries import public_reports_waiting
from lightkeeper.lists.queries import stale_lists
from lightkeeper.people.permissions import Permission, requires
from lightkeeper.people.queries import on_call
from lightkeeper.review.queries import queue_counts
from lightkeeper.web.charts.load import load_strip

app_name = "now"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many of something wait, what one of it is, where they are; ``bad`` where there should be none."""

    title: str
    count: int
    unit: str
    page: str
    bad: bool = False


def _waiting() -> Iterator[Waiting]:
    queue, alerts = queue_counts(), on_call()
    cases, late = reverse("review:queue"), reverse("review:queue") + "?late=1"
    yield Waiting(_("A child may be in danger now"), queue.imminent, _("cases"), cases, bad=True)
    yield Waiting(_("Overdue"), queue.late, _("cases"), late, bad=True)
    yield Waiting(_("Due soon"), queue.soon, _("cases"), cases)
    yield Waiting(_("Open in all"), queue.open, _("cases"), cases)
    yield Waiting(_("Alerts that nobody took up"), alerts.open_alerts, _("alerts"), reverse("people:alerts"), bad=True)
    yield Waiting(
        _("Reports from the public without a case"), public_reports_waiting(), _("reports"),
        reverse("public_report:reports"),
    )  # fmt: skip
    yield Waiting(
        _("Reports to authorities that need a person"), reports_needing_a_person(), _("reports"),
        reverse("report:reports"), bad=True,
    )  # fmt: skip
    yield Waiting(
        _("Requests of authorities that are overdue"), overdue_requests(), _("requests"), reverse("request:requests"),
        bad=True,
    )  # fmt: skip
    yield Waiting(
        _("Addresses that should be gone"), takedowns_overdue(), _("notices"), reverse("takedown:takedowns"), bad=True
    )
    yield Waiting(_("Lists that are stale"), len(stale_lists()), _("lists"), reverse("lists:lists"), bad=True)


@requires(Permission.FIGURES_READ)
@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """What waits, and the last four weeks."""
    rows = []
    for one in daily():
        most = max(number for _day, number in one.days)
        says = _("%(title)s: %(total)d in %(days)d days, %(most)d on the busiest.") % {
            "title": one.measure.title, "total": one.total, "days": len(one.days), "most": most,
        }  # fmt: skip
        rows.append((one, load_strip(one.days, says), says))
    return render(request, "now/now.html", {"waiting": list(_waiting()), "daily": rows})


urlpatterns = [path("now/", now, name="now")]
