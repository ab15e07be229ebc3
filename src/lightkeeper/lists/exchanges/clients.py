"""The extra ``exchanges``: whether it is there. Only adapters of the kinds named here import it."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Final

from django.utils.translation import gettext as _

from lightkeeper.lists.types import ExchangeKind, ListRefused

NEEDS_CLIENT: Final = frozenset({ExchangeKind.NCMEC, ExchangeKind.STOPNCII, ExchangeKind.THREATEXCHANGE})
"""Kinds of exchange whose client is part of the extra."""


@cache
def has_clients() -> bool:
    """Whether the extra is installed."""
    try:
        for name in ("ncmec.hash_api", "stopncii.api", "fb_threatexchange.api"):
            import_module(f"threatexchange.exchanges.clients.{name}")
    except ImportError:
        return False
    return True


def require_clients(kind: ExchangeKind) -> None:
    """Refuse a kind whose client is not installed. Raises ListRefused."""
    if kind in NEEDS_CLIENT and not has_clients():
        raise ListRefused(
            _("%(kind)s needs the extra “exchanges”: pip install --no-deps -r requirements/exchanges.txt.")
            % {"kind": kind.label}
        )
