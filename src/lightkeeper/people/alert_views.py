"""The pages about alerts and about who is on call."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lightkeeper.people import alert_queries, alerts, on_call
from lightkeeper.people.alert_types import AlertError, Channel
from lightkeeper.people.client_forms import ContactForm
from lightkeeper.people.models import Alert
from lightkeeper.people.permissions import Permission, actor_of, may, person_of, requires, sensitive


@requires(Permission.ALERT_READ)
@require_safe
def alert_list(request: HttpRequest) -> HttpResponse:
    """What is open, what was closed lately, and how on-call stands."""
    context = {
        "open": alert_queries.not_closed(),
        "closed": alert_queries.lately_closed(),
        "on_call": alert_queries.on_call(),
    }
    return render(request, "people/alerts.html", context)


@requires(Permission.ALERT_READ)
@require_safe
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert: what it is about, where to look, whom it was told to."""
    context = {
        "alert": get_object_or_404(Alert.objects.select_related("acknowledged_by"), pk=pk),
        "deliveries": alert_queries.deliveries(pk),
        "acknowledges": may(request.user, Permission.ALERT_ACKNOWLEDGE),
    }
    return render(request, "people/alert.html", context)


@requires(Permission.ALERT_ACKNOWLEDGE)
@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an alert up."""
    by = person_of(request)
    return _act(
        request,
        lambda: alerts.acknowledge_alert(alert_id=pk, by=by, actor=by.actor),
        _("You have taken this alert up; nobody else is told."),
        "people:alert",
        pk,
    )


@requires(Permission.ALERT_ACKNOWLEDGE)
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the matter is settled."""
    act = alerts.close_alert
    return _act(request, lambda: act(alert_id=pk, actor=actor_of(request)), _("Closed."), "people:alerts")


@requires(Permission.ALERT_READ)
@require_safe
def rota(request: HttpRequest) -> HttpResponse:
    """Who is told, in which order."""
    context = {"contacts": alert_queries.rota(), "changes": may(request.user, Permission.ONCALL_CHANGE)}
    return render(request, "people/rota.html", context)


@requires(Permission.ONCALL_CHANGE)
@sensitive
@require_http_methods(["GET", "POST"])
def new_contact(request: HttpRequest) -> HttpResponse:
    """Put somebody on the rota; a webhook's key is shown once."""
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        channel = Channel(data["channel"])
        address = data["address"].strip() or (data["person"].email if channel is Channel.EMAIL else "")
        try:
            contact, secret = on_call.add_contact(
                person=data["person"],
                channel=channel,
                address=address,
                escalate_minutes=data["escalate_minutes"],
                actor=actor_of(request),
            )
        except AlertError as error:
            form.add_error(None, str(error))
        else:
            if secret:
                return render(request, "people/contact_made.html", {"contact": contact, "secret": secret})
            return redirect("people:rota")
    return render(request, "people/contact_new.html", {"form": form})


@requires(Permission.ONCALL_CHANGE)
@require_POST
def move_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Move somebody up or down."""
    up = request.POST.get("where") == "up"
    return _act(
        request, lambda: on_call.move_contact(contact_id=pk, up=up, actor=actor_of(request)), _("Moved."), "people:rota"
    )


@requires(Permission.ONCALL_CHANGE)
@sensitive
@require_POST
def remove_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Take somebody off the rota."""
    return _act(
        request, lambda: on_call.remove_contact(contact_id=pk, actor=actor_of(request)), _("Removed."), "people:rota"
    )


def _act(request: HttpRequest, act: Callable[[], None], done: str, page: str, *names: int) -> HttpResponse:
    """Carry out one act, say how it went, and go on to a page."""
    try:
        act()
    except AlertError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(page, *names)
