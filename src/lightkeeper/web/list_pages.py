"""The pages that show lists: what is in them, how fresh they are, how often people found them right. No value is shown.

What lists hold is one room's, what people found another's; the acts stand in ``lists``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lightkeeper.lists import queries as lists
from lightkeeper.lists import urls
from lightkeeper.lists.queries import Flooded, Overview
from lightkeeper.lists.types import LARGEST_RADIUS
from lightkeeper.lists.views import list_or_404
from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may, requires
from lightkeeper.record.events import Event
from lightkeeper.record.queries import Filter, ReadEvent, events
from lightkeeper.review.models import Case
from lightkeeper.review.queries import Candidate, Confirmation, cases_by_entry, confirmations, distances
from lightkeeper.runtime.services import whole_number
from lightkeeper.web.charts.histogram import histogram, histogram_sentence
from lightkeeper.web.charts.intervals import interval_bar, share_sentence

app_name = "lists"
PERIODS: Final = (30, 90, 365, 0)
"""Days back from now; 0 is all there is."""
CANDIDATES: Final = (0, 4, 8, 12, 16, 20, 24, 28, LARGEST_RADIUS)
"""Radii of which it is said what they would have meant, with the list's own."""
_MOST: Final = 2**63 - 1
SIGNED: Final = (Event.LISTS_RADIUS_CHANGED, Event.LISTS_STATUS_CHANGED, Event.LISTS_LIST_CREATED)


@dataclass(frozen=True, slots=True)
class Row:
    """One list as it is shown: what it holds, and how often it was right, as a picture and as a sentence."""

    of: Overview
    right: Confirmation | None
    bar: SafeString
    says: str


@dataclass(frozen=True, slots=True)
class Signed:
    """Who did something to a list, and when."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Flood:
    """An entry that was quarantined or is looked at, with the cases it is in."""

    of: Flooded
    count: int
    cases: list[Case]


def _row(of: Overview, right: Confirmation | None) -> Row:
    share = right.right if right else None
    return Row(of, right, interval_bar(share), share_sentence(share) if share else "")


@requires(Permission.LIST_READ)
@require_safe
def all_lists(request: HttpRequest) -> HttpResponse:
    """Every list, and how fresh this server's index is."""
    found = lists.overviews()
    right = confirmations([one.row.pk for one in found])
    context = {
        "rows": [_row(one, right.get(one.row.pk)) for one in found],
        "freshness": lists.freshness(),
        "degraded": lists.current().degraded,
        "quarantined": sum(one.quarantined for one in found),
        "imports": may(request.user, Permission.LIST_IMPORT),
        "here": "lists",
    }
    return render(request, "list_pages/lists.html", context)


@requires(Permission.LIST_READ)
@require_safe
def one_list(request: HttpRequest, pk: int) -> HttpResponse:
    """One list: all that is known of it, and the acts that somebody may do."""
    found = _overview(pk)
    context = {
        "list": found.row,
        "row": _row(found, confirmations([pk]).get(pk)),
        "signed": _signed(pk),
        "allowing": found.row.purpose == "allow",
        "changes": may(request.user, Permission.LIST_CHANGE),
        "imports": may(request.user, Permission.LIST_IMPORT),
    }
    return render(request, "list_pages/list.html", context)


def _overview(pk: int) -> Overview:
    found = lists.overviews(pk)
    if not found:
        raise Http404
    return found[0]


def _signed(pk: int) -> dict[str, Signed]:
    """Who last changed radius and status, else who made the list: ``radius``, ``status``, ``made``."""
    found: dict[Event, ReadEvent] = {}
    for event in SIGNED:
        wanted = Filter(event=event, subject_kind="list", subject_id=str(pk))
        for one in events(wanted, limit=1):
            found[event] = one
    names = _names(list(found.values()))
    said = {event: Signed(names[one.id], one.at) for event, one in found.items()}
    made = said.get(Event.LISTS_LIST_CREATED)
    named = {
        "radius": said.get(Event.LISTS_RADIUS_CHANGED, made),
        "status": said.get(Event.LISTS_STATUS_CHANGED, made),
        "made": made,
    }
    return {what: signed for what, signed in named.items() if signed is not None}


def _names(found: list[ReadEvent]) -> dict[int, str]:
    """By the number of an event who did it, in words."""
    keys = {int(one.actor_id) for one in found if one.actor_kind == "person" and one.actor_id.isdigit()}
    people = {str(pk): name for pk, name in Person.objects.filter(pk__in=keys).values_list("pk", "name")}
    kinds = {"operator": _("the operator of this server"), "system": _("the service itself"), "client": _("a client")}
    return {
        one.id: people.get(one.actor_id, _("somebody")) if one.actor_kind == "person" else kinds.get(one.actor_kind, "")
        for one in found
    }


@requires(Permission.LIST_READ)
@require_safe
def what_if(request: HttpRequest, pk: int) -> HttpResponse:
    """What other radii would have meant, by the distances that are stored."""
    row = list_or_404(pk)
    days = whole_number(request.GET.get("days", ""), most=max(PERIODS))
    days = days if days in PERIODS else PERIODS[1]
    tried = whole_number(request.GET.get("radius", ""), most=LARGEST_RADIUS)
    found = distances(pk, now() - timedelta(days=days) if days else None)
    radii = sorted({*CANDIDATES, row.radius, *([] if tried is None else [tried])})
    bars = found.bars()
    context = {
        "list": row,
        "days": days,
        "periods": PERIODS,
        "found": found,
        "tried": tried,
        "bars": bars,
        "picture": histogram(bars, row.radius),
        "says": histogram_sentence(bars, row.radius),
        "candidates": [_candidate(found.at(radius), row.radius) for radius in radii],
        "largest": LARGEST_RADIUS,
        "changes": may(request.user, Permission.LIST_CHANGE),
    }
    return render(request, "list_pages/what_if.html", context)


def _candidate(one: Candidate, radius: int) -> dict[str, Any]:
    return {
        "one": one,
        "now": one.radius == radius,
        "beyond": one.radius > radius,
        "bar": interval_bar(one.right),
        "says": share_sentence(one.right),
    }


@requires(Permission.LIST_READ)
@require_safe
def quarantine(request: HttpRequest) -> HttpResponse:
    """Entries that the breaker of floods or a person quarantined: somebody has to look at them."""
    found = lists.flooded()
    cases = cases_by_entry([one.entry.pk for one in found])
    context = {
        "rows": [_flood(one, cases) for one in found],
        "sees_cases": may(request.user, Permission.CASE_READ),
        "changes": may(request.user, Permission.LIST_CHANGE),
        "here": "quarantine",
    }
    return render(request, "list_pages/quarantine.html", context)


@requires(Permission.LIST_READ)
@require_safe
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry by its number: all of it but its value."""
    found = lists.entry_facts(pk)
    if found is None:
        raise Http404
    history = events(Filter(event=Event.LISTS_ENTRY_MOVED, subject_kind="entry", subject_id=str(pk)), limit=20)
    names = _names(history)
    context = {
        "entry": found.entry,
        "flood": _flood(found, cases_by_entry([pk])),
        "history": [(one, names[one.id]) for one in history],
        "corrects": may(request.user, Permission.ENTRY_CORRECT),
        "sees_cases": may(request.user, Permission.CASE_READ),
        "changes": may(request.user, Permission.LIST_CHANGE),
    }
    return render(request, "list_pages/entry.html", context)


@requires(Permission.LIST_READ)
@require_safe
def by_number(request: HttpRequest) -> HttpResponse:
    """Go to the entry of a number."""
    number = whole_number(request.GET.get("number", "").strip(), most=_MOST)
    if number is None or lists.entry_facts(number) is None:
        messages.error(request, _("There is no entry with this number."))
        return redirect("lists:lists")
    return redirect("lists:entry", number)


def _flood(one: Flooded, cases: dict[int, tuple[int, list[Case]]]) -> Flood:
    return Flood(one, *cases.get(one.entry.pk, (0, [])))


urlpatterns = [
    path("lists/", all_lists, name="lists"),
    path("lists/quarantine/", quarantine, name="quarantine"),
    path("lists/<int:pk>/", one_list, name="list"),
    path("lists/<int:pk>/what-if/", what_if, name="what_if"),
    path("lists/entries/", by_number, name="by_number"),
    path("lists/entries/<int:pk>/", entry, name="entry"),
    *urls.urlpatterns,
]
