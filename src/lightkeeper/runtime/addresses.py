"""Where requests of ours may go: an address is checked after it was resolved, and the checked one is connected to."""

from __future__ import annotations

import ipaddress
import queue
import re
import socket
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_HOST: Final = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?\.?|[0-9a-f:.]+")
_asking: Final = threading.BoundedSemaphore(16)
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_RETIRED: Final = tuple(map(ipaddress.ip_network, ("fec0::/10", "3fff::/20", "192.88.99.0/24")))
"""Site-local (some networks still route it inside), documentation, and 6to4 relays: public to Python, nobody's site."""


class OutboundRefused(Exception):  # noqa: N818  # the binding name
    """A request to this address is not made; the message is a sentence without the address's path or query."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes: what its address says, and the addresses that were checked, in the resolver's order."""

    secure: bool
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]
    by_name: bool = False
    """A setting names the host: it may be private."""

    @property
    def authority(self) -> str:
        """The value of the header ``Host``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


class NotResolved(Exception):  # noqa: N818  # an outcome
    """The host name has no address now."""


def check(url: str, *, allow: Collection[str], seconds: float = 10.0) -> Target:
    """Resolve the host of an address, within some seconds, and refuse it unless all that it resolves to is public.

    A host (or host:port) in ``allow`` may be private, and may be reached without TLS. OutboundRefused, NotResolved.
    """
    target = read(url, allow=allow)
    return replace(target, addresses=resolved(target, seconds=seconds))


def read(url: str, *, allow: Collection[str]) -> Target:
    """Say where an address leads, without its resolved addresses yet. OutboundRefused."""
    secure, host, port, path = _parts(url)
    by_name = host in allow or f"{host}:{port}" in allow or f"[{host}]:{port}" in allow
    if not secure and not by_name:
        raise OutboundRefused("Only https addresses are called, unless LIGHTKEEPER_OUTBOUND_ALLOW names the host.")
    return Target(secure, host, port, path, (), by_name)


def resolved(target: Target, *, seconds: float) -> tuple[str, ...]:
    """Resolve a target's host within some seconds. OutboundRefused: not all is public; NotResolved."""
    addresses = tuple(dict.fromkeys(_resolve(target.host, target.port, seconds)))
    if not addresses:
        raise NotResolved
    # One private address among public ones is refused as well: it is how a name is made to lead inside.
    if not target.by_name and not all(is_public(address) for address in addresses):
        raise OutboundRefused(
            "The host leads to a private or reserved address; LIGHTKEEPER_OUTBOUND_ALLOW can name it if that is meant."
        )
    return addresses


def is_public(text: str) -> bool:
    """Whether an address is one of the public internet, also where it carries another one inside."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:  # also addresses with a zone
        return False
    translated = _translated(address)
    if translated is not None:
        return _is_public(translated)
    return all(_is_public(one) for one in (address, *_inside(address)))


def _is_public(address: Address) -> bool:
    return address.is_global and not (
        address.is_multicast
        or address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_reserved
        or address.is_unspecified
        or any(address in network for network in _RETIRED)
    )


def _translated(address: Address) -> Address | None:
    """The IPv4 address that is really called, where an IPv6 address is only a way to write it."""
    if isinstance(address, ipaddress.IPv6Address) and address in _NAT64:
        return ipaddress.IPv4Address(address.packed[12:])
    return address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None


def _inside(address: Address) -> list[Address]:
    """The IPv4 addresses that a tunnel would lead to."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    return [one for one in (address.sixtofour, *(address.teredo or ())) if one is not None]


def _parts(url: str) -> tuple[bool, str, int, str]:
    # Nothing but printable ASCII: parsers differ about the rest.
    if not url.isascii() or not url.isprintable() or any(character in url for character in " \\"):
        raise OutboundRefused("The address has characters that an address cannot have.")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise OutboundRefused("The address cannot be read.") from None
    if parts.scheme not in {"http", "https"}:
        raise OutboundRefused("The address must begin with https://.")
    if parts.username is not None or parts.password is not None:
        raise OutboundRefused("The address must not hold a user or a password.")
    if not _HOST.fullmatch(host) or port == 0:
        raise OutboundRefused("The address has no host name that can be called.")
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return secure, host, port or (443 if secure else 80), path


def _resolve(host: str, port: int, seconds: float) -> list[str]:
    """Ask the resolver, in a thread that is left alone if it hangs: nothing can end it, but few of them can hang."""
    until = time.monotonic() + seconds
    if not _asking.acquire(timeout=max(0.0, seconds)):
        raise NotResolved
    answer: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
    threading.Thread(target=_ask, args=(host, port, answer), name="lightkeeper-resolver", daemon=True).start()
    try:
        return answer.get(timeout=max(0.0, until - time.monotonic()))
    except queue.Empty:
        raise NotResolved from None


def _ask(host: str, port: int, answer: queue.SimpleQueue[list[str]]) -> None:
    found: list[str] = []
    try:
        found = [str(sockaddr[0]) for *_, sockaddr in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        return
    finally:
        _asking.release()
        answer.put(found)
