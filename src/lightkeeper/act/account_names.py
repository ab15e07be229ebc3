"""The accounts that a case's actions can be aimed at: whom the platforms named as uploader or sender, sealed."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Final

from lightkeeper.people.models import Client
from lightkeeper.record.types import ItemKind
from lightkeeper.review.models import Case, CaseItem, Sighting
from lightkeeper.review.services import context_of
from lightkeeper.runtime.services import SealError, blind_index, seal, unseal

PURPOSE: Final = "act:account"
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Account:
    """One account of one platform. ``name`` is the platform's own; ``items`` are the case's items that name it."""

    client_id: int
    client: str
    name: str = field(repr=False)
    index: bytes
    items: frozenset[int]

    @property
    def key(self) -> str:
        """What a form sends for it."""
        return self.index.hex()


def account_index(client_id: int, name: str) -> bytes:
    """32 bytes by which actions about the same account find one another."""
    return blind_index("act:account", str(client_id), name)


def accounts_of(case: Case) -> list[Account]:
    """Every account that a sighting of the case names as uploader or sender, and that was not erased."""
    return _accounts(_sightings(case), talk="sender_id", item="uploader")


def recipients_of(case: Case) -> list[Account]:
    """Every account to which a conversation of the case was addressed, and that was not erased. It may be a child's."""
    return _accounts(_sightings(case), talk="recipient_id", item="")


def senders_and_recipients_of(case: Case) -> tuple[list[Account], list[Account]]:
    """Both, read once."""
    rows = _sightings(case)
    return _accounts(rows, talk="sender_id", item="uploader"), _accounts(rows, talk="recipient_id", item="")


def _sightings(case: Case) -> list[Sighting]:
    rows = Sighting.objects.filter(case=case, erased_at=None).select_related("case_item__item")
    return list(rows.order_by("pk"))


def _accounts(rows: list[Sighting], *, talk: str, item: str) -> list[Account]:
    found: dict[tuple[int, str], set[int]] = {}
    for row in rows:
        place = _named_by(row, talk=talk, item=item)
        if place is not None:
            found.setdefault(place, set()).add(row.case_item_id)
    clients = Client.objects.in_bulk({client_id for client_id, _ in found})
    return [
        Account(client_id, clients[client_id].name, name, account_index(client_id, name), frozenset(items))
        for (client_id, name), items in found.items()
        if client_id in clients
    ]


def sightings_naming(case_item: CaseItem, account: bytes | None = None) -> list[Sighting]:
    """The sightings of an item that name an account, or all of them."""
    rows = Sighting.objects.filter(case_item=case_item, erased_at=None).select_related("case_item__item").order_by("pk")
    if account is None:
        return list(rows)
    return [row for row in rows if (place := _named_by(row)) is not None and account_index(*place) == account]


def sealed_name(account: Account, public: bytes) -> bytes:
    """An account's name, as an action keeps it."""
    return seal(PURPOSE, account.name.encode(), context=public)


def name_of(sealed: bytes, public: bytes) -> str:
    """The name again. Raises SealError."""
    return unseal(PURPOSE, sealed, context=public).decode()


def _named_by(sighting: Sighting, *, talk: str = "sender_id", item: str = "uploader") -> tuple[int, str] | None:
    try:
        context = context_of(sighting) or {}
    except SealError:
        _logger.error("what came with sighting %s cannot be opened", sighting.pk)  # noqa: TRY400  # no traceback
        return None
    spoken = sighting.case_item.item.kind == ItemKind.CONVERSATION
    name = context.get(talk if spoken else item)
    client_id = sighting.client_id or context.get("client_id")
    return (client_id, name) if isinstance(client_id, int) and isinstance(name, str) and name else None
