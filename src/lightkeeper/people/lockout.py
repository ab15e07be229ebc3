"""Lock-out after failed sign-ins: five on an account or twenty from an address, for fifteen minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.db.models import Sum
from django.http import HttpRequest

from lightkeeper.people.models import Person
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, ActorKind, Subject
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

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Forget the failures of who has come in, and of nobody else.

        Not those of the address too, as axes would: whoever has an account could otherwise guess at a colleague's
        password, sign in to their own account, and go on guessing.
        """
        by_account, _ = self.filter_user_attempts(request, credentials)
        return int(by_account.delete()[0])

    @transaction.atomic
    def user_login_failed(
        self, sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        """Count a failure, and tell of it or of the lock-out that it led to, in one transaction.

        Attempts during a lock-out are neither checked nor told of one by one.
        """
        locked_before = bool(getattr(request, "axes_locked_out", False))
        super().user_login_failed(sender, credentials, request, **kwargs)
        if request is None or locked_before:
            return
        email = str(credentials.get("email") or "").strip().lower()
        person = Person.objects.filter(email=email).first() if email else None
        locked = bool(getattr(request, "axes_locked_out", False))
        write_event(
            Event.PEOPLE_SIGN_IN_LOCKED if locked else Event.PEOPLE_SIGN_IN_FAILED,
            actor=Actor(ActorKind.PERSON),
            subject=Subject("person", str(person.pk)) if person else None,
            details={"factor": str(kwargs.get("factor", "password"))},
        )


def is_locked_out(request: HttpRequest, person: Person) -> bool:
    """Say whether this person, or this address, must wait; the middleware of axes then answers with its page."""
    locked = not AxesProxyHandler.is_allowed(request, {"email": person.email})
    if locked:
        request.axes_locked_out = True  # type: ignore[attr-defined]
    return locked


def count_wrong_code(request: HttpRequest, person: Person) -> None:
    """Count a wrong one-time code like a wrong password, and let the audit trail tell of it."""
    user_login_failed.send(sender=__name__, credentials={"email": person.email}, request=request, factor="code")
