"""Pages of requests of authorities: which there are, a new one, and one with all that was done and can be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lightkeeper.act.requests import evidence, queries, services
from lightkeeper.act.requests.evidence_models import EvidenceExport, EvidenceState
from lightkeeper.act.requests.forms import (
    AboutForm,
    BackForm,
    EndForm,
    ExtendForm,
    HandForm,
    RegisterForm,
    RenewForm,
    WithdrawForm,
)
from lightkeeper.act.requests.models import AuthorityRequest
from lightkeeper.act.requests.sealed import says_of
from lightkeeper.act.requests.states import DATED, IN_VAIN, OPEN, RequestKind, RequestRefused, RequestState, Way
from lightkeeper.act.requests.terms import term_of
from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may, person_of, requires, sensitive
from lightkeeper.runtime.services import SealError

ROWS: Final = 50
_S = RequestState


@requires(Permission.REQUEST_READ)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def requests(request: HttpRequest) -> HttpResponse:
    """Requests: those that are open, by when they are due, or others.

    What is looked for is sent by POST: a reference is kept sealed, and an address would stand in logs.
    """
    sent = request.POST if request.method == "POST" else request.GET
    asked = {"state": sent.get("state", "open"), "kind": sent.get("kind", "")}
    asked["reference"] = request.POST.get("reference", "")
    rows = Paginator(queries.requests(**asked), ROWS).get_page(request.GET.get("page"))
    context = {
        "page": rows,
        "rows": [(row, _reference(row), row.state in OPEN and row.due_at < now()) for row in rows.object_list],
        "asked": asked,
        "states": [("open", _("Open")), *_S.choices],
        "kinds": RequestKind.choices,
        "open": queries.open_requests(),
        "overdue": queries.overdue(),
        "may_register": may(person_of(request), Permission.REQUEST_HANDLE),
    }
    return render(request, "requests/requests.html", context)


@requires(Permission.REQUEST_HANDLE)
@sensitive
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def register(request: HttpRequest) -> HttpResponse:
    """Register a request; what is wrong is told at the form, which keeps what was entered."""
    form = RegisterForm(request.POST or None, delays=queries.delays_to_end(), initial={"received_at": now()})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.register(form.new(), person_of(request))
        except RequestRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The request is registered."))
            return redirect("request:request", made.public)
    return render(request, "requests/register.html", {"form": form}, status=422 if form.errors else 200)


@requires(Permission.REQUEST_READ)
@require_safe
@never_cache
def request(request: HttpRequest, public: UUID) -> HttpResponse:
    """One request."""
    return _page(request, _request(public))


Act = Callable[[AuthorityRequest, Any, Person], object]


def _act(
    permission: Permission, done: str, act: Act, form: type[forms.Form] | None = None
) -> Callable[..., HttpResponse]:
    """A page that does one thing with a request; a refusal is told at its form, which keeps what was entered."""

    @requires(permission)
    @sensitive
    @require_POST
    def view(request: HttpRequest, public: UUID) -> HttpResponse:
        row = _request(public)
        entered = None if form is None else form(request.POST)
        if entered is not None and not entered.is_valid():
            return _page(request, row, entered)
        try:
            act(row, entered, person_of(request))
        except RequestRefused as refused:
            if entered is not None:
                entered.add_error(None, str(refused))
                return _page(request, row, entered)
            messages.error(request, str(refused))
        else:
            messages.success(request, _(done))
        return redirect("request:request", row.public)

    return view


_HANDLE, _APPROVE = Permission.REQUEST_HANDLE, Permission.REQUEST_APPROVE
take_up = _act(
    _HANDLE, gettext_noop("You look at it from now on."), lambda row, _form, person: services.take_up(row, person)
)
confirm = _act(
    _HANDLE, gettext_noop("It is noted that the authority was told."),
    lambda row, _form, person: services.confirm_receipt(row, person),
)  # fmt: skip
about = _act(
    _HANDLE, gettext_noop("It is noted what else the request is about."),
    lambda row, form, person: services.add_subjects(row, form.about(), person), AboutForm,
)  # fmt: skip
extend = _act(
    _HANDLE, gettext_noop("The request has another due date."),
    lambda row, form, person: services.extend_due(row, person=person, **form.cleaned_data), ExtendForm,
)  # fmt: skip
renew = _act(
    _HANDLE, gettext_noop("The renewal is noted."),
    lambda row, form, person: services.renew(row, person=person, **form.cleaned_data), RenewForm,
)  # fmt: skip
end = _act(
    _HANDLE, gettext_noop("It is noted how the request ends."),
    lambda row, form, person: services.propose_end(row, form.state(), note=form.cleaned_data["note"], person=person),
    EndForm,
)  # fmt: skip
approve = _act(
    _APPROVE, gettext_noop("The request has ended as was proposed."),
    lambda row, _form, person: services.approve_end(row, person=person),
)  # fmt: skip
send_back = _act(
    _APPROVE, gettext_noop("It goes back to whoever looks at it."),
    lambda row, form, person: services.send_back(row, note=form.cleaned_data["note"], person=person), BackForm,
)  # fmt: skip
withdraw = _act(
    _HANDLE, gettext_noop("It is noted that the authority withdrew it. Legal holds stand until somebody lifts them."),
    lambda row, form, person: services.withdraw(row, note=form.cleaned_data["note"], person=person), WithdrawForm,
)  # fmt: skip
hand_over = _act(
    _HANDLE, gettext_noop("It is noted what was handed over."), lambda row, form, person: _hand_over(row, form, person),
    HandForm,
)  # fmt: skip


prepare_export = _act(
    _HANDLE, gettext_noop("The export waits for a second person, who releases it."),
    lambda row, _form, person: evidence.prepare(row, person),
)  # fmt: skip
release_export = _act(
    _APPROVE, gettext_noop("The export is released: whoever runs the server can write it."),
    lambda row, _form, person: evidence.release(_prepared_of(row), person),
)  # fmt: skip
drop_export = _act(
    _HANDLE,
    gettext_noop("The export was dropped."),
    lambda row, _form, person: evidence.drop(_prepared_of(row), person),
)


def _prepared_of(row: AuthorityRequest) -> EvidenceExport:
    export = row.exports.filter(state=EvidenceState.PREPARED).first()
    if export is None:
        raise RequestRefused(_("No export of this request waits for a second person."))
    return export


def _hand_over(row: AuthorityRequest, form: HandForm, person: Person) -> None:
    data = form.cleaned_data
    services.hand_over(
        row, form.handed(), count=data["count"], at=data["handed_at"], way=Way(data["way"]), person=person
    )


def _request(public: UUID) -> AuthorityRequest:
    people = ("handler", "registered_by", "proposed_by", "ended_by", "follows")
    return get_object_or_404(AuthorityRequest.objects.select_related(*people), public=public)


def _page(request: HttpRequest, row: AuthorityRequest, entered: forms.Form | None = None) -> HttpResponse:
    try:
        context = _shown(row, person_of(request))
    except SealError:
        return render(request, "requests/damaged.html", {"row": row}, status=503)
    if entered is not None:
        context["forms"] = {**context["forms"], getattr(entered, "of", ""): entered}
        context["wrong"] = getattr(entered, "of", "")
    return render(request, "requests/request.html", context, status=200 if entered is None else 422)


def _shown(row: AuthorityRequest, person: Person) -> dict[str, Any]:
    handles, approves = may(person, Permission.REQUEST_HANDLE), may(person, Permission.REQUEST_APPROVE)
    is_open, dated = row.state in OPEN, row.kind in DATED
    can = {
        "about": handles and is_open,
        "extend": handles and is_open,
        "renew": handles and dated and row.state not in IN_VAIN,
        "end": handles and row.state == _S.LOOKED_AT,
        "withdraw": handles and is_open,
        "back": approves and row.state == _S.WAITING,
        "hand": handles and row.state == _S.ANSWERED,
    }
    made = (AboutForm, ExtendForm, RenewForm, EndForm, WithdrawForm, BackForm, HandForm)
    return {
        "row": row,
        "says": says_of(row.content, row.public),
        "overdue": is_open and row.due_at < now(),
        "over": dated and row.until is not None and row.until < now(),
        "term": term_of(row.country) if row.kind == RequestKind.PRESERVATION else None,
        "subjects": queries.subjects_of(row),
        "steps": queries.steps_of(row),
        "handovers": queries.handovers_of(row),
        "forms": {form.of: form() for form in made if can[form.of]},
        "wrong": "",
        "may_take_up": handles and row.state == _S.RECEIVED,
        "may_confirm": handles and row.confirmed_at is None,
        "may_approve": approves and row.state == _S.WAITING,
        "own": row.proposed_by_id == person.pk,
        "second": services.needs_second(row),
        "exports": list(row.exports.select_related("prepared_by", "decided_by").order_by("pk")),
        "originals": evidence.originals_of(row).count() if row.state == _S.ANSWERED and handles else 0,
        "exporting": evidence.under_way(row),
        "approves": approves,
        "handles": handles,
        "person": person,
        "sees_holds": may(person, Permission.HOLD_READ),
        "sees_cases": may(person, Permission.CASE_READ),
    }


def _reference(row: AuthorityRequest) -> str:
    try:
        return says_of(row.content, row.public).reference
    except SealError:
        return ""
