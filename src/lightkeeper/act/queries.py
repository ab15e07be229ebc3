"""What other rooms and the pages ask about callbacks."""

from __future__ import annotations

from django.db.models import Count, Min, Q, QuerySet

from lightkeeper.act.models import Callback, Channel, SigningKey
from lightkeeper.act.states import OPEN, CallbackState, SigningKeyState
from lightkeeper.act.types import Delivering
from lightkeeper.people.models import Client


def delivering() -> Delivering:
    """Say how delivering stands over all clients, for the status page."""
    counted = Callback.objects.aggregate(
        open=Count("pk", filter=Q(state__in=OPEN)),
        oldest=Min("created_at", filter=Q(state__in=OPEN)),
        dead=Count("pk", filter=Q(state=CallbackState.DEAD)),
    )
    held = Channel.objects.filter(paused_at__isnull=False).count()
    return Delivering(open=counted["open"], oldest_open_at=counted["oldest"], dead=counted["dead"], held_clients=held)


def callbacks(*, client_id: int | None = None, state: CallbackState | None = None) -> QuerySet[Callback]:
    """Give callbacks, the newest first; of one client, in one state."""
    rows = Callback.objects.select_related("client").defer("payload", "subject_index").order_by("-pk")
    if client_id is not None:
        rows = rows.filter(client_id=client_id)
    return rows.filter(state=state) if state is not None else rows


def signing_key_ids(client_id: int) -> dict[SigningKeyState, str]:
    """Give the ids of a client's keys that sign now or next."""
    rows = SigningKey.objects.filter(client_id=client_id).exclude(state=SigningKeyState.RETIRED)
    return {SigningKeyState(state): key_id for state, key_id in rows.values_list("state", "key_id")}


def clients_with_channels() -> list[Client]:
    """Give the clients that have, or had, an address, by name."""
    rows = Client.objects.exclude(callback_url="", channel__isnull=True).select_related("channel")
    return list(rows.order_by("name"))


def counts(client_id: int) -> dict[str, int]:
    """Give how many callbacks of a client are in which state."""
    rows = Callback.objects.filter(client_id=client_id).values_list("state").annotate(n=Count("pk"))
    return {str(CallbackState(state).label): n for state, n in rows.order_by("state")}
