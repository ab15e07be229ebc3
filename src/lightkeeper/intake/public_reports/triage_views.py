"""Triage in the console: which reports wait, and one of them; what it says comes only after the look is recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lightkeeper.intake.public_reports import queries, services
from lightkeeper.intake.public_reports.models import PublicReport
from lightkeeper.intake.public_reports.saying import Says
from lightkeeper.intake.public_reports.states import OPEN, PublicReportRefused
from lightkeeper.intake.public_reports.triage_forms import CloseForm, FoldForm, PassOnForm, is_id
from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may, person_of, requires, sensitive
from lightkeeper.review.queries import defanged
from lightkeeper.runtime.services import SealError

ROWS: Final = 50
SHOWS: Final = {
    "triage": gettext_lazy("Waiting for somebody to say what they are about"),
    "open": gettext_lazy("All that are open"),
    "suspected": gettext_lazy("Probably sent by a program"),
    "folded": gettext_lazy("Folded into others"),
    "closed": gettext_lazy("Closed"),
}
SHOWN_AGAIN: Final = "shown"
"""A field of the forms below what a report says: where one is not right, that is shown, and recorded, once more."""


@requires(Permission.PUBLIC_REPORT_READ)
@require_safe
@never_cache
def reports(request: HttpRequest) -> HttpResponse:
    """Reports of one kind, and how many wait."""
    show = request.GET.get("show", "triage")
    show = show if show in SHOWS else "triage"
    page = Paginator(queries.reports(show), ROWS).get_page(request.GET.get("page"))
    chooses = show == "suspected" and may(person_of(request), Permission.PUBLIC_REPORT_TRIAGE)
    context = {
        "page": page, "show": show, "shows": list(SHOWS.items()), "waiting": queries.waiting(), "chooses": chooses,
    }  # fmt: skip
    return render(request, "public_reports/triage.html", context)


@requires(Permission.PUBLIC_REPORT_TRIAGE)
@require_POST
@never_cache
def close_spam(request: HttpRequest) -> HttpResponse:
    """Close what was chosen of those that a program probably sent, without reading each."""
    chosen = [UUID(one) for one in request.POST.getlist("chosen")[:ROWS] if is_id(one)]
    try:
        number = services.close_as_spam(chosen, person_of(request))
    except PublicReportRefused as refused:
        messages.error(request, str(refused))
    else:
        said = ngettext("%(n)d report is closed as spam.", "%(n)d reports are closed as spam.", number)
        messages.success(request, said % {"n": number})
    return redirect(f"{reverse('public_report:reports')}?show=suspected")


@requires(Permission.PUBLIC_REPORT_READ)
@require_safe
@never_cache
def report(request: HttpRequest, public: UUID) -> HttpResponse:
    """One report, without what it says."""
    return _page(request, _report(public))


@requires(Permission.PUBLIC_REPORT_TRIAGE)
@require_POST
@never_cache
def show(request: HttpRequest, public: UUID) -> HttpResponse:
    """The page with what the report says, after that look was recorded."""
    row = _report(public)
    try:
        says = services.show(row, person_of(request))
    except PublicReportRefused as refused:
        messages.error(request, str(refused))
        return redirect("public_report:report", row.public)
    except SealError:
        return _damaged(request, row)
    return _page(request, _report(public), says=says)


@requires(Permission.PUBLIC_REPORT_CONTACT)
@sensitive
@require_POST
@never_cache
def contact(request: HttpRequest, public: UUID) -> HttpResponse:
    """The page with the contact, after that look was recorded."""
    row = _report(public)
    try:
        found = services.show_contact(row, person_of(request))
    except PublicReportRefused as refused:
        messages.error(request, str(refused))
        return redirect("public_report:report", row.public)
    except SealError:
        return _damaged(request, row)
    return _page(request, row, contact=found)


Act = Callable[[PublicReport, Any, Person], object]


def _act(done: str, act: Act, form: type[forms.Form]) -> Callable[..., HttpResponse]:
    """A page that does one thing with a report; a refusal is told at its form, which keeps what was entered."""

    @requires(Permission.PUBLIC_REPORT_TRIAGE)
    @require_POST
    @never_cache
    def view(request: HttpRequest, public: UUID) -> HttpResponse:
        row, entered = _report(public), form(request.POST)
        if entered.is_valid():
            try:
                act(row, entered, person_of(request))
            except PublicReportRefused as refused:
                entered.add_error(None, str(refused))
            except SealError:
                return _damaged(request, row)
            else:
                messages.success(request, _(done))
                return redirect("public_report:report", row.public)
        return _again(request, row, entered)

    return view


def _fold(row: PublicReport, form: FoldForm, person: Person) -> None:
    other = form.other()
    if other is None:
        raise PublicReportRefused(_("There is no report of this number."))
    services.fold(row, other, person)


pass_on = _act(
    gettext_noop("What it is about goes before people as cases."),
    lambda row, form, person: services.pass_on(
        row, form.cleaned_data["addresses"], form.cleaned_data["note"], person
    ),
    PassOnForm,
)  # fmt: skip
fold = _act(gettext_noop("The report goes the way of the other one."), _fold, FoldForm)
close = _act(
    gettext_noop("The report is closed."), lambda row, form, person: services.close(row, form.reason(), person),
    CloseForm,
)  # fmt: skip


def _report(public: UUID) -> PublicReport:
    rows = PublicReport.objects.select_related("into", "client", "closed_by").defer("content")
    return get_object_or_404(rows, public=public)


def _again(request: HttpRequest, row: PublicReport, entered: forms.Form) -> HttpResponse:
    """The page with what is wrong; what was on it before is recorded as shown once more."""
    says = None
    if request.POST.get(SHOWN_AGAIN):
        try:
            says = services.show(row, person_of(request))
        except (PublicReportRefused, SealError):
            says = None
    return _page(request, row, says=says, entered=entered)


def _damaged(request: HttpRequest, row: PublicReport) -> HttpResponse:
    return render(request, "public_reports/damaged.html", {"row": row}, status=503)


def _page(
    request: HttpRequest,
    row: PublicReport,
    *,
    says: Says | None = None,
    contact: str = "",
    entered: forms.Form | None = None,
) -> HttpResponse:
    person, cases = person_of(request), queries.cases_of(row)
    triages = may(person, Permission.PUBLIC_REPORT_TRIAGE)
    acts = triages and row.state in OPEN
    made = [PassOnForm()] if acts else []
    made += [FoldForm(), CloseForm()] if acts and not cases else []  # type: ignore[list-item]  # all are forms
    forms_by_name: dict[str, forms.Form] = {one.of: one for one in made}
    wrong = getattr(entered, "of", "")
    if entered is not None:
        forms_by_name[wrong] = entered
    context = {
        "row": row,
        "says": says,
        "typed": [defanged(one) for one in says.addresses] if says is not None else [],
        "contact": contact,
        "cases": cases,
        "repeats": queries.repeats_of(row),
        "named": row.addresses.count(),
        "forms": forms_by_name,
        "wrong": wrong,
        "shown_again": SHOWN_AGAIN,
        "may_show": triages,
        "may_contact": row.contact is not None and may(person, Permission.PUBLIC_REPORT_CONTACT),
        "sees_cases": may(person, Permission.CASE_READ),
    }
    return render(request, "public_reports/report.html", context, status=200 if entered is None else 422)
