"""The pages about callbacks: how delivering stands, dead ones, replays; and each client's address and keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lightkeeper.act import channels, queries, replaying, signing_keys
from lightkeeper.act.forms import AddressForm, ConversationAddressForm, ReplayForm
from lightkeeper.act.models import Callback
from lightkeeper.act.states import CallbackState
from lightkeeper.act.types import CallbackError, NewSigningKey
from lightkeeper.people.models import Client
from lightkeeper.people.permissions import Permission, actor_of, may, requires, sensitive
from lightkeeper.people.types import ClientError

ON_A_PAGE: Final = 100


@requires(Permission.CALLBACK_READ)
@require_safe
def callback_list(request: HttpRequest) -> HttpResponse:
    """How delivering stands, and the callbacks themselves, by client and state."""
    client, state = request.GET.get("client", ""), request.GET.get("state", "")
    rows = queries.callbacks(
        client_id=int(client) if client.isascii() and client.isdigit() and len(client) < 19 else None,
        state=CallbackState(state) if state in CallbackState.values else None,
    )
    context = {
        "page": Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page")),
        "delivering": queries.delivering(),
        "clients": queries.clients_with_channels(),
        "states": CallbackState.choices,
        "chosen": {"client": client, "state": state},
        "replays": may(request.user, Permission.CALLBACK_REPLAY),
    }
    return render(request, "act/callbacks.html", context)


@requires(Permission.CALLBACK_REPLAY)
@require_POST
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one again."""
    callback = get_object_or_404(Callback, pk=pk)
    _try(request, lambda: replaying.replay(pk, actor=actor_of(request)), _("It is sent again."))
    return redirect("act:client", pk=callback.client_id)


@requires(Permission.CALLBACK_READ)
@require_safe
def client(request: HttpRequest, pk: int) -> HttpResponse:
    """One client's address, keys and held callbacks."""
    owner = get_object_or_404(Client.objects.select_related("channel"), pk=pk)
    return render(request, "act/client.html", _client_context(request, owner, ReplayForm()))


def _client_context(request: HttpRequest, owner: Client, replay_form: ReplayForm) -> dict[str, object]:
    return {
        "client": owner,
        "keys": queries.signing_key_ids(owner.pk),
        "counts": queries.counts(owner.pk),
        "recent": queries.callbacks(client_id=owner.pk)[:20],
        "replay_form": replay_form,
        "manages": may(request.user, Permission.CLIENT_MANAGE),
        "replays": may(request.user, Permission.CALLBACK_REPLAY),
    }


@requires(Permission.CLIENT_MANAGE)
@sensitive
@require_http_methods(["GET", "POST"])
def address(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a client's address; its first signing key is shown once."""
    owner = get_object_or_404(Client, pk=pk)
    known = {"url": owner.callback_url, "events": owner.callback_events.split()}
    form = AddressForm(request.POST or None, initial=known)

    def act() -> NewSigningKey | None:
        data = form.cleaned_data
        return channels.set_address(client_id=pk, url=data["url"], events=data["events"], actor=actor_of(request))

    return _set_address(request, owner, form, act, "act/address.html")


@requires(Permission.CLIENT_MANAGE)
@sensitive
@require_http_methods(["GET", "POST"])
def conversation_address(request: HttpRequest, pk: int) -> HttpResponse:
    """Set where a client is asked for the words of conversations; its first signing key is shown once."""
    owner = get_object_or_404(Client.objects.select_related("channel"), pk=pk)
    known = owner.channel.conversation_url if hasattr(owner, "channel") else ""
    form = ConversationAddressForm(request.POST or None, initial={"url": known})

    def act() -> NewSigningKey | None:
        url = form.cleaned_data["url"]
        return channels.set_conversation_address(client_id=pk, url=url, actor=actor_of(request))

    return _set_address(request, owner, form, act, "act/conversation_address.html")


def _set_address(
    request: HttpRequest, owner: Client, form: Form, act: Callable[[], NewSigningKey | None], template: str
) -> HttpResponse:
    """Show the form of an address, or set it; a key that was made for it is shown once."""
    if request.method == "POST" and form.is_valid():
        try:
            made = act()
        except (CallbackError, ClientError) as error:
            form.add_error(None, str(error))
        else:
            if made is not None:
                return render(request, "act/signing_key_made.html", {"client": owner, "made": made})
            messages.success(request, _("The address is set."))
            return redirect("act:client", pk=owner.pk)
    return render(request, template, {"client": owner, "form": form})


@requires(Permission.CLIENT_MANAGE)
@sensitive
@require_POST
def make_signing_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the next key and show it once."""
    owner = get_object_or_404(Client, pk=pk)
    try:
        made = signing_keys.make_signing_key(client_id=pk, actor=actor_of(request))
    except CallbackError as error:
        messages.error(request, str(error))
        return redirect("act:client", pk=pk)
    return render(request, "act/signing_key_made.html", {"client": owner, "made": made})


@requires(Permission.CLIENT_MANAGE)
@sensitive
@require_POST
def switch_signing_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign with the next key."""
    act = signing_keys.switch_signing_key
    _try(request, lambda: act(client_id=pk, actor=actor_of(request)), _("The next key signs from now on."))
    return redirect("act:client", pk=pk)


@requires(Permission.CLIENT_MANAGE)
@sensitive
@require_POST
def remove_signing_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Destroy the next key."""
    act = signing_keys.remove_next_signing_key
    _try(request, lambda: act(client_id=pk, actor=actor_of(request)), _("The next key is destroyed."))
    return redirect("act:client", pk=pk)


@requires(Permission.CALLBACK_REPLAY)
@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold a client's callbacks."""
    _try(request, lambda: channels.pause(client_id=pk, actor=actor_of(request)), _("Callbacks are held from now on."))
    return redirect("act:client", pk=pk)


@requires(Permission.CALLBACK_REPLAY)
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Send them again."""
    _try(request, lambda: channels.resume(client_id=pk, actor=actor_of(request)), _("Callbacks are sent again."))
    return redirect("act:client", pk=pk)


@requires(Permission.CALLBACK_REPLAY)
@require_POST
def replay_since(request: HttpRequest, pk: int) -> HttpResponse:
    """Send again all that was queued since a time."""
    owner = get_object_or_404(Client.objects.select_related("channel"), pk=pk)
    form = ReplayForm(request.POST)
    if not form.is_valid():
        return render(request, "act/client.html", _client_context(request, owner, form))
    since = form.cleaned_data["since"]
    act = replaying.replay_since
    _try(request, lambda: act(client_id=pk, since=since, actor=actor_of(request)), _("They are sent again, in order."))
    return redirect("act:client", pk=pk)


def _try(request: HttpRequest, act: Callable[[], object], done: str) -> None:
    """Carry out one act and say how it went."""
    try:
        act()
    except CallbackError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
