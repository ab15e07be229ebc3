"""Checking what is set for an exchange: texts, numbers, switches, addresses. Each fault is a sentence."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from lightkeeper.lists.types import ListRefused

LONGEST = 500


def only(options: Mapping[str, Any], known: Collection[str]) -> None:
    """Refuse options that the kind does not have. Raises ListRefused."""
    for name in options:
        if name not in known:
            raise ListRefused(
                _("There is no option “%(name)s” here; there are: %(known)s.")
                % {"name": str(name)[:40], "known": ", ".join(sorted(known)) or _("none")}
            )


def text(options: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """A text option; ``default`` where it is not given, None where it must be. Raises ListRefused."""
    value = options.get(name, default)
    if value is None or value == "":
        if default is not None:
            return default
        raise ListRefused(_("The option “%(name)s” is missing.") % {"name": name})
    if not isinstance(value, str) or len(value) > LONGEST or not value.isprintable():
        raise ListRefused(_("The option “%(name)s” must be a text of one line.") % {"name": name})
    return value.strip()


def one_of(options: Mapping[str, Any], name: str, allowed: Collection[str], default: str | None = None) -> str:
    """A text option that is one of some. Raises ListRefused."""
    value = text(options, name, default)
    if value not in allowed:
        raise ListRefused(
            _("The option “%(name)s” must be one of: %(allowed)s.") % {"name": name, "allowed": ", ".join(allowed)}
        )
    return value


def switch(options: Mapping[str, Any], name: str, *, default: bool) -> bool:
    """An option that is on or off. Raises ListRefused."""
    value = options.get(name, default)
    if not isinstance(value, bool):
        raise ListRefused(_("The option “%(name)s” must be true or false.") % {"name": name})
    return value


def https(options: Mapping[str, Any], name: str = "address") -> str:
    """An address that begins with https:// (http:// only where LIGHTKEEPER_OUTBOUND_ALLOW names it). ListRefused."""
    address = text(options, name)
    parts = _parts(address, name)
    if parts.scheme != "https" and not _named(address):
        raise ListRefused(_("The option “%(name)s” must be an address that begins with https://.") % {"name": name})
    if parts.username is not None or parts.password is not None:
        raise ListRefused(_("The address must not hold a user or a password: they are credentials."))
    return address


def test_address(options: Mapping[str, Any]) -> str:
    """The address of a test server in place of the real one, "" if there is none; only one that a setting names.

    Raises ListRefused.
    """
    address = text(options, "address", "")
    if address and not _named(address):
        raise ListRefused(_("A test address is taken only where LIGHTKEEPER_OUTBOUND_ALLOW names its host."))
    return address.rstrip("/")


def _named(address: str) -> bool:
    parts = _parts(address, "address")
    allow = settings.LIGHTKEEPER["outbound_allow"]
    host = (parts.hostname or "").lower()
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme in {"http", "https"} and (host in allow or f"{host}:{port}" in allow)


def _parts(address: str, name: str) -> Any:
    try:
        parts = urlsplit(address)
        _port = parts.port
    except ValueError:
        raise ListRefused(_("The option “%(name)s” is no address.") % {"name": name}) from None
    return parts
