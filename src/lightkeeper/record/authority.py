"""Under whose authority suspected material is kept and shown. Until somebody answers, the service is hash-only."""

from __future__ import annotations

import time
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from lightkeeper.record.countries import COUNTRIES
from lightkeeper.record.events import Event
from lightkeeper.record.models import Authority
from lightkeeper.record.trail import write_event
from lightkeeper.record.types import Actor, Subject

ALLOWS: Final = (
    "What is suspected is kept, encrypted, until a decision or a retention clock destroys it.",
    "Forms for viewing are made of it when a case opens.",
    "People who were given content rights by name may see it, each viewing recorded first.",
)
"""What a recorded authority allows; without one, bytes live only for the scan and nobody sees any."""

_CACHE_SECONDS: Final = 2.0
_cached: tuple[float, bool] | None = None


def hash_only() -> bool:
    """Whether nobody answers: bytes are kept for the scan alone, and nothing is shown. At most 2 seconds old.

    Inside a transaction it is asked anew, so that what the transaction itself recorded counts.
    """
    global _cached  # one value a process
    if connection.in_atomic_block:
        return current_authority() is None
    if _cached is None or time.monotonic() - _cached[0] > _CACHE_SECONDS:
        _cached = (time.monotonic(), current_authority() is None)
    return _cached[1]


def forget() -> None:
    """Ask anew at the next ``hash_only``."""
    global _cached
    _cached = None


def current_authority() -> Authority | None:
    """Who answers now, or None."""
    return Authority.objects.filter(ended_at=None).order_by("-id").first()


@transaction.atomic
def record_authority(
    *, organisation: str, person_name: str, role: str, country: str, basis: str, actor: Actor
) -> Authority:
    """Record that a named person answers for keeping and showing (``ALLOWS``), and end what was recorded before.

    ``country`` is ISO 3166 alpha-2, ``basis`` the written basis in law. ValueError, a sentence: something is left out,
    too long, or no country.
    """
    given = {"organisation": organisation, "person_name": person_name, "role": role, "basis": basis}
    given = {name: value.strip() for name, value in given.items()}
    for name, value in given.items():
        if not value:
            raise ValueError(f"{name.replace('_', ' ').capitalize()} must be given.")
        if len(value) > (2000 if name == "basis" else 200):
            raise ValueError(f"{name.replace('_', ' ').capitalize()} is too long.")
    country = country.strip().upper()
    if country not in COUNTRIES:
        raise ValueError("The country must be two letters of ISO 3166, such as GB or DE.")
    Authority.objects.filter(ended_at=None).update(ended_at=timezone.now())
    answer = Authority.objects.create(**given, country=country)
    _tell(Event.RECORD_AUTHORITY_RECORDED, answer, actor, {"country": country.lower()})
    return answer


@transaction.atomic
def end_authority(*, actor: Actor) -> bool:
    """Go back to hash-only; False if nobody answered anyway. What is kept already stays, and is not shown."""
    current = current_authority()
    if current is None:
        return False
    Authority.objects.filter(ended_at=None).update(ended_at=timezone.now())
    _tell(Event.RECORD_AUTHORITY_ENDED, current, actor, {})
    return True


def _tell(event: Event, answer: Authority, actor: Actor, details: dict[str, str]) -> None:
    write_event(event, actor=actor, subject=Subject("authority", str(answer.pk)), details=details)
    transaction.on_commit(forget)
