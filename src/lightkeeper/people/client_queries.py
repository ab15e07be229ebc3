"""What other rooms and the pages ask about clients and their keys."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone

from lightkeeper.people.models import ApiKey, Client

REMEMBERED_SECONDS: Final = 5.0

_events: dict[int, tuple[float, frozenset[str]]] = {}


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key as people may see it: all but its secret. ``state`` is working, ending, expired or revoked."""

    key_id: str
    client_id: int
    client_name: str
    scopes: tuple[str, ...]
    both_allowed: bool
    rate_per_minute: int
    lookup_per_day: int
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    replaced_by: str | None

    @property
    def state(self) -> str:
        """Whether it works: ``ending`` where another one has taken its place."""
        if self.revoked_at:
            return "revoked"
        if self.expires_at and self.expires_at <= timezone.now():
            return "expired"
        return "ending" if self.replaced_by else "working"


def callback_events(client_id: int) -> frozenset[str]:
    """Give the events that a client is called back for; none if it has no address. Remembered for 5 seconds."""
    now = time.monotonic()
    known = _events.get(client_id)
    if known is None or known[0] <= now:
        text = Client.objects.filter(pk=client_id).values_list("callback_events", flat=True).first() or ""
        known = _events[client_id] = (now + REMEMBERED_SECONDS, frozenset(text.split()))
    return known[1]


def forget_callback_events() -> None:
    """Forget what this process remembers; others follow within ``REMEMBERED_SECONDS``."""
    _events.clear()


def client_named(name: str) -> int | None:
    """Give the row of the client of that name."""
    return Client.objects.filter(name=" ".join(name.split())).values_list("pk", flat=True).first()


def api_keys(*, client_id: int | None = None) -> list[KeyView]:
    """Give all keys, or those of one client, the newest first."""
    rows = ApiKey.objects.select_related("client", "replaced_by").order_by("client__name", "-pk")
    if client_id is not None:
        rows = rows.filter(client_id=client_id)
    return [_view(row) for row in rows]


def clients_with_keys() -> list[tuple[Client, list[KeyView]]]:
    """Give all clients by name, each with its keys."""
    by_client: dict[int, list[KeyView]] = {}
    for key in api_keys():
        by_client.setdefault(key.client_id, []).append(key)
    return [(client, by_client.get(client.pk, [])) for client in Client.objects.order_by("name")]


def _view(row: ApiKey) -> KeyView:
    return KeyView(
        key_id=row.key_id,
        client_id=row.client_id,
        client_name=row.client.name,
        scopes=tuple(row.scopes.split()),
        both_allowed=row.both_allowed,
        rate_per_minute=row.rate_per_minute,
        lookup_per_day=row.lookup_per_day,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        replaced_by=row.replaced_by.key_id if hasattr(row, "replaced_by") else None,
    )
