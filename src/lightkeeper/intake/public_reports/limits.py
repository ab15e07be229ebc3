"""How much may come, without tracking anybody: counts by network in this process's memory, a ceiling for all.

No address is kept, not even as a hash: a network (an IPv4 address, an IPv6 /56) falls into one of many places of a
table by a keyed digest. The key is random, is in no file or database, and lives for an hour, and so do the counts. Two
networks may share a place; nobody can choose to. Each process counts for itself. The ceiling counts rows.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.utils.timezone import now

from lightkeeper.intake.public_reports.models import PublicReport

PERIOD: Final = 3600
REPORTS_A_NETWORK: Final = 20
"""In an hour: a school, a library or a relay is one network."""
LOOKS_A_NETWORK: Final = 120
"""Looks for a ticket in an hour. A ticket has 128 bits: this is about load, not about guessing."""
_PLACES: Final = 1 << 16
_IPV6_NETWORK: Final = 56


@dataclass(slots=True)
class Hour:
    """Counts of one hour, and the key that no other hour has."""

    number: int = -1
    key: bytes = b""
    counts: bytearray = field(default_factory=bytearray)


class NetworkLimit:
    """So many acts an hour from one network, in this process."""

    def __init__(self, most: int) -> None:
        self.most = min(most, 255)
        self._hour = Hour()
        self._lock = threading.Lock()

    def take(self, address: str) -> bool:
        """Count one act from an address; False where its network has used up what it may."""
        with self._lock:
            number = int(time.time()) // PERIOD
            if self._hour.number != number:
                self._hour = Hour(number, secrets.token_bytes(32), bytearray(_PLACES))
            place = self._place(address)
            if self._hour.counts[place] >= self.most:
                return False
            self._hour.counts[place] += 1
            return True

    def forget(self) -> None:
        """Begin anew; for tests."""
        with self._lock:
            self._hour = Hour()

    def _place(self, address: str) -> int:
        digest = hashlib.blake2b(network_of(address).encode(), key=self._hour.key, digest_size=4).digest()
        return int.from_bytes(digest, "big") % _PLACES


def network_of(address: str) -> str:
    """The network of an address on the Internet; all that is none is one network."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, _IPV6_NETWORK), strict=False))
    return str(found)


REPORTS: Final = NetworkLimit(REPORTS_A_NETWORK)
LOOKS: Final = NetworkLimit(LOOKS_A_NETWORK)


def ceiling_reached() -> bool:
    """Whether all that came by the form within an hour is as much as this installation takes."""
    since = now() - timedelta(seconds=PERIOD)
    lately = PublicReport.objects.filter(client=None, received_at__gt=since).count()
    return lately >= int(settings.LIGHTKEEPER["public_form_hourly"])
