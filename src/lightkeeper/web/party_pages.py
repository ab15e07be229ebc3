"""The page of who is who in a case, and what is done from it: what accounts are, possible victims, links."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lightkeeper.act.models import Victim
from lightkeeper.act.queries import LookPurpose, victims_of, who_is_who
from lightkeeper.act.services import PartyRefused, add_victim, change_victim, confirm_party, withdraw_victim
from lightkeeper.people.permissions import Permission, person_of, requires, sensitive
from lightkeeper.review.models import Case, CaseLink
from lightkeeper.review.services import LinkRefused, judge_link
from lightkeeper.web.identity_forms import IdentityForm
from lightkeeper.web.party_forms import ShowForm, WhyForm, WordForm
from lightkeeper.web.party_view_models import page as shown_to
from lightkeeper.web.party_view_models import shown


@requires(Permission.CASE_READ)
@require_safe
@never_cache
def people(request: HttpRequest, public: UUID) -> HttpResponse:
    """Who is who in a case, as far as this person may see it."""
    case = get_object_or_404(Case, public=public)
    return render(request, "parties/people.html", shown_to(case, person_of(request)))


@requires(Permission.PARTY_CONFIRM)
@require_POST
@never_cache
def confirm(request: HttpRequest, public: UUID) -> HttpResponse:
    """Say what part an account has; a refusal is told at the form, which keeps what was entered."""
    case, person = get_object_or_404(Case, public=public), person_of(request)
    word = WordForm(request.POST, who=who_is_who(case))
    known = IdentityForm(request.POST, auto_id="known-%s")
    if word.is_valid() & known.is_valid():
        said = word.cleaned_data
        try:
            confirm_party(
                case, said["account"], word.role_said(), why=said["why"], person=person, identity=known.identity()
            )
        except PartyRefused as refused:
            word.add_error(None, str(refused))
        else:
            messages.success(request, _("It is noted what this account is."))
            return redirect("party:people", case.public)
    return render(request, "parties/people.html", shown_to(case, person, word=word, known=known), status=422)


@requires(Permission.VICTIM_READ)
@sensitive
@require_POST
@never_cache
def show(request: HttpRequest, public: UUID) -> HttpResponse:
    """What is known of the possible victims of a case; no transaction is open, for looks are committed before."""
    case, person = get_object_or_404(Case, public=public), person_of(request)
    form = ShowForm(request.POST, auto_id="show-%s")
    if not form.is_valid():
        return render(request, "parties/people.html", shown_to(case, person, show=form), status=422)
    lines = shown(victims_of(case), person, LookPurpose(form.cleaned_data["purpose"]))
    return render(request, "parties/victims.html", {"case": case, "lines": lines})


@requires(Permission.VICTIM_WRITE)
@require_POST
@never_cache
def add(request: HttpRequest, public: UUID) -> HttpResponse:
    """Write down a possible victim of whom no account is known."""
    case, person = get_object_or_404(Case, public=public), person_of(request)
    why, known = WhyForm(request.POST, auto_id="new-%s"), IdentityForm(request.POST, auto_id="new-%s")
    if why.is_valid() & known.is_valid():
        try:
            add_victim(case, known.identity(), why=why.cleaned_data["why"], person=person)
        except PartyRefused as refused:
            why.add_error(None, str(refused))
        else:
            messages.success(request, _("The possible victim is written down. What is known of them is sealed."))
            return redirect("party:people", case.public)
    return render(request, "parties/people.html", shown_to(case, person, why=why, victim=known), status=422)


@requires(Permission.VICTIM_READ)
@require_POST
@never_cache
def change(request: HttpRequest, public: UUID) -> HttpResponse:
    """Write anew what is known of a possible victim, by somebody who has seen it."""
    row, person = _victim(public), person_of(request)
    why, known = WhyForm(request.POST, auto_id="victim-%s"), IdentityForm(request.POST, auto_id="victim-%s")
    if why.is_valid() & known.is_valid():
        try:
            change_victim(row, known.identity(), why=why.cleaned_data["why"], person=person)
        except PartyRefused as refused:
            why.add_error(None, str(refused))
        else:
            messages.success(request, _("It is written anew, and sealed. What was known before is kept with the case."))
            return redirect("party:people", row.case.public)
    context = {"case": row.case, "row": row, "why": why, "identity": known}
    return render(request, "parties/change.html", context, status=422)


@requires(Permission.VICTIM_WRITE)
@require_POST
def withdraw(request: HttpRequest, public: UUID) -> HttpResponse:
    """Say that somebody without an account is no possible victim after all."""
    row = _victim(public)
    try:
        withdraw_victim(row, person_of(request))
    except PartyRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, _("It is noted that this is no possible victim. What was known is kept with the case.")
        )
    return redirect("party:people", row.case.public)


@requires(Permission.PARTY_CONFIRM)
@require_POST
def link(request: HttpRequest, public: UUID, number: int) -> HttpResponse:
    """Accept or reject that a case has to do with another."""
    case = get_object_or_404(Case, public=public)
    row = get_object_or_404(CaseLink, Q(earlier=case) | Q(later=case), pk=number)
    said = request.POST.get("verdict", "")
    try:
        if said not in {"accepted", "rejected"}:
            raise LinkRefused(_("Say whether the cases belong together."))
        judge_link(row, accepted=said == "accepted", why=request.POST.get("why", ""), person=person_of(request))
    except LinkRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It is noted what you said of the link."))
    return redirect("case:whole", case.public)


def _victim(public: UUID) -> Victim:
    return get_object_or_404(Victim.objects.select_related("case").defer("content"), public=public)


app_name = "party"
urlpatterns: list[URLPattern | URLResolver] = [
    path("cases/<uuid:public>/people/", people, name="people"),
    path("cases/<uuid:public>/people/confirm/", confirm, name="confirm"),
    path("cases/<uuid:public>/victims/", add, name="add_victim"),
    path("cases/<uuid:public>/victims/show/", show, name="show"),
    path("cases/<uuid:public>/links/<int:number>/", link, name="link"),
    path("victims/<uuid:public>/change/", change, name="change_victim"),
    path("victims/<uuid:public>/withdraw/", withdraw, name="withdraw_victim"),
]
