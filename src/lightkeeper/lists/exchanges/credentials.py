"""What a source knows us by: sealed in the exchange's row, opened only to be sent, never shown again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from lightkeeper.lists.types import ListRefused
from lightkeeper.runtime.services import seal, unseal

SEALED: Final = "lists:credentials"
LONGEST: Final = 1000


def sealed(exchange_id: int, given: Mapping[str, str]) -> bytes:
    """The credentials as the row of this exchange keeps them."""
    return seal(SEALED, json.dumps(dict(given)).encode(), context=_context(exchange_id))


def opened(exchange_id: int, kept: bytes | memoryview | None) -> dict[str, str]:
    """The credentials of an exchange's row, none where it has none. Raises SealError."""
    if kept is None:
        return {}
    found: dict[str, str] = json.loads(unseal(SEALED, bytes(kept), context=_context(exchange_id)))
    return found


def checked(given: Mapping[str, str], required: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, str]:
    """Credentials that the kind has, all it needs among them. Raises ListRefused, whose message holds none of them."""
    for name, value in given.items():
        if name not in (*required, *optional):
            raise ListRefused(
                _("There is no such credential here; there are: %(known)s.")
                % {"known": ", ".join((*required, *optional)) or _("none")}
            )
        if len(value) > LONGEST or not value.isascii() or not value.isprintable():
            raise ListRefused(
                _("The credential “%(name)s” must be one line of up to %(most)s ASCII characters.")
                % {"name": name, "most": LONGEST}
            )
    for name in required:
        if not given.get(name, "").strip():
            raise ListRefused(_("The credential “%(name)s” is missing.") % {"name": name})
    return {name: value.strip() for name, value in given.items() if value.strip()}


def _context(exchange_id: int) -> bytes:
    return f"exchange {exchange_id}".encode()
