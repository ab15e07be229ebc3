"""The page of a case's actions: what is done about accounts, what users may be told, and reversing."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lightkeeper.act import services
from lightkeeper.act.models import CaseAction, NoticeDelay
from lightkeeper.act.queries import ActionKind, accounts_of, bases_of
from lightkeeper.act.types import ActionRefused, NoticeBasis, NoticeRule, ReversalGround
from lightkeeper.people.permissions import Permission, person_of, requires
from lightkeeper.review.models import Case, CaseItem
from lightkeeper.web.action_forms import DelayForm, ProposalForm, RefusalForm, ReversalForm, UntilForm
from lightkeeper.web.action_view_models import page as shown_to


@requires(Permission.CASE_READ)
@require_safe
@never_cache
def actions(request: HttpRequest, public: UUID) -> HttpResponse:
    """The actions of a case, and what this person can do about them."""
    case = get_object_or_404(Case, public=public)
    return render(request, "actions/actions.html", shown_to(case, person_of(request)))


@requires(Permission.ACTION_PROPOSE)
@require_POST
def propose(request: HttpRequest, public: UUID) -> HttpResponse:
    """Propose an action; a refusal is told at the form, which keeps what was entered."""
    case, person = get_object_or_404(Case, public=public), person_of(request)
    form = ProposalForm(request.POST, accounts=accounts_of(case), bases=bases_of(case))
    if form.is_valid():
        asked = dict(form.cleaned_data)
        try:
            made = services.propose_action(case, ActionKind(asked.pop("kind")), person=person, **asked)
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            said = _("It waits for a second person.") if made.second else _("It is carried out in a minute.")
            messages.success(request, said)
            return redirect("action:actions", case.public)
    return render(request, "actions/actions.html", shown_to(case, person, form), status=422)


Act = Callable[[HttpRequest, CaseAction], object]


def _about_action(permission: Permission, done: str, act: Act) -> Callable[..., HttpResponse]:
    """A page that does one thing with an action and leads back to the case's; a refusal is told there."""

    @requires(permission)
    @require_POST
    def view(request: HttpRequest, action: UUID) -> HttpResponse:
        row = get_object_or_404(CaseAction.objects.select_related("case"), public=action)
        return _back(request, row.case, done, lambda: act(request, row))

    return view


def _refuse(request: HttpRequest, row: CaseAction) -> None:
    form = _valid(RefusalForm(request.POST, of=row.public.hex))
    services.refuse_action(row, person_of(request), form.cleaned_data["why"])


def _reverse(request: HttpRequest, row: CaseAction) -> None:
    form = _valid(ReversalForm(request.POST, of=row.public.hex))
    ground = ReversalGround(form.cleaned_data["ground"])
    services.reverse_action(row, ground=ground, note=form.cleaned_data["note"], person=person_of(request))


approve = _about_action(
    Permission.ACTION_APPROVE, gettext_noop("Approved: it is carried out in a minute."),
    lambda request, row: services.approve_action(row, person_of(request)),
)  # fmt: skip
refuse = _about_action(Permission.ACTION_APPROVE, gettext_noop("Refused."), _refuse)
withdraw = _about_action(
    Permission.ACTION_PROPOSE, gettext_noop("Withdrawn: nothing was done."),
    lambda request, row: services.withdraw_action(row, person_of(request)),
)  # fmt: skip
reverse = _about_action(Permission.ACTION_REVERSE, gettext_noop("Reversed, as far as it can be."), _reverse)


@requires(Permission.ACTION_REVERSE)
@require_POST
def reverse_decision(request: HttpRequest, public: UUID, position: int) -> HttpResponse:
    """Reverse what was decided about an item."""
    item = get_object_or_404(CaseItem.objects.select_related("case"), case__public=public, position=position)

    def act() -> None:
        form = _valid(ReversalForm(request.POST, of=str(position)))
        ground = ReversalGround(form.cleaned_data["ground"])
        services.reverse_decision(item, ground=ground, note=form.cleaned_data["note"], person=person_of(request))

    return _back(request, item.case, gettext_noop("Reversed, as far as it can be."), act)


@requires(Permission.NOTICE_DELAY)
@require_POST
def delay(request: HttpRequest, public: UUID) -> HttpResponse:
    """Have users of a case not be told until a time."""
    case = get_object_or_404(Case, public=public)

    def act() -> None:
        data = _valid(DelayForm(request.POST)).cleaned_data
        services.begin_delay(
            case, basis=NoticeBasis(data["basis"]), rule=NoticeRule(data["rule"]), until=data["until"],
            note=data["note"], person=person_of(request),
        )  # fmt: skip

    return _back(request, case, gettext_noop("Users are not told until then."), act)


@requires(Permission.NOTICE_DELAY)
@require_POST
def extend_delay(request: HttpRequest, delay: UUID) -> HttpResponse:
    """Give a delay another end."""
    row = get_object_or_404(NoticeDelay.objects.select_related("case"), public=delay)

    def act() -> None:
        until = _valid(UntilForm(request.POST)).cleaned_data["until"]
        services.extend_delay(row, until=until, person=person_of(request))

    return _back(request, row.case, gettext_noop("The delay has another end."), act)


@requires(Permission.NOTICE_DELAY)
@require_POST
def end_delay(request: HttpRequest, delay: UUID) -> HttpResponse:
    """Let users be told from now on."""
    row = get_object_or_404(NoticeDelay.objects.select_related("case"), public=delay)
    done = gettext_noop("Users may be told now; the platforms are told so.")
    return _back(request, row.case, done, lambda: services.end_delay(row, person=person_of(request)))


def _back(request: HttpRequest, case: Case, done: str, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except ActionRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _(done))
    return redirect("action:actions", case.public)


def _valid(form: forms.Form) -> forms.Form:
    """The form, if it is whole. Raises ActionRefused with what is wrong, field by field."""
    if form.is_valid():
        return form
    wrong = [f"{form[name].label}: {' '.join(map(str, errors))}" for name, errors in form.errors.items()]
    raise ActionRefused(" ".join(wrong))


app_name = "action"
urlpatterns: list[URLPattern | URLResolver] = [
    path("cases/<uuid:public>/actions/", actions, name="actions"),
    path("cases/<uuid:public>/actions/propose/", propose, name="propose"),
    path("cases/<uuid:public>/items/<int:position>/reverse/", reverse_decision, name="reverse_decision"),
    path("cases/<uuid:public>/notices/", delay, name="delay"),
    path("actions/<uuid:action>/approve/", approve, name="approve"),
    path("actions/<uuid:action>/refuse/", refuse, name="refuse"),
    path("actions/<uuid:action>/withdraw/", withdraw, name="withdraw"),
    path("actions/<uuid:action>/reverse/", reverse, name="reverse"),
    path("notices/<uuid:delay>/extend/", extend_delay, name="extend_delay"),
    path("notices/<uuid:delay>/end/", end_delay, name="end_delay"),
]
