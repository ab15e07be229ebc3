"""What is known of a person in a case, in the fields that authorities take; kept sealed as JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class IpEvent:
    """An address on the Internet. ``event``: Login, Registration, …; ``at`` in ISO 8601 with its zone, or ""."""

    address: str
    event: str = ""
    at: str = ""
    port: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What is known of somebody; "" and () where nothing is. ``account`` is the platform's own name of theirs.

    ``age`` in years; ``date_of_birth`` as YYYY-MM-DD; ``country`` in two letters; ``devices`` as pairs of a kind, such
    as IMEI, and its value.
    """

    account: str = ""
    screen_name: str = ""
    display_names: tuple[str, ...] = ()
    first_name: str = ""
    last_name: str = ""
    age: int | None = None
    date_of_birth: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    street: str = ""
    city: str = ""
    zip_code: str = ""
    country: str = ""
    school: str = ""
    profile_urls: tuple[str, ...] = ()
    ip_events: tuple[IpEvent, ...] = ()
    devices: tuple[tuple[str, str], ...] = ()
    note: str = ""

    @property
    def known(self) -> int:
        """How many fields say something."""
        return sum(value not in ("", (), None) for value in dataclasses.asdict(self).values())


def as_json(identity: Identity) -> dict[str, Any]:
    """An identity as JSON values."""
    return dataclasses.asdict(identity)


def from_json(kept: Mapping[str, Any]) -> Identity:
    """An identity of what ``as_json`` gave, also after JSON."""
    said: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
    said["ip_events"] = tuple(IpEvent(**one) for one in kept["ip_events"])
    said["devices"] = tuple((kind, value) for kind, value in kept["devices"])
    return Identity(**said)


def packed(values: Mapping[str, Any]) -> bytes:
    """JSON values as bytes that are sealed."""
    return json.dumps(dict(values)).encode()
