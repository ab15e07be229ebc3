"""The pages about API clients and their keys. A key's text is in one answer only, which nobody may store."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lightkeeper.people import client_queries, clients
from lightkeeper.people.client_forms import ClientForm, KeyForm, RotateForm
from lightkeeper.people.client_types import ClientError, Scope
from lightkeeper.people.models import ApiKey, Client
from lightkeeper.people.permissions import Permission, actor_of, may, requires, sensitive


@requires(Permission.CLIENT_READ)
@require_safe
def client_list(request: HttpRequest) -> HttpResponse:
    """All clients with their keys."""
    context = {"rows": client_queries.clients_with_keys(), "manages": may(request.user, Permission.CLIENT_MANAGE)}
    return render(request, "people/clients.html", context)


@requires(Permission.CLIENT_MANAGE)
@sensitive
@require_http_methods(["GET", "POST"])
def new_client(request: HttpRequest) -> HttpResponse:
    """Make a client."""
    form = ClientForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            client = clients.create_client(name=form.cleaned_data["name"], actor=actor_of(request))
        except ClientError as error:
            form.add_error("name", str(error))
        else:
            return redirect("people:client", pk=client.pk)
    return render(request, "people/client_new.html", {"form": form})


@requires(Permission.CLIENT_READ)
@require_safe
def client(request: HttpRequest, pk: int) -> HttpResponse:
    """One client and its keys."""
    context = {
        "client": get_object_or_404(Client, pk=pk),
        "keys": client_queries.api_keys(client_id=pk),
        "manages": may(request.user, Permission.CLIENT_MANAGE),
        "callbacks": may(request.user, Permission.CALLBACK_READ),
    }
    return render(request, "people/client.html", context)


@requires(Permission.CLIENT_MANAGE)
@sensitive
@require_http_methods(["GET", "POST"])
def new_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a key and show its text once."""
    owner = get_object_or_404(Client, pk=pk)
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        days = data["expires_days"]
        try:
            made = clients.create_key(
                client_id=pk,
                scopes={Scope(word) for word in data["scopes"]},
                actor=actor_of(request),
                rate_per_minute=data["rate_per_minute"],
                lookup_per_day=data["lookup_per_day"],
                expires_at=timezone.now() + timedelta(days=days) if days else None,
                allow_both=data["allow_both"],
            )
        except ClientError as error:
            form.add_error(None, str(error))
        else:
            return render(request, "people/key_made.html", {"client": owner, "made": made})
    return render(request, "people/key_new.html", {"client": owner, "form": form})


@requires(Permission.CLIENT_MANAGE)
@sensitive
@require_http_methods(["GET", "POST"])
def rotate_key(request: HttpRequest, key_id: str) -> HttpResponse:
    """Make a key that takes the place of another, and show its text once."""
    key = get_object_or_404(ApiKey.objects.select_related("client"), key_id=key_id)
    form = RotateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        overlap = timedelta(hours=form.cleaned_data["overlap_hours"])
        try:
            made = clients.rotate_key(key_id=key_id, overlap=overlap, actor=actor_of(request))
        except ClientError as error:
            form.add_error(None, str(error))
        else:
            return render(request, "people/key_made.html", {"client": key.client, "made": made})
    return render(request, "people/key_rotate.html", {"client": key.client, "key": key, "form": form})


@requires(Permission.CLIENT_MANAGE)
@sensitive
@require_POST
def revoke_key(request: HttpRequest, key_id: str) -> HttpResponse:
    """End a key at once."""
    key = get_object_or_404(ApiKey, key_id=key_id)
    try:
        clients.revoke_key(key_id=key_id, actor=actor_of(request))
    except ClientError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            _("The key %(key_id)s is revoked; it stops working everywhere within five seconds.") % {"key_id": key_id},
        )
    return redirect("people:client", pk=key.client_id)
