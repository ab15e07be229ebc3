"""The pages of the audit trail and of legal holds. Who may see them is said in ``web/record_pages.py``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from lightkeeper.record import queries
from lightkeeper.record.checking import ask_to_verify
from lightkeeper.record.forms import FilterForm, LiftHoldForm, PlaceHoldForm
from lightkeeper.record.models import Hold
from lightkeeper.record.queries import Filter
from lightkeeper.record.services import lift_hold, place_hold
from lightkeeper.record.types import Actor, ActorKind, HoldBasis, LiftReason, Subject

AskedFor = Callable[[Sequence[int]], Mapping[int, tuple[datetime, str]]]


def audit(request: HttpRequest, *, names: Mapping[str, str]) -> HttpResponse:
    """The trail, newest first, fifty at a time, and how it stands. ``names`` are people by number."""
    form = FilterForm(request.GET)
    wanted = form.filter()
    rows = queries.events(wanted, limit=queries.PAGE + 1)
    older = None
    if len(rows) > queries.PAGE:
        rows = rows[: queries.PAGE]
        kept = {name: value for name, value in form.cleaned_data.items() if value and name != "before"}
        older = urlencode({**kept, "before": rows[-1].id})
    shown = [(row, names.get(row.actor_id, "") if row.actor_kind == "person" else "") for row in rows]
    state = queries.trail_state()
    walked = int(str(state.verified.details.get("events", 0))) if state.verified else 0
    context = {"form": form, "rows": shown, "older": older, "state": state, "all": wanted == Filter()}
    context |= {"walked": walked, "since": max(state.sealed - walked, 0)}
    return render(request, "record/audit.html", context)


def verify_now(request: HttpRequest) -> HttpResponse:
    """Have a worker verify the trail."""
    if ask_to_verify():
        messages.success(request, _("A worker verifies the trail now. Load this page again in a while."))
    else:
        messages.info(request, _("That was asked for a moment ago. Load this page again in a while."))
    return redirect("record:audit")


def holds(
    request: HttpRequest, *, names: Mapping[str, str], may_place: bool, may_lift: bool, asked_for: AskedFor
) -> HttpResponse:
    """Legal holds: open ones, then lifted ones. ``asked_for``: until when, and by what."""
    standing = queries.holds(lifted=False)
    asked = asked_for([hold.id for hold in standing])
    by = {**names, ActorKind.SYSTEM.value: _("by itself"), ActorKind.OPERATOR.value: _("by a restore")}
    context = {
        "open": [(hold, names.get(hold.placed_by, ""), asked.get(hold.id)) for hold in standing],
        "lifted": [(hold, by.get(hold.lifted_by, "")) for hold in queries.holds(lifted=True)],
        "may_place": may_place,
        "may_lift": may_lift,
    }
    return render(request, "record/holds.html", context)


def place(request: HttpRequest, *, by: Actor) -> HttpResponse:
    """Place a legal hold."""
    form = PlaceHoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        subject = Subject(data["kind"], data["number"].strip())
        try:
            place_hold(subject=subject, basis=HoldBasis(data["basis"]), reference=data["reference"], by=by)
        except ValueError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The legal hold stands."))
            return redirect("record:holds")
    return render(request, "record/place_hold.html", {"form": form})


def lift(request: HttpRequest, number: int, *, by: Actor) -> HttpResponse:
    """Lift a legal hold."""
    hold = get_object_or_404(Hold, pk=number)
    if hold.lifted_at is not None:
        raise Http404
    form = LiftHoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            lift_hold(hold=number, reason=LiftReason(data["reason"]), reference=data["reference"], by=by)
        except ValueError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The legal hold was lifted."))
            return redirect("record:holds")
    return render(request, "record/lift_hold.html", {"form": form, "hold": queries.read_hold(hold)})
