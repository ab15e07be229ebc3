"""People for tests, and ways for them to come in."""

from __future__ import annotations

import itertools
import json
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from lightkeeper.people import second_factor, sessions
from lightkeeper.people.models import ContentGrant, Person
from lightkeeper.people.types import Role
from lightkeeper.record.events import Event
from lightkeeper.record.models import AuditEvent

PASSWORD = "four words beside another"  # noqa: S105  # of people in tests
_numbers = itertools.count(1)


def make_person(
    role: Role = Role.ANALYST, *, enrolled: bool = True, granted: bool = False, password: str = PASSWORD
) -> Person:
    """Somebody with an account, without events."""
    number = next(_numbers)
    person = Person(email=f"person-{number}@platform.example", name=f"Person {number}", role=role)
    person.set_password(password)
    person.save()
    if enrolled:
        with second_factor.secrets_of(person):
            TOTP.activate(person, second_factor.new_secret())
            RecoveryCodes.activate(person)
    if granted:
        giver = Person.objects.create(email=f"giver-{number}@platform.example", name="Giver", role=Role.SUPERVISOR)
        ContentGrant.objects.create(person=person, granted_by=giver, reason="trained")
    return person


def code_of(person: Person, *, steps: int = 0) -> str:
    """The code that the person's app shows now, or some steps of 30 seconds later."""
    row = Authenticator.objects.get(user_id=person.pk, type=Authenticator.Type.TOTP)
    with second_factor.secrets_of(person):
        return code_for(second_factor.SealedSecrets().decrypt(row.data["secret"]), steps=steps)


def code_for(secret: str, *, steps: int = 0) -> str:
    """The code of a secret."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def signed_in(person: Person, *, confirmed: bool = True) -> Client:
    """A browser in which the person signed in with both factors (and, asked for, said again who they are just now)."""
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[sessions.SECOND_FACTOR] = True
    if confirmed:
        session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
        session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client


def first_step(client: Client, person: Person, password: str = PASSWORD, **more: str) -> Any:
    """Send address and password."""
    return client.post(reverse("account_login"), {"login": person.email, "password": password}, headers=more)


def events(*only: Event) -> list[tuple[str, dict[str, object]]]:
    """What the audit trail holds, as name and details, the oldest first."""
    rows = AuditEvent.objects.order_by("id")
    return [(row.event, json.loads(row.details)) for row in rows if not only or row.event in only]


def forget_codes() -> None:
    """Let codes be used again."""
    cache.clear()
