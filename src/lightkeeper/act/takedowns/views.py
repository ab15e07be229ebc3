"""Pages of takedown notices: which there are, who can be written to, one notice and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lightkeeper.act.contributions import add_address_to_list, hashes_may_be_added, own_lists
from lightkeeper.act.takedowns import queries, services
from lightkeeper.act.takedowns.forms import PrepareForm, RecipientForm, ReplyForm
from lightkeeper.act.takedowns.models import Takedown, TakedownRecipient
from lightkeeper.act.takedowns.states import WAITING, TakedownRefused, TakedownState
from lightkeeper.act.types import ContributionRefused
from lightkeeper.lists.types import ListRefused
from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may, person_of, requires
from lightkeeper.record.types import ItemKind
from lightkeeper.review.models import CaseItem
from lightkeeper.runtime.services import SealError, whole_number

ROWS: Final = 50


@requires(Permission.TAKEDOWN_READ)
@require_safe
@never_cache
def takedowns(request: HttpRequest) -> HttpResponse:
    """Notices: those that somebody waits for, by when they are due, or others."""
    state = request.GET.get("state", "open")
    page = Paginator(queries.takedowns(state), ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page, "state": state, "states": [("open", _("Open")), *TakedownState.choices],
        "rows": [(row, row.state in WAITING and row.due_at and row.due_at < now()) for row in page.object_list],
    }  # fmt: skip
    return render(request, "takedowns/takedowns.html", context)


@requires(Permission.TAKEDOWN_SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def recipients(request: HttpRequest) -> HttpResponse:
    """Who can be written to, and the form for another."""
    form = RecipientForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_recipient(**form.cleaned_data, person=person_of(request))
        except TakedownRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("They can be written to now."))
            return redirect("takedown:recipients")
    context = {"form": form, "recipients": queries.recipients()}
    return render(request, "takedowns/recipients.html", context, status=422 if form.errors else 200)


@requires(Permission.TAKEDOWN_SEND)
@require_POST
def end_recipient(request: HttpRequest, number: int) -> HttpResponse:
    """Write to somebody no more."""
    services.end_recipient(get_object_or_404(TakedownRecipient, pk=number), person_of(request))
    messages.success(request, _("They are written to no more."))
    return redirect("takedown:recipients")


@requires(Permission.TAKEDOWN_SEND)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def of_address(request: HttpRequest, public: UUID, position: int) -> HttpResponse:
    """The notices about an address of a case, and the form for another."""
    item = _address(public, position)
    form = PrepareForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.prepare(item, form.cleaned_data["recipient"], person_of(request))
        except TakedownRefused as refused:
            form.add_error(None, str(refused))
        except SealError:
            form.add_error(None, _("What is kept of the address was altered; whoever runs this must look at it."))
        else:
            messages.success(request, _("The notice is written. It has not left yet."))
            return redirect("takedown:takedown", made.public)
    lists = own_lists() if may(person_of(request), Permission.LIST_CONTRIBUTE) and hashes_may_be_added(item) else []
    context = {"form": form, "item": item, "rows": queries.takedowns_of(item), "own_lists": lists}
    return render(request, "takedowns/of_address.html", context, status=422 if form.errors else 200)


@requires(Permission.LIST_CONTRIBUTE)
@require_POST
def add_to_list(request: HttpRequest, public: UUID, position: int) -> HttpResponse:
    """Add the address to a list of our own, so that it is found the next time."""
    item = _address(public, position)
    chosen, why = whole_number(request.POST.get("list", "")) or 0, request.POST.get("reason", "")
    try:
        add_address_to_list(item, chosen, reason=why, person=person_of(request))
    except (ContributionRefused, ListRefused) as refusal:
        messages.error(request, str(refusal))
    except SealError:
        messages.error(request, _("What is kept of the address was altered; whoever runs this must look at it."))
    else:
        messages.success(request, _("The address is on the list now."))
    return redirect("takedown:of_address", public, position)


@requires(Permission.TAKEDOWN_READ)
@require_safe
@never_cache
def takedown(request: HttpRequest, public: UUID) -> HttpResponse:
    """One notice: where it stands, what was replied, whether the address answers. The address itself is not shown."""
    row = _row(public)
    context = {
        "row": row, "replies": queries.replies_of(row), "looks": row.looks.order_by("-pk")[:20],
        "took": queries.took(row), "form": ReplyForm(),
        "late": row.state in WAITING and row.due_at and row.due_at < now(),
        "may_send": may(person_of(request), Permission.TAKEDOWN_SEND),
        "mail": settings.LIGHTKEEPER["takedown_mail"] and bool(row.recipient.email),
        "monitored": settings.LIGHTKEEPER["monitor_addresses"],
        "unsent": row.state in {TakedownState.PREPARED, TakedownState.UNSENT},
        "ended": row.state in {TakedownState.WITHDRAWN, TakedownState.GONE, TakedownState.SENDING},
    }  # fmt: skip
    return render(request, "takedowns/takedown.html", context)


@requires(Permission.TAKEDOWN_SEND)
@require_POST
def send(request: HttpRequest, public: UUID) -> HttpResponse:
    """Send a notice by e-mail."""
    return _done(request, public, services.send, _("It is being sent."))


@requires(Permission.TAKEDOWN_SEND)
@require_POST
@never_cache
def take_file(request: HttpRequest, public: UUID) -> HttpResponse:
    """A notice as a text file; from then on it is sent."""
    row = _row(public)
    try:
        text = services.take_file(row, person_of(request))
    except TakedownRefused as refused:
        messages.error(request, str(refused))
        return redirect("takedown:takedown", public)
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="notice-{str(public)[:8]}.txt"'
    return answer


@requires(Permission.TAKEDOWN_SEND)
@require_POST
def reply(request: HttpRequest, public: UUID) -> HttpResponse:
    """Note what a recipient replied."""
    form = ReplyForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say what they reply, in at most 280 characters."))
        return redirect("takedown:takedown", public)
    said = form.cleaned_data

    def act(row: Takedown, person: Person) -> object:
        return services.note_reply(row, said["kind"], said["note"], person)

    return _done(request, public, act, _("The reply is noted."))


@requires(Permission.TAKEDOWN_SEND)
@require_POST
def withdraw(request: HttpRequest, public: UUID) -> HttpResponse:
    """End a notice."""
    return _done(request, public, services.withdraw, _("The notice is withdrawn. What left cannot be called back."))


def _done(
    request: HttpRequest, public: UUID, act: Callable[[Takedown, Person], object], said: str
) -> HttpResponse:  # fmt: skip
    try:
        act(_row(public), person_of(request))
    except TakedownRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("takedown:takedown", public)


def _address(public: UUID, position: int) -> CaseItem:
    rows = CaseItem.objects.select_related("case", "item").filter(item__kind=ItemKind.URL)
    return get_object_or_404(rows, case__public=public, position=position)


def _row(public: UUID) -> Takedown:
    rows = Takedown.objects.select_related("recipient", "case_item__case", "prepared_by", "sent_by")
    return get_object_or_404(rows, public=public)
