"""The queue's page, and what is done from it: take a case, give it back, pause, hand over, take over."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lightkeeper.people.permissions import Permission, may, person_of, requires
from lightkeeper.review import leasing, picking, queue
from lightkeeper.review.models import Case, Shift
from lightkeeper.review.states import CaseState
from lightkeeper.review.types import CaseReason, Exposure, LeaseEnd, Severity

FILTERS = ("state", "reason", "severity", "exposure", "list", "late", "mine")


def queue_page(request: HttpRequest, *, sources: Callable[[str], list[bytes]]) -> HttpResponse:
    """The open cases in their order; asked by htmx, only the table of them, which the page asks for again and again.

    Who may see it is said in ``web/queue_pages.py``, which also knows under which blind indexes an id of a platform may
    be kept (``sources``).
    """
    person = person_of(request)
    asked = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    number = request.GET.get("page", "")
    context = {
        "page": queue.page(asked, person, int(number) if number.isdecimal() and 0 < int(number[:6]) < 10_000 else 1),
        "counts": queue.counts(),
        "query": urlencode(asked),
        "address": f"{request.path}?{request.GET.urlencode()}",
    }
    if request.headers.get("HX-Request"):
        return render(request, "review/queue_rows.html", context)
    return render(request, "review/queue.html", {**context, **_around(request, asked, sources)})


def _around(request: HttpRequest, asked: dict[str, str], sources: Callable[[str], list[bytes]]) -> dict[str, Any]:
    """What stands around the table: rule, filters, what was searched, and how things are with this person."""
    person = person_of(request)
    words = request.GET.get("q", "")[:200]
    held = leasing.lease_held_by(person)
    lead = may(person, Permission.CASE_TAKE_OVER)
    return {
        "rule": picking.RULE,
        "choices": [
            ("state", _("State"), CaseState.choices),
            ("reason", _("Why here"), CaseReason.choices),
            ("severity", _("Severity"), [(str(value), label) for value, label in Severity.choices]),
            ("exposure", _("Expected exposure"), Exposure.choices),
            ("list", _("List"), [(name, name) for name in queue.lists_named()]),
        ],
        "asked": asked,
        "words": words,
        "found": queue.search(words, sources) if words.strip() else None,
        "held": held.case if held else None,
        "paused": Shift.objects.filter(person=person).exclude(paused_at=None).first(),
        "takes": may(person, Permission.CASE_GRADE),
        "late_alone": picking.suits_nobody().count() if lead else 0,
    }


Act = Callable[..., HttpResponse]


def _told(view: Act) -> Act:
    """Say why an act was refused on the page that it leads to, instead of an error."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (leasing.NotYours, picking.NothingNow) as refusal:
            messages.warning(request, str(refusal))
            return redirect("review:queue")

    return guarded


@requires(Permission.CASE_GRADE)
@require_POST
@_told
def take_next(request: HttpRequest) -> HttpResponse:
    """The next case that suits, or why none does."""
    case = picking.take_next(person_of(request))
    if case is not None:
        return _page_of(case)
    for sentence in picking.why_nothing(person_of(request)):
        messages.info(request, sentence)
    return redirect("review:queue")


@requires(Permission.CASE_GRADE)
@require_POST
@_told
def take(request: HttpRequest, public: UUID) -> HttpResponse:
    """This case, if nobody has it."""
    case = get_object_or_404(Case, public=public)
    leasing.take(case, person_of(request))
    return _page_of(case)


@requires(Permission.CASE_TAKE_OVER)
@require_POST
@_told
def take_over(request: HttpRequest, public: UUID) -> HttpResponse:
    """This case, from whoever has it."""
    case = get_object_or_404(Case, public=public)
    leasing.take_over(case, person_of(request))
    messages.success(request, _("The case is yours now."))
    return _page_of(case)


@requires(Permission.CASE_READ)
@require_POST
def beat(request: HttpRequest, public: UUID) -> HttpResponse:
    """That somebody is there: 204; 409 where the case is not theirs any more."""
    case = get_object_or_404(Case, public=public)
    return HttpResponse(status=204 if leasing.beat(case, person_of(request)) else 409)


@requires(Permission.CASE_READ)
@require_POST
def give_back(request: HttpRequest) -> HttpResponse:
    """What somebody has goes back into the queue."""
    return _given_back(request, LeaseEnd.RELEASED, _("You gave the case back."))


@requires(Permission.CASE_GRADE)
@require_POST
def hand_over(request: HttpRequest) -> HttpResponse:
    """What somebody has goes to somebody else; no reason is asked, and it is not offered to them again today."""
    return _given_back(request, LeaseEnd.HANDED_OVER, _("Somebody else will take this case."))


@requires(Permission.CASE_READ)
@require_POST
def pause(request: HttpRequest) -> HttpResponse:
    """Stop for a while; no reason is asked."""
    leasing.pause(person_of(request))
    return redirect("review:queue")


def _given_back(request: HttpRequest, why: LeaseEnd, says: str) -> HttpResponse:
    with transaction.atomic():
        if leasing.release(person_of(request), why) is not None:
            messages.success(request, says)
    return redirect("review:queue")


def _page_of(case: Case) -> HttpResponse:
    # The page of a case lies below the queue, in a room above this one.
    return redirect(f"{reverse('review:queue')}{case.public}/")
