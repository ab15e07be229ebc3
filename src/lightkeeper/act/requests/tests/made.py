"""What tests of requests share: a request as it comes, and what it is about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from lightkeeper.act.requests.models import AuthorityRequest
from lightkeeper.act.requests.registering import NewRequest, register
from lightkeeper.act.requests.sealed import Says
from lightkeeper.act.requests.states import Authority, RequestKind, Way
from lightkeeper.act.requests.subjects import About
from lightkeeper.people.models import Person

SAYS = Says("Cybercrime unit, Sgt. Quokka", "OP-2026/17", "18 USC 2703(f)", "Please keep what you have of this.")
DAY = timedelta(days=1)


def asked(person: Person, kind: RequestKind = RequestKind.PRODUCTION, **values: Any) -> AuthorityRequest:
    """Register a request that came an hour ago."""
    given: dict[str, Any] = {
        "kind": kind, "authority": Authority.POLICE, "country": "US", "way": Way.PORTAL,
        "received_at": now() - timedelta(hours=1), "says": SAYS, "about": About(), **values,
    }  # fmt: skip
    return register(NewRequest(**given), person)
