"""One-time links: an invitation leads to a password, a demonstration's link signs in with both factors."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lightkeeper.people.accounts import subject_of
from lightkeeper.people.content_grants import close_grant
from lightkeeper.people.errors import PeopleError
from lightkeeper.people.models import Link, Person
from lightkeeper.people.second_factor import pretend_second_factor
from lightkeeper.people.types import LinkPurpose
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor

LIFETIMES: Final = {LinkPurpose.INVITE: timedelta(days=7), LinkPurpose.DEMO: timedelta(hours=24)}
UNUSABLE: Final = gettext_lazy(
    "This link has been used, has expired or was replaced by a newer one. Ask for a new one."
)


@transaction.atomic
def make_link(person: Person, *, purpose: LinkPurpose | str, by: Actor) -> str:
    """Give the address of a new link, which is known nowhere else; an older one for the same purpose ends.

    Whoever holds an invitation can take the account over, so a content grant ends with it and is given anew after.
    Raises PeopleError for a deactivated person, for oneself, and for ``demo`` outside a demonstration.
    """
    purpose = LinkPurpose(purpose)
    if purpose is LinkPurpose.DEMO and not settings.LIGHTKEEPER["demo"]:
        raise PeopleError(_("Only a demonstration has links that sign in without a password."))
    if by == person.actor:
        raise PeopleError(_("You cannot make a link for your own account; ask another administrator."))
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not person.is_active:
        raise PeopleError(_("This account is deactivated; activate it first."))
    if purpose is LinkPurpose.INVITE:
        close_grant(person)
    else:
        pretend_second_factor(person)
    now = timezone.now()
    person.links.filter(purpose=purpose, used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=now)
    secret = secrets.token_urlsafe(32)
    person.links.create(purpose=purpose, digest=_digest(secret), made_at=now, expires_at=now + LIFETIMES[purpose])
    write_event(Event.PEOPLE_LINK_MADE, actor=by, subject=subject_of(person), details={"purpose": purpose.value})
    return str(settings.LIGHTKEEPER["public_url"]) + reverse("people:link", args=[secret])


def find_link(secret: str) -> Link:
    """Find a link that can still be used, without using it. Raises PeopleError."""
    link = _usable().filter(digest=_digest(secret)).select_related("person").first()
    if link is None or (link.purpose == LinkPurpose.DEMO and not settings.LIGHTKEEPER["demo"]):
        raise PeopleError(UNUSABLE)
    return link


@transaction.atomic
def accept_invitation(link: Link, password: str) -> Person:
    """Use an invitation up and set the password; sessions of before end with the old one.

    Raises PeopleError where somebody was quicker, and ValidationError for a password that the rules refuse.
    """
    validate_password(password, link.person)
    person = _use_up(link, LinkPurpose.INVITE)
    person.set_password(password)
    person.save(update_fields=["password"])
    return person


@transaction.atomic
def accept_demo(link: Link) -> Person:
    """Use a demonstration's link up. Raises PeopleError where somebody was quicker, or outside a demonstration."""
    if not settings.LIGHTKEEPER["demo"]:
        raise PeopleError(UNUSABLE)
    return _use_up(link, LinkPurpose.DEMO)


def _unused() -> QuerySet[Link]:
    return Link.objects.filter(used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=timezone.now())


def _usable() -> QuerySet[Link]:
    return _unused().filter(person__is_active=True)


def _use_up(link: Link, purpose: LinkPurpose) -> Person:
    # One conditional UPDATE decides: of two browsers with the same link, one comes in. Its conditions are on the row
    # itself: with a join they would stand in a subquery, which PostgreSQL does not look at again after waiting.
    person = Person.objects.get(pk=link.person_id)
    used = _unused().filter(pk=link.pk, purpose=purpose).update(used_at=timezone.now())
    if not used or not person.is_active:
        raise PeopleError(UNUSABLE)
    details = {"purpose": purpose.value}
    write_event(Event.PEOPLE_LINK_USED, actor=person.actor, subject=subject_of(person), details=details)
    return person


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
