"""Lock-out after failed sign-ins, for fifteen minutes.

Five failures at an account from one address lock it for that address, twenty from an address lock that address for all
accounts, and fifty at an account lock it for everybody. The last would let anybody keep a colleague out who knows their
e-mail address; so a browser in which the owner came in before (``devices.py``) is counted by itself alone.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest

from lightkeeper.people.devices import device_of
from lightkeeper.people.models import Person
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, ActorKind, Subject
from lightkeeper.runtime.services import blind_index

ACCOUNT_LIMIT: Final = 5
"""At one account from one address, or from one known device."""
ADDRESS_LIMIT: Final = 20
"""Higher, because a whole team may sit behind one address."""
EVERYWHERE_LIMIT: Final = 50
"""At one account from all addresses together: somebody guesses from many."""
LOCKED_FOR: Final = timedelta(minutes=15)


_AT: Final = "@"
"""Between the account and the device in the key of a known device's attempts."""


def sign_in_key(email: str) -> str:
    """What attempts are counted under: a keyed hash, so that no address is written down."""
    return blind_index("people:sign-in", email.strip().lower()).hex()[:40]


def attempt_key(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """Find whose attempt this is, for axes; None where no address was given."""
    email = (credentials or {}).get("email") or (credentials or {}).get("username") or request.POST.get("login")
    if not email:
        return None
    account = sign_in_key(email)
    device = device_of(request, account)
    return f"{account}{_AT}{device}" if device else account


def forget_attempts(email: str) -> int:
    """Forget the failures at an account, from known devices too. Gives how many rows there were."""
    account = sign_in_key(email)
    rows = AccessAttempt.objects.filter(Q(username=account) | Q(username__startswith=account + _AT))
    return int(rows.delete()[0])


def client_text(*_: object) -> str:
    """What axes may log of a client: nothing."""
    return "a client"


class LockoutHandler(AxesDatabaseHandler):  # type: ignore[misc]  # axes carries no types
    """Counts failures by account and address together, by each alone, and by known device, each against its limit."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Give the failures on the scale of ACCOUNT_LIMIT, whichever of the counts is nearest to its limit."""
        key, address = attempt_key(request, credentials), request.axes_ip_address  # type: ignore[attr-defined]
        lately = AccessAttempt.objects.filter(attempt_time__gte=get_cool_off_threshold(request))
        if key is not None and _AT in key:
            return _sum(lately.filter(username=key))
        by_address = _sum(lately.filter(ip_address=address)) * ACCOUNT_LIMIT // ADDRESS_LIMIT
        if key is None:
            return by_address
        by_account = _sum(lately.filter(username=key)) * ACCOUNT_LIMIT // EVERYWHERE_LIMIT
        return max(_sum(lately.filter(username=key, ip_address=address)), by_account, by_address)

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Forget the failures of who has come in: at this account from this address, and no others.

        Not those of the address too, as axes would: whoever has an account could otherwise guess at a colleague's
        password, sign in to their own account, and go on guessing. And not those of strangers at this account.
        """
        mine = AccessAttempt.objects.filter(username=attempt_key(request, credentials))
        return int(mine.filter(ip_address=request.axes_ip_address).delete()[0])  # type: ignore[attr-defined]

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


def _sum(attempts: QuerySet[AccessAttempt]) -> int:
    return attempts.aggregate(sum=Sum("failures_since_start"))["sum"] or 0


def is_locked_out(request: HttpRequest, person: Person) -> bool:
    """Say whether this person, or this address, must wait; the middleware of axes then answers with its page."""
    locked = not AxesProxyHandler.is_allowed(request, {"email": person.email})
    if locked:
        request.axes_locked_out = True  # type: ignore[attr-defined]
    return locked


def count_wrong_code(request: HttpRequest, person: Person) -> None:
    """Count a wrong one-time code like a wrong password, and let the audit trail tell of it."""
    user_login_failed.send(sender=__name__, credentials={"email": person.email}, request=request, factor="code")
