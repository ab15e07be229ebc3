"""Where a client is called back, and whether its callbacks are held.

A client without an address, or whose events do not hold the one in question, has nothing queued. While a client's
callbacks are paused (by a person, or because its address has answered 410 for an hour), they are queued and held; when
they are resumed, each has its five days anew. Setting an address resumes too.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lightkeeper.act.models import Callback, Channel, SigningKey
from lightkeeper.act.queueing import DELIVER, TRIED_FOR
from lightkeeper.act.signing_keys import make_signing_key
from lightkeeper.act.states import OPEN, Pause, SigningKeyState
from lightkeeper.act.types import CALLBACK_EVENTS, CallbackError, NewSigningKey
from lightkeeper.people.models import Client
from lightkeeper.people.services import raise_alert, set_callbacks
from lightkeeper.people.types import AlertKind
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Subject
from lightkeeper.runtime.services import add_works

GONE_STATUS: Final = 410
GONE_FOR: Final = timedelta(hours=1)


@transaction.atomic
def set_address(*, client_id: int, url: str, events: Collection[str], actor: Actor) -> NewSigningKey | None:
    """Set where a client is called back and for what; an empty address and no events end it.

    A client's first address comes with its first signing key, shown once. Raises CallbackError (or ClientError).
    """
    _check_address(url)
    if set(events) - CALLBACK_EVENTS.keys():
        raise CallbackError(_("The events are: %(names)s.") % {"names": ", ".join(CALLBACK_EVENTS)})
    channel = locked_channel(client_id)
    set_callbacks(client_id=client_id, url=url, events=events, actor=actor)
    keyless = not SigningKey.objects.filter(client_id=client_id, state=SigningKeyState.CURRENT).exists()
    made = make_signing_key(client_id=client_id, actor=actor) if url and keyless else None
    if url:
        _let_go(channel)
    return made


@transaction.atomic
def set_conversation_address(*, client_id: int, url: str, actor: Actor) -> NewSigningKey | None:
    """Set where a client is asked for the words of a conversation; an empty address ends it.

    Asking is signed as callbacks are: a client without a key gets its first, shown once. Raises CallbackError.
    """
    _check_address(url)
    channel = locked_channel(client_id)
    channel.conversation_url = url
    channel.save(update_fields=["conversation_url"])
    details = {"address": bool(url)}
    write_event(Event.ACT_CONVERSATION_ADDRESS_SET, actor=actor, subject=_client(client_id), details=details)
    keyless = not SigningKey.objects.filter(client_id=client_id, state=SigningKeyState.CURRENT).exists()
    return make_signing_key(client_id=client_id, actor=actor) if url and keyless else None


@transaction.atomic
def pause(*, client_id: int, actor: Actor, why: Pause = Pause.BY_PERSON) -> None:
    """Hold a client's callbacks until they are resumed. Raises CallbackError if they are held already."""
    channel = locked_channel(client_id)
    if channel.paused_at:
        raise CallbackError(_("The callbacks of this client are held already."))
    channel.paused_at, channel.paused_why, channel.gone_since = timezone.now(), why, None
    channel.save()
    write_event(Event.ACT_CALLBACKS_PAUSED, actor=actor, subject=_client(client_id), details={"why": why.value})


@transaction.atomic
def resume(*, client_id: int, actor: Actor) -> int:
    """Send a client's callbacks again; gives how many were held. Raises CallbackError if they are not paused."""
    channel = locked_channel(client_id)
    if not channel.paused_at:
        raise CallbackError(_("The callbacks of this client are not held."))
    held = _let_go(channel)
    write_event(Event.ACT_CALLBACKS_RESUMED, actor=actor, subject=_client(client_id), details={"callbacks": held})
    return held


def takes_callbacks(client: Client) -> bool:
    """Whether something can be sent to this client now."""
    return bool(client.callback_url) and not (hasattr(client, "channel") and client.channel.paused_at)


def locked_channel(client_id: int) -> Channel:
    """Give a client's channel, and let nobody else change it until the transaction ends. Raises CallbackError."""
    if not Client.objects.filter(pk=client_id).exists():
        raise CallbackError(_("There is no such client."))
    Channel.objects.get_or_create(client_id=client_id)
    return Channel.objects.select_for_update(of=("self",)).select_related("client").get(client_id=client_id)


def note_answer(client_id: int, status: int | None, *, gone: bool) -> None:
    """Note since when an address says that it is gone; after an hour of nothing else, hold the client's callbacks.

    ``gone`` is whether it said so the last time, as far as the caller knows.
    """
    if status != GONE_STATUS:
        if gone:
            Channel.objects.filter(client_id=client_id).update(gone_since=None)
        return
    now = timezone.now()
    channel = locked_channel(client_id)
    if channel.gone_since is None:
        Channel.objects.filter(client_id=client_id).update(gone_since=now)
    elif now - channel.gone_since >= GONE_FOR and not channel.paused_at:
        pause(client_id=client_id, actor=Actor.system(), why=Pause.GONE)
        raise_alert(
            AlertKind.CALLBACK_PAUSED,
            key=f"callback_paused:{client_id}",
            urgent=False,
            path=f"/callbacks/clients/{client_id}/",
            details={"client": client_id},
        )


def _let_go(channel: Channel) -> int:
    channel.paused_at, channel.paused_why, channel.gone_since = None, "", None
    channel.save()
    held = Callback.objects.select_for_update().filter(client_id=channel.client_id, held=True)
    ids = list(held.values_list("pk", flat=True))
    later = timezone.now() + TRIED_FOR
    Callback.objects.filter(pk__in=ids).update(held=False)
    Callback.objects.filter(client_id=channel.client_id, state__in=OPEN).update(give_up_at=later)
    add_works(DELIVER, ids)
    return len(ids)


def _check_address(url: str) -> None:
    """Refuse what could never be posted to; whether an address may be reached is checked at each sending."""
    if not url:
        return
    try:
        parts = urlsplit(url)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        raise CallbackError(_("That is no web address.")) from None
    if parts.scheme not in {"https", "http"} or not parts.hostname or not port_fits or len(url) > 500:
        raise CallbackError(_("A callback address starts with https:// and has a host, in at most 500 characters."))
    if parts.username or parts.password or parts.fragment or not url.isascii() or not url.isprintable() or " " in url:
        raise CallbackError(_("A callback address has no user, password, fragment or space in it."))


def _client(client_id: int) -> Subject:
    return Subject("client", str(client_id))
