"""Which kinds of exchange there are: what each is set up with, and how its source is opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final

from django.utils.translation import gettext as _

from lightkeeper.lists.exchanges.clients import require_clients
from lightkeeper.lists.exchanges.credentials import opened
from lightkeeper.lists.exchanges.fetching import Fetcher
from lightkeeper.lists.exchanges.protocol import Source, Teller
from lightkeeper.lists.models import Exchange
from lightkeeper.lists.types import INDUSTRY, ExchangeKind, ListRefused


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its module (imported only when it is used), the class in it, its credentials by name.

    ``tells``: its source takes opinions. ``categories`` is the map of its categories that a new list begins with.
    """

    module: str
    source: str
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    tells: bool = False
    categories: Mapping[str, str] = field(default_factory=dict)


KINDS: Final[Mapping[ExchangeKind, Kind]] = {
    ExchangeKind.NCMEC: Kind(
        "ncmec", "Ncmec", ("username", "password"), tells=True, categories={name: name for name in INDUSTRY}
    ),
    ExchangeKind.STOPNCII: Kind(
        "stopncii", "StopNcii", ("subscription_key", "fetch_key"), ("feedback_key",), tells=True
    ),
    ExchangeKind.THREATEXCHANGE: Kind("threat_exchange", "ThreatExchange", ("token",)),
    ExchangeKind.FEED: Kind("feed", "Feed", (), ("header_value",)),
    ExchangeKind.FILE: Kind("file", "LocalFile"),
}  # fmt: skip


def checked_options(kind: ExchangeKind, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a kind as they are kept. Raises ListRefused with what is wrong with them."""
    require_clients(kind)
    checked: dict[str, Any] = _module(kind).check(options)
    return checked


def open_source(exchange: Exchange, fetcher: Fetcher | None = None) -> Source:
    """The source of an exchange. Raises ListRefused where it cannot be asked yet, SealError."""
    kind = ExchangeKind(exchange.kind)
    require_clients(kind)
    credentials = opened(exchange.pk, exchange.credentials)
    if missing := [name for name in KINDS[kind].required if name not in credentials]:
        raise ListRefused(_("Its credentials are not set: %(missing)s.") % {"missing": ", ".join(missing)})
    options = checked_options(kind, exchange.options)
    source: Source = getattr(_module(kind), KINDS[kind].source)(options, credentials, fetcher or Fetcher())
    return source


def open_teller(exchange: Exchange, fetcher: Fetcher | None = None) -> Teller:
    """The source of an exchange as one that takes opinions. Raises ListRefused, SealError."""
    if not KINDS[ExchangeKind(exchange.kind)].tells:
        raise ListRefused(_("This source takes no opinions."))
    teller: Teller = open_source(exchange, fetcher)  # type: ignore[assignment]  # ``tells`` says that it is one
    return teller


def _module(kind: ExchangeKind) -> Any:
    return import_module(f"lightkeeper.lists.exchanges.{KINDS[kind].module}")
