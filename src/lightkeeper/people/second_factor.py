"""The second factor: one-time codes (TOTP) and recovery codes, kept by allauth, changed only here."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from lightkeeper.people.accounts import drop_sessions, subject_of
from lightkeeper.people.errors import PeopleError
from lightkeeper.people.models import Person
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.runtime.services import seal, unseal

PURPOSE: Final = "people:second-factor"
REMEMBERED: Final = 150
"""Seconds that a used code is remembered: longer than it could be used again, a step early to a step late."""


_whose: ContextVar[bytes | None] = ContextVar("whose", default=None)


@contextmanager
def secrets_of(person: Person) -> Iterator[None]:
    """Seal and open the secrets of this person, and nobody else's: allauth does not say whose they are."""
    before = _whose.set(f"person:{person.pk}".encode())
    try:
        yield
    finally:
        _whose.reset(before)


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc]  # allauth carries no types
    """Keeps the secrets of second factors sealed in the database, each for one person (``secrets_of``).

    Whoever can write to the database cannot put a secret that they hold in the place of somebody else's.
    """

    def encrypt(self, text: str) -> str:
        """Seal a secret."""
        return base64.b64encode(seal(PURPOSE, text.encode(), context=_person())).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret. Raises SealError, also where it is another person's."""
        return unseal(PURPOSE, base64.b64decode(encrypted_text), context=_person()).decode()

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """What the app on the telephone shows beside the code."""
        return str(user.get_username())

    def get_totp_issuer(self) -> str:
        """Who the code is for."""
        return "Lightkeeper"


def _person() -> bytes:
    whose = _whose.get()
    if whose is None:
        raise RuntimeError("secrets are sealed and opened within secrets_of()")
    return whose


def new_secret() -> str:
    """Make the secret that a person's app is to hold, in base 32."""
    return str(generate_totp_secret())


def spend_code(person: Person, code: str) -> bool:
    """Say whether this right code is used for the first time, and remember it (for all processes)."""
    return bool(cache.add(f"people:code:{person.pk}:{code.strip()}", 1, timeout=REMEMBERED))


@transaction.atomic
def enrol(person: Person, *, secret: str, code: str, session: str | None) -> None:
    """Set up one-time codes, proved by a first one, and recovery codes; all other sessions of the person end.

    Raises PeopleError where the code is wrong or there is a second factor already.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    if Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.TOTP).exists():
        raise PeopleError(_("You have a second factor already."))
    if not validate_totp_code(secret, code) or not spend_code(person, code):
        raise PeopleError(_("This code is not right. Wait for the next one, and check the clock of your device."))
    with secrets_of(person):
        TOTP.activate(person, secret)
        RecoveryCodes.activate(person)
    # A session that proved only the password before this moment must not go on without the second factor.
    details = {"sessions": drop_sessions(person, keep=session)}
    write_event(Event.PEOPLE_SECOND_FACTOR_ENROLLED, actor=person.actor, subject=subject_of(person), details=details)


@transaction.atomic
def new_recovery_codes(person: Person) -> None:
    """Replace the recovery codes; the old ones end."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.RECOVERY_CODES).delete()
    with secrets_of(person):
        RecoveryCodes.activate(person)
    write_event(Event.PEOPLE_RECOVERY_CODES_MADE, actor=person.actor, subject=subject_of(person))


def unseen_recovery_codes(person: Person) -> list[str]:
    """Give the codes that nobody has looked at yet, once; an empty list after that."""
    with transaction.atomic():
        row = (
            Authenticator.objects.select_for_update()
            .filter(user_id=person.pk, type=Authenticator.Type.RECOVERY_CODES)
            .first()
        )
        if row is None or RecoveryCodes(row).did_view:
            return []
        codes = RecoveryCodes(row)
        codes.mark_as_viewed()
        with secrets_of(person):
            return [str(code) for code in codes.get_unused_codes()]


def recovery_codes_left(person: Person) -> int:
    """Count the codes that were not used."""
    row = Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.RECOVERY_CODES).first()
    with secrets_of(person):
        return len(RecoveryCodes(row).get_unused_codes()) if row else 0


def pretend_second_factor(person: Person) -> None:
    """Give a person of a demonstration, who signs in by link alone, a second factor that nobody knows."""
    if not Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.TOTP).exists():
        with secrets_of(person):
            TOTP.activate(person, generate_totp_secret())
