"""Lock-out after failed sign-ins: five on an account or twenty from an address, for fifteen minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.signals import user_login_failed
from django.db.models import Sum
from django.http import HttpRequest

from lightkeeper.people.models import Person
from lightkeeper.runtime.services import blind_index

ACCOUNT_LIMIT: Final = 5
ADDRESS_LIMIT: Final = 20
"""Higher, because a whole team may sit behind one address."""
LOCKED_FOR: Final = timedelta(minutes=15)


def sign_in_key(email: str) -> str:
    """What attempts are counted under: a keyed hash, so that no address is written down."""
    return blind_index("people:sign-in", email.strip().lower()).hex()[:40]


def attempt_key(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """Find whose attempt this is, for axes; None where no address was given."""
    email = (credentials or {}).get("email") or (credentials or {}).get("username") or request.POST.get("login")
    return sign_in_key(email) if email else None


def client_text(*_: object) -> str:
    """What axes may log of a client: nothing."""
    return "a client"


class LockoutHandler(AxesDatabaseHandler):  # type: ignore[misc]  # axes carries no types
    """Counts failures of an account and of an address, each against its own limit."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Give the failures on the scale of ACCOUNT_LIMIT, whichever of the two counts is nearer to its limit."""
        by_account, by_address = (
            attempts.aggregate(sum=Sum("failures_since_start"))["sum"] or 0
            for attempts in self.get_user_attempts(request, credentials)
        )
        return max(by_account, by_address * ACCOUNT_LIMIT // ADDRESS_LIMIT)


def is_locked_out(request: HttpRequest, person: Person) -> bool:
    """Say whether this person, or this address, must wait; the middleware of axes then answers with its page."""
    locked = not AxesProxyHandler.is_allowed(request, {"email": person.email})
    if locked:
        request.axes_locked_out = True  # type: ignore[attr-defined]
    return locked


def count_wrong_code(request: HttpRequest, person: Person) -> None:
    """Count a wrong one-time code like a wrong password, and let the audit trail tell of it."""
    user_login_failed.send(sender=__name__, credentials={"email": person.email}, request=request, factor="code")
